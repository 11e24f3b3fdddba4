"""What of the people behind the material may be shown: applied to the data, before any output."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from ecosurvey.core import Text
from ecosurvey.qualitative.cases import Case

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.qualitative.model import CodedMaterial

Privacy = Literal["show", "mask", "drop"]
PRIVACY: tuple[Privacy, ...] = ("show", "mask", "drop")


def protect(
    material: CodedMaterial, cases: tuple[Case, ...] | None, privacy: Privacy
) -> tuple[CodedMaterial, tuple[Case, ...] | None]:
    """Return material and cases without what could name a person or a place.

    ``mask`` puts ``[…: 21 words]`` for every passage and numbers for every source, segment,
    case and coder; ``drop`` does so too and leaves the passages empty. Attributes of cases
    (type, partner model) stay: with few cases they may still tell which one it is. Nothing that
    is computed later can bring back what is not there any more.

    Parameters
    ----------
    material : CodedMaterial
    cases : tuple of Case or None
    privacy : {"show", "mask", "drop"}
    """
    if privacy == "show":
        return material, cases
    codings = material.codings.copy()
    order = [case.id for case in cases] if cases else []
    names = _numbered([*order, *codings["case"]], "Case {n}", "")
    codings["case"] = codings["case"].map(names)
    codings["segment"] = _segments(codings)
    codings["source"] = codings["source"].map(_numbered(codings["source"], "S{n}"))
    codings["coder"] = codings["coder"].map(_numbered(codings["coder"], "Coder {n}"))
    codings["text"] = [_masked(text) if privacy == "mask" else "" for text in codings["text"]]
    hidden = None
    if cases is not None:
        hidden = tuple(
            Case(names[case.id], Text(names[case.id], names[case.id].replace("Case ", "案例")),
                 case.attributes)
            for case in cases
        )  # fmt: skip
    return replace(material, codings=codings), hidden


def _segments(codings: pd.DataFrame) -> list[str]:
    pairs = list(zip(codings["source"], codings["segment"], strict=True))
    at = {pair: k for k, pair in enumerate(dict.fromkeys(pairs), 1)}
    return [f"u{at[pair]}" for pair in pairs]


def _numbered(values: object, pattern: str, keep: str | None = None) -> dict[str, str]:
    """Return a number for each value, in the order in which they occur."""
    distinct = [v for v in dict.fromkeys(values) if v != keep]  # type: ignore[call-overload]
    found = {value: pattern.format(n=k) for k, value in enumerate(distinct, 1)}
    return found if keep is None else {**found, keep: keep}


def _masked(text: str) -> str:
    if not text:
        return ""
    wide = sum(1 for char in text if "\u4e00" <= char <= "\u9fff")
    words = wide or len(text.split())
    return f"[…: {words}{'字' if wide else ' words'}]"
