"""Content validity inside a run: the experts' ratings that the questionnaire holds or names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import DataError, Finding, Text, counted

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument
    from ecosurvey.reliability import ContentValidity


def judge_content(asked: Instrument) -> tuple[ContentValidity | None, tuple[Finding, ...]]:
    """Return content validity by the questionnaire's own ratings, and what is to be said of them.

    Raises
    ------
    DataError
        If the table of ratings holds something else than ratings of the items.
    """
    from ecosurvey.reliability import content_validity

    part = asked.content_validity
    if part is None:
        return None, ()
    said: tuple[Finding, ...] = ()
    if part.source is None:
        ratings = _inline(asked)
    else:
        path = asked.path.parent / part.source
        if not path.is_file():
            return None, (_missing(part.source),)
        ratings = _table(asked, part.source)
    rated = [item.id for item in asked.items if item.id in ratings.columns]
    unrated = [item.id for item in asked.items if item.id not in ratings.columns]
    if unrated:
        said = (_unrated(unrated),)
    found = content_validity(ratings, rated, scale=part.scale, relevant=part.relevant)
    return found, said


def _inline(asked: Instrument) -> pd.DataFrame:
    import pandas as pd

    part = asked.content_validity
    return pd.DataFrame([] if part is None else [dict(expert) for expert in part.ratings])


def _table(asked: Instrument, name: str) -> pd.DataFrame:
    """Read one row an expert; columns that name no item (who the expert is) are passed over."""
    import pandas as pd

    from ecosurvey.responses.formats import read_table

    raw = read_table(asked.path.parent / name)
    known = {item.id for item in asked.items}
    columns = {h: raw.cells.iloc[:, k] for k, h in enumerate(raw.headers) if h in known}
    if not columns:
        raise DataError(
            Text("no column has the name of an item", "没有一列以题项编号为名"),
            where=name,
            fix=Text(
                "Give one row an expert and one column an item, headed by the item's id.",
                "请每位专家一行、每个题项一列，列名为题项编号。",
            ),
        )
    frame = pd.DataFrame(columns).reset_index(drop=True)
    blank = frame.isna() | frame.astype(str).apply(lambda column: column.str.strip() == "")
    numbers = pd.DataFrame({h: pd.to_numeric(frame[h], errors="coerce") for h in frame})
    wrong = numbers.isna() & ~blank
    if wrong.to_numpy().any():
        row, column = (int(v[0]) for v in wrong.to_numpy().nonzero())
        raise DataError(
            Text(
                f"{str(frame.iat[row, column])!r} is no rating",
                f"{str(frame.iat[row, column])!r} 不是评分",
            ),
            where=Text(
                f"{name}, expert {row + 1}, item {frame.columns[column]}",
                f"{name}，专家{row + 1}，题项{frame.columns[column]}",
            ),
            fix=Text(
                "Give numbers, and leave a cell empty where an expert did not rate.",
                "请填数字，专家未评的单元格留空。",
            ),
        )
    return numbers


def _missing(name: str) -> Finding:
    return Finding(
        "expert_ratings_missing",
        "warning",
        Text(
            f"the experts' ratings that the questionnaire names, {name}, do not lie beside it; "
            "content validity is left out.",
            f"问卷所指定的专家评分表{name}不在同一文件夹中，报告未含内容效度。",
        ),
    )


def _unrated(items: list[str]) -> Finding:
    listed = ", ".join(items[:8]) + (" …" if len(items) > 8 else "")
    return Finding(
        "items_without_rating",
        "note",
        Text(
            f"The experts rated no relevance of {counted(len(items), 'item', 'items')}: {listed}.",
            f"{len(items)}个题项没有专家评分：{listed}。",
        ),
    )
