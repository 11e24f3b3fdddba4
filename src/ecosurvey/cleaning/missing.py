"""How much is missing, by item and by construct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Cell, Column, Finding, Table, Text
from ecosurvey.instrument import Instrument

if TYPE_CHECKING:
    import pandas as pd

MUCH = 0.20


def missing_share(items: pd.DataFrame) -> pd.Series:
    """Return the share of unanswered cells of each item, 0 to 1."""
    return items.isna().mean().astype(float).rename("missing")


def missing_table(items: pd.DataFrame, instrument: Instrument) -> Table:
    """Return the share missing by construct, with the item that lacks most."""
    columns = (
        Column("construct", Text("Construct", "构念"), "label"),
        Column("items", Text("Items", "题项数"), "count"),
        Column("missing", Text("Missing (%)", "缺失率(%)"), "percent", 1),
        Column("complete", Text("Complete rows (%)", "完整作答率(%)"), "percent", 1),
        Column("worst_item", Text("Item with most missing", "缺失最多的题项"), "text"),
        Column("worst_missing", Text("Its missing (%)", "该题缺失率(%)"), "percent", 1),
    )
    share = missing_share(items)
    rows: list[tuple[Cell, ...]] = []
    for construct in instrument.constructs:
        names = [item.id for item in construct.items]
        worst = str(share[names].idxmax())
        complete = float(items[names].notna().all(axis=1).mean())
        rows.append(
            (
                construct.name,
                len(names),
                100 * float(share[names].mean()),
                100 * complete,
                worst if share[worst] > 0 else "",
                100 * float(share[worst]),
            )
        )
    everything = float(items.notna().all(axis=1).mean())
    total = Text("All items", "全部题项")
    rows.append((total, items.shape[1], 100 * float(share.mean()), 100 * everything, "", None))
    title = Text("Missing answers by construct", "各构念缺失情况")
    return Table("missing", title, columns, tuple(rows))


def missing_findings(items: pd.DataFrame) -> list[Finding]:
    """Remark on items that many did not answer."""
    return [
        Finding(
            "much_missing",
            "warning",
            Text(f"{name}: {value:.0%} of the answers are missing", f"{name}：缺失率{value:.0%}"),
            str(name),
        )
        for name, value in missing_share(items).items()
        if value > MUCH
    ]
