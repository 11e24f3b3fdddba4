"""Columns of the fit of models that are held side by side."""

from __future__ import annotations

from ecosurvey.core import Column, Text

TEST_COLUMNS = (
    Column("chisq", Text("χ²", "χ²")),
    Column("df", Text("df", "自由度"), "count"),
)
INDEX_COLUMNS = (
    Column("cfi", Text("CFI", "CFI"), decimals=3, bounded=True),
    Column("tli", Text("TLI", "TLI"), decimals=3),
    Column("rmsea", Text("RMSEA", "RMSEA"), decimals=3),
    Column("srmr", Text("SRMR", "SRMR"), decimals=3),
)
