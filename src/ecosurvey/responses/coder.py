"""Every question of the questionnaire coded, column after column, decisions remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecosurvey.core import Finding, Text
from ecosurvey.instrument import Instrument, Scale, Variable
from ecosurvey.responses import coding
from ecosurvey.responses.matching import Matching
from ecosurvey.responses.raw import RawTable
from ecosurvey.responses.scores import composite_score
from ecosurvey.responses.skips import check_skips, skip_findings

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

_WORDED = ("text", "longtext")


class Coder:
    """Codes column after column, and remembers what was decided."""

    def __init__(self, table: RawTable, matching: Matching, instrument: Instrument) -> None:
        self.table, self.matching, self.instrument = table, matching, instrument
        self.rows: list[int] = table.cells.index.tolist()
        self.columns: dict[str, NDArray[np.float64] | pd.Series] = {}
        self.texts: dict[str, pd.Series] = {}
        self.issues: list[tuple[int, str, str, str]] = []
        self.missing: list[tuple[int, str, str]] = []
        self.wrong: dict[str, list[tuple[int, str]]] = {}
        self.coded: dict[str, coding.CodedColumn] = {}
        self.unread: dict[str, int] = {}
        self.impossible: list[tuple[int, str, str]] = []

    def run(self, *, refuse: bool = True) -> None:
        """Code every question and technical column; raise if columns hold text.

        Of a piece of a file that cannot be said yet: ``refuse=False`` leaves it to the caller.
        """
        missing = self.instrument.missing
        questions: list[tuple[str, Scale | None]] = [
            (item.id, item.scale) for item in self.instrument.items
        ]
        questions += [(check.id, check.scale) for check in self.instrument.checks]
        for name, scale in questions:
            numeric = scale is None or scale.kind == "numeric"
            book = coding.codebook(
                scale.labels.items() if scale else (),
                missing,
                codes=None if scale is None or numeric else scale.points,
                lower=scale.min if scale else None,
                upper=scale.max if scale else None,
                whole=not numeric,
            )
            self.code(name, book)
        for variable in self.instrument.variables:
            self.variable(variable)
        if self.wrong and refuse:
            counts = {column: len(cells) for column, cells in self.wrong.items()}
            raise coding.refuse_text(self.wrong, self.table.name, counts)
        self.technical()
        self.compare()
        for construct in self.instrument.constructs:
            if construct.mode == "composite":
                self.columns[construct.score_name] = composite_score(construct, self.columns)

    def cells(self, name: str) -> pd.Series | None:
        """Return the cells of a question, or ``None`` if the file lacks it."""
        position = self.matching.columns.get(name)
        return None if position is None else self.table.cells[position]

    def code(self, name: str, book: coding.Codebook) -> None:
        """Code a question of one column; absent ones are unanswered."""
        cells = self.cells(name)
        if cells is None:
            self.columns[name] = self.unanswered()
            return
        self.take(name, name, coding.code_column(cells, book))

    def take(self, name: str, column: str, coded: coding.CodedColumn) -> None:
        """Keep a coded column under ``name``; its cells stood in the file's ``column``."""
        self.columns[name] = coded.values
        self.issues += [(self.rows[p], column, text, done) for p, text, done in coded.issues]
        self.missing += [(self.rows[p], column, kind) for p, kind in coded.missing]
        self.coded.setdefault(column, coded)
        text = coding.cells_of_text(coded)
        if coding.too_much_text(len(text), coded.answered):
            self.wrong[column] = [(self.rows[p], word) for p, word in text]

    def variable(self, variable: Variable) -> None:
        """Code one background question by its type."""
        cells = self.cells(variable.id)
        if variable.type in _WORDED:
            if cells is not None:
                self.texts[variable.id] = coding.code_words(cells)
            return
        if variable.type == "date":
            if cells is not None:
                self.texts[variable.id] = coding.code_time(cells)
                self.unread[variable.id] = self.not_understood(cells, self.texts[variable.id])
            return
        whole = variable.type != "number"
        choice = variable.type in ("single", "multi", "ranking", "scale")
        points = variable.scale.points if variable.scale else ()
        lower, upper = variable.range or (None, None)
        book = coding.codebook(
            [
                (option.code, words)
                for option in variable.options
                for words in (
                    option.label,
                    Text(option.value, option.value) if option.value else None,
                )
                if words is not None
            ],
            self.instrument.missing,
            codes={*points, *(option.code for option in variable.options)} if choice else None,
            lower=lower,
            upper=upper,
            whole=whole,
        )
        if variable.type == "multi":
            self.choices(variable, book)
        elif variable.type == "ranking":
            self.ranking(variable, book)
        else:
            self.code(variable.id, book)

    def choices(self, variable: Variable, book: coding.Codebook) -> None:
        """Code a multi-select question into a 0/1 column an option."""
        names = {option.code: f"{variable.id}_{option.code}" for option in variable.options}
        joined = self.cells(variable.id)
        marked = [(name, self.cells(name)) for name in names.values()]
        there = [(name, cells) for name, cells in marked if cells is not None]
        if there:
            values = coding.code_marked([cells for _, cells in there])
            self.columns |= dict(zip((name for name, _ in there), values, strict=True))
        elif joined is not None:
            for code, coded in coding.code_joined(joined, variable, book).items():
                self.take(names[code], variable.id, coded)
        for name in names.values():
            self.columns.setdefault(name, self.unanswered())

    def ranking(self, variable: Variable, book: coding.Codebook) -> None:
        """Code a ranking question into the place of each option."""
        joined = self.cells(variable.id)
        places = coding.codebook(
            (), self.instrument.missing, codes=range(1, len(variable.options) + 1)
        )
        platform = self.matching.platform
        if any(self.cells(name) is not None for name in variable.expanded):
            if platform is not None and platform.ranks_by_place:
                self.by_place(variable, book)
            else:
                for name in variable.expanded:
                    self.code(name, places)
        elif joined is not None:
            for code, coded in coding.code_order(joined, variable, book).items():
                self.take(f"{variable.id}_{code}", variable.id, coded)
        for name in variable.expanded:
            self.columns.setdefault(name, self.unanswered())

    def by_place(self, variable: Variable, book: coding.Codebook) -> None:
        """Turn columns of places that hold options into columns of options that hold places."""
        import numpy as np

        found = {name: self.unanswered() for name in variable.expanded}
        for place, name in enumerate(variable.expanded, 1):
            cells = self.cells(name)
            if cells is None:
                continue
            self.take(name, name, coding.code_column(cells, book))
            chosen = np.asarray(self.columns[name])
            for option, column in zip(variable.options, variable.expanded, strict=True):
                found[column][chosen == option.code] = place
        self.columns |= found

    def compare(self) -> None:
        """Compare the answers with the conditions under which questions are shown."""
        skipped = {(row, question) for row, question, kind in self.missing if kind == "not_shown"}
        self.impossible, unasked = check_skips(
            self.instrument,
            self.columns,
            self.texts,
            skipped,
            self.matching.columns.keys(),
            self.rows,
        )
        blank = {(row, question) for row, question in unasked}
        self.missing = [one for one in self.missing if one[:2] not in blank]
        self.missing += [(row, question, "not_shown") for row, question in unasked]

    def technical(self) -> None:
        """Code respondent, time, duration, origin and wave."""
        meta = self.instrument.meta
        for name, code in (
            (meta.respondent, coding.code_words),
            (meta.submitted_at, coding.code_time),
            (meta.duration_seconds, coding.code_duration),
            (meta.origin, coding.code_words),
            (meta.wave, coding.code_words),
            (meta.address, coding.code_words),
            (meta.weight, coding.code_number),
            (meta.cluster, coding.code_words),
        ):
            cells = self.cells(name) if name else None
            if name and cells is not None and name not in self.columns:
                self.columns[name] = code(cells)
                self.unread[name] = self.not_understood(cells, self.columns[name])
        self.measure_span(meta.duration_seconds)

    def measure_span(self, duration: str | None) -> None:
        """Take the time from start to end where the file writes no duration."""
        import numpy as np

        span = self.matching.span
        if duration is None or duration in self.columns or span is None:
            return
        start, end = (coding.code_time(self.table.cells[position]) for position in span)
        seconds: NDArray[np.float64] = np.array((end - start).dt.total_seconds(), dtype=np.float64)
        seconds[seconds < 0] = np.nan
        self.columns[duration] = seconds

    @property
    def findings(self) -> list[Finding]:
        """What a reader must know of the cells that were set to missing."""
        found = coding.cell_findings(self.coded, self.rows)
        found += skip_findings(self.impossible)
        for name, count in self.unread.items():
            if count:
                message = Text(
                    f"{name}: cells that could not be read as times or durations: {count}",
                    f"{name}：有{count}个单元格无法识别为时间或时长",
                )
                found.append(Finding("unread_times", "warning", message, name))
        return found

    def not_understood(self, cells: pd.Series, values: NDArray[np.float64] | pd.Series) -> int:
        """Return how many cells of a technical column hold something that was not read."""
        import pandas as pd

        return int((coding.code_words(cells).notna() & pd.isna(values)).sum())

    def unanswered(self) -> NDArray[np.float64]:
        """Return a column in which nobody answered."""
        import numpy as np

        return np.full(len(self.rows), np.nan)

    def frame(self) -> pd.DataFrame:
        """Return all coded columns."""
        import pandas as pd

        return pd.DataFrame(self.columns, index=self.table.cells.index.rename("row"))

    def text_frame(self) -> pd.DataFrame:
        """Return the open answers."""
        import pandas as pd

        return pd.DataFrame(self.texts, index=self.table.cells.index.rename("row"))

    def issue_frame(self) -> pd.DataFrame:
        """Return the cells that were set to missing."""
        import pandas as pd

        return pd.DataFrame(sorted(self.issues), columns=["row", "column", "value", "decision"])

    def impossible_frame(self) -> pd.DataFrame:
        """Return the answers that do not fit the skip logic."""
        import pandas as pd

        return pd.DataFrame(self.impossible, columns=["row", "question", "problem"])

    def missing_frame(self) -> pd.DataFrame:
        """Return the cells that hold missing codes."""
        import pandas as pd

        return pd.DataFrame(sorted(self.missing), columns=["row", "column", "kind"])
