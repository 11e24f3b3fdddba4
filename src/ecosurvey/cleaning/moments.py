"""Counts and moments of a file larger than memory, in one pass."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecosurvey.cleaning.keying import score_items
from ecosurvey.core import Cell, Column, DataError, Finding, Result, Table, Text, by_severity
from ecosurvey.instrument import Instrument
from ecosurvey.responses.stream import AnswerStream

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class AnswerMoments(Result):
    """What a model of the means and covariances needs of a file, without its rows.

    Attributes
    ----------
    n_read, n : int
        Answer sheets in the file, and those that belong to the study and hold an answer.
    n_complete : int
        Those of them that answered every item.
    counts : DataFrame
        Item x code: how many gave this answer, as given, not reverse-keyed; likert items.
    missing : Series
        Item -> how many of the ``n`` did not answer it.
    kinds : DataFrame
        Item x kind of gap, over all sheets read: cells that hold a missing code, or that the
        skip logic hides.
    mean, cov : Series, DataFrame
        Of the items in scoring direction over the complete sheets; the covariances with divisor
        ``n_complete - 1``.
    available_n, available_mean, available_cov : DataFrame, Series, DataFrame
        The same pair by pair: each mean over all who answered the item, each covariance over all
        who answered both, with the means of these and divisor n - 1.
    sha256 : str
    findings : tuple of Finding
    """

    n_read: int
    n: int
    n_complete: int
    counts: pd.DataFrame
    missing: pd.Series
    kinds: pd.DataFrame
    mean: pd.Series
    cov: pd.DataFrame
    available_n: pd.DataFrame
    available_mean: pd.Series
    available_cov: pd.DataFrame
    sha256: str
    findings: tuple[Finding, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Return one line an item: answers, gaps, mean, SD, and how often each code was given."""
        import numpy as np

        columns = [
            Column("item", Text("Item", "题项"), "label"),
            Column("n", Text("n", "n"), "count"),
            Column("missing", Text("Missing", "缺失"), "count"),
            Column("mean", Text("M", "M")),
            Column("sd", Text("SD", "SD")),
            *(Column(f"count_{c}", Text(str(c), str(c)), "count") for c in self.counts.columns),
        ]
        sd = np.sqrt(np.diag(self.available_cov.to_numpy()))
        rows: list[tuple[Cell, ...]] = []
        gaps, means = self.missing.tolist(), self.available_mean.tolist()
        for place, item in enumerate(self.counts.index):
            given = self.counts.iloc[place].tolist()
            answered = self.n - gaps[place]
            mean, spread = _number(means[place]), _number(sd[place])
            rows.append((str(item), answered, gaps[place], mean, spread, *given))
        note = Text(
            "{n} of {read} sheets read are in; {complete} of them are complete. Means and SDs are "
            "in scoring direction, over all who answered; counts are of the answers as given.",
            "共读取{read}份答卷，纳入{n}份，其中完整作答{complete}份。均值与标准差按计分方向、以全部"
            "作答者计算；频数为作答原值。",
        ).fill(n=self.n, read=self.n_read, complete=self.n_complete)
        title = Text("Counts and moments of the items", "题项频数与矩")
        return (Table("answer_moments", title, tuple(columns), tuple(rows), (note,)),)


def read_moments(
    source: str | os.PathLike[str],
    instrument: Instrument,
    *,
    mapping: Mapping[str, str | None] | None = None,
    rows: int = 50_000,
) -> AnswerMoments:
    """Read a file of answers in one pass, and keep counts and moments only.

    For files larger than memory: columns are matched and cells coded as by :func:`read_responses`,
    ``rows`` rows at a time, and the result does not depend on ``rows``. Of the screening it does
    what a row tells by itself: whoever did not consent, is not eligible or answered no item is
    left out, as under ``Rules(policy="screening_only")``; the other rules compare people, and
    need all rows. A model is then fitted to the moments:
    ``es.cfa(model, cov=m.cov, mean=m.mean, n=m.n_complete)``.

    Parameters
    ----------
    source : path
        Whatever :func:`read_responses` reads, but old Feather files. CSV, TSV, Parquet, Feather
        and Stata need memory for one piece only; of Excel all words are held too, and SPSS is
        skipped through from its beginning to each piece.
    instrument : Instrument
    mapping : mapping, optional
        Header -> question, as for :func:`read_responses`.
    rows : int
        Held in memory at a time; at least 100.

    Returns
    -------
    AnswerMoments

    Raises
    ------
    DataError
        As :func:`read_responses`; or if nobody is left.

    Notes
    -----
    Sums of products are taken about the middle of each scale, in double precision, so that
    nothing is lost to the size of the numbers.

    Examples
    --------
    >>> from ecosurvey.instrument import load_instrument
    >>> bfi = load_instrument("instruments/bfi.yaml")
    >>> moments = read_moments("data/sample/bfi.csv", bfi, rows=1000)
    >>> moments.n, moments.n_complete, round(float(moments.mean["A1"]), 3)
    (2800, 2436, 4.594)
    """
    stream = AnswerStream(source, instrument, mapping=mapping, rows=rows)
    sums = _Sums(instrument)
    for frame in stream:
        sums.add(frame[belonging(frame, instrument)])
    if not sums.n:
        raise DataError(
            Text(
                f"nobody of {stream.n_rows} is left after consent and eligibility",
                f"{stream.n_rows}份答卷中，没有一份通过知情同意与资格筛选",
            ),
            where=stream.path.name,
            fix=Text(
                "Check the codes that the screening questions keep.", "请检查筛选题所保留的编码。"
            ),
        )
    return sums.result(stream)


def belonging(frame: pd.DataFrame, instrument: Instrument) -> NDArray[np.bool_]:
    """Tell which rows consented, are eligible, and answered an item."""
    import numpy as np

    kept = frame[[item.id for item in instrument.items]].notna().to_numpy().any(axis=1)
    for variable in instrument.variables:
        if variable.screen is not None:
            answer = frame[variable.id].to_numpy(dtype=float)
            kept &= ~np.isfinite(answer) | np.isin(answer, variable.screen.keep)
    return np.asarray(kept, dtype=bool)


class _Sums:
    """Sums of the answers, of their products, and of the answers given."""

    def __init__(self, instrument: Instrument) -> None:
        import numpy as np

        self.instrument = instrument
        self.names = [item.id for item in instrument.items]
        p = len(self.names)
        scales = [item.scale for item in instrument.items]
        middles = [
            0.0 if scale.min is None or scale.max is None else (scale.min + scale.max) / 2
            for scale in scales
        ]
        self.middle = np.array(middles)
        self.n = self.n_complete = 0
        self.pairs, self.first, self.cross = (np.zeros((p, p)) for _ in range(3))
        self.total, self.complete = np.zeros(p), np.zeros((p, p))
        points = {code for scale in scales for code in scale.points}
        self.points = sorted(points)
        self.counts = np.zeros((p, len(self.points)), dtype=np.int64)

    def add(self, frame: pd.DataFrame) -> None:
        import numpy as np

        given = frame[self.names].to_numpy(dtype=float)
        for place, code in enumerate(self.points):
            self.counts[:, place] += (given == code).sum(axis=0)
        keyed = score_items(frame[self.names], self.instrument.items).to_numpy(dtype=float)
        seen = np.isfinite(keyed)
        x = np.where(seen, keyed - self.middle, 0.0)
        there = seen.astype(float)
        self.n += len(x)
        self.pairs += there.T @ there
        self.first += x.T @ there
        self.cross += x.T @ x
        whole = x[seen.all(axis=1)]
        self.n_complete += len(whole)
        self.total += whole.sum(axis=0)
        self.complete += whole.T @ whole

    def result(self, stream: AnswerStream) -> AnswerMoments:
        import numpy as np
        import pandas as pd

        names, nan = self.names, np.nan
        n = self.n_complete
        mean = self.total / n if n else np.full(len(names), nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            cov = (self.complete - n * np.outer(mean, mean)) / (n - 1)
            pair_means = self.first / self.pairs  # of the row's item, over who answered both
            pair_cov = (self.cross - self.pairs * pair_means * pair_means.T) / (self.pairs - 1)
        cov = cov if n > 1 else np.full_like(cov, nan)
        pair_cov = np.where(self.pairs > 1, pair_cov, nan)
        return AnswerMoments(
            n_read=stream.n_rows,
            n=self.n,
            n_complete=n,
            counts=pd.DataFrame(self.counts, index=names, columns=self.points),
            missing=pd.Series(self.n - np.diag(self.pairs).astype(np.int64), index=names),
            kinds=self._kinds(stream),
            mean=pd.Series(mean + self.middle, index=names),
            cov=pd.DataFrame(cov, index=names, columns=names),
            available_n=pd.DataFrame(self.pairs.astype(np.int64), index=names, columns=names),
            available_mean=pd.Series(np.diag(pair_means) + self.middle, index=names),
            available_cov=pd.DataFrame(pair_cov, index=names, columns=names),
            sha256=stream.sha256,
            findings=by_severity(stream.findings),
        )

    def _kinds(self, stream: AnswerStream) -> pd.DataFrame:
        import pandas as pd

        known = set(self.names)
        kinds = sorted({kind for item, kind in stream.missing if item in known})
        table = [[stream.missing[item, kind] for kind in kinds] for item in self.names]
        return pd.DataFrame(table, index=self.names, columns=kinds, dtype="int64")


def _number(value: float) -> float | None:
    return float(value) if value == value else None
