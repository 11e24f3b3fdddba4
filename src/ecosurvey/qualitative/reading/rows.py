"""Small tables that researchers keep beside the coded material, row by row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ecosurvey.core import DataError, Text, did_you_mean


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells by heading."""

    number: int
    cells: dict[str, str]

    def get(self, name: str) -> str:
        """Return a cell's text; empty where there is none."""
        return self.cells.get(name, "")


def read_rows(path: str | Path, needed: tuple[str, ...]) -> tuple[str, tuple[Row, ...]]:
    """Return the name of a table and its rows, all cells as text.

    Raises
    ------
    DataError
        If a needed column is missing.
    """
    from ecosurvey.responses.formats import read_table

    table = read_table(path)
    heads = [head.strip() for head in table.headers]
    for name in needed:
        if name not in heads:
            raise DataError(
                Text(f"the table has no column {name!r}", f"表格中没有列 {name!r}"),
                where=table.name,
                fix=did_you_mean(name, heads)
                or Text(
                    f"It has: {', '.join(heads[:12])}.", f"可用的有：{'、'.join(heads[:12])}。"
                ),
            )
    cells = table.cells.fillna("").astype(str)
    return table.name, tuple(
        Row(int(str(number)), dict(zip(heads, map(str.strip, row), strict=True)))
        for number, row in zip(cells.index, cells.to_numpy(dtype=object), strict=True)
    )
