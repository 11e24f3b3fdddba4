"""Coded material: who coded which passage of which source how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ecosurvey.core import Cell, Column, Finding, Result, Table, Text

if TYPE_CHECKING:
    import pandas as pd

Evidence = Literal["for", "against", "absent"]
EVIDENCE: tuple[Evidence, ...] = ("for", "against", "absent")
# one row a coding; `segment` is the unit that coders are compared on
CODING_COLUMNS = ("source", "case", "segment", "code", "coder", "evidence", "strength", "text")


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the codebook, with the codes above it."""

    name: str
    path: tuple[str, ...] = ()
    description: str = ""
    codable: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class CodedMaterial(Result):
    """What coders made of the sources.

    Attributes
    ----------
    codings : DataFrame
        One row a coding: ``source``, ``case``, ``segment`` (the unit on which coders are
        compared), ``code`` (empty where the coder read the segment and gave none), ``coder``,
        ``evidence`` (``for``, ``against``, ``absent``, or empty), ``strength`` (a number or
        NaN), ``text`` (the passage).
    codebook : tuple of Code
        In the order of the file; a CSV's codes in the order in which they occur.
    synthetic : bool
        True if the file says so of itself.
    path, sha256
        The file and the hash of its bytes; it is never changed.
    findings : tuple of Finding
    """

    codings: pd.DataFrame
    codebook: tuple[Code, ...]
    synthetic: bool
    path: Path | None
    sha256: str
    findings: tuple[Finding, ...] = ()

    @property
    def coders(self) -> tuple[str, ...]:
        """The coders, in the order in which they occur."""
        return tuple(dict.fromkeys(self.codings["coder"]))

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that were given at least once, in the order of the codebook."""
        given = set(self.codings["code"]) - {""}
        return tuple(code.name for code in self.codebook if code.name in given)

    def to_frame(self) -> pd.DataFrame:
        """Return the codings."""
        return self.codings.copy()

    def tables(self) -> tuple[Table, ...]:
        """Return how often each code was given, by how many coders, in how many sources."""
        columns = (
            Column("code", Text("Code", "编码"), "label"),
            Column("codings", Text("Codings", "编码次数"), "count"),
            Column("segments", Text("Segments", "片段数"), "count"),
            Column("sources", Text("Sources", "资料数"), "count"),
            Column("cases", Text("Cases", "案例数"), "count"),
            Column("coders", Text("Coders", "编码者"), "count"),
        )
        rows: list[tuple[Cell, ...]] = []
        for name in self.codes:
            part = self.codings[self.codings["code"] == name]
            segments = len(part[["source", "segment"]].drop_duplicates())
            counts = (part[key].nunique() for key in ("source", "case", "coder"))
            rows.append((name, len(part), segments, *map(int, counts)))
        title = Text("Codes and how often they were given", "编码及其频次")
        return (Table("code_frequencies", title, columns, tuple(rows)),)
