"""Waves made to speak of the same items: what was renamed, reworded, rescaled, added, dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from ecosurvey.core import DataError, Finding, OptionError, Text
from ecosurvey.core.frames import as_frame, numeric_matrix
from ecosurvey.waves.crosswalk import Bridge, bridge_of
from ecosurvey.waves.moments import WaveMoments

if TYPE_CHECKING:
    import pandas as pd

    from ecosurvey.instrument import Instrument

Fate = Literal["same", "suspect", "free", "absent"]


@dataclass(frozen=True, slots=True)
class ItemFate:
    """What an item can do for a comparison.

    Attributes
    ----------
    item, construct : str
    fate : {"same", "suspect", "free", "absent"}
        Asked alike; reworded, so tested first; known not to be comparable, so free in every
        wave; not asked in every wave, so left out.
    why : Text
    """

    item: str
    construct: str
    fate: Fate
    why: Text = field(default=Text("", ""))


@dataclass(frozen=True, slots=True)
class AlignedWaves:
    """Two or more waves with the newest questionnaire's names.

    Attributes
    ----------
    instrument : Instrument
        The newest.
    labels : tuple of str
        In order of time.
    frames : tuple of DataFrame or WaveMoments
    fates : tuple of ItemFate
        One an item of a reflective construct.
    received : tuple of int or None
        Rows of each wave before screening, where known.
    synthetic : bool
        Whether any wave says of itself that nobody gave it.
    findings : tuple of Finding
    """

    instrument: Instrument
    labels: tuple[str, ...]
    frames: tuple[pd.DataFrame | WaveMoments, ...]
    fates: tuple[ItemFate, ...]
    received: tuple[int | None, ...] = ()
    synthetic: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """Rows of each wave."""
        return tuple(f.n if isinstance(f, WaveMoments) else len(f) for f in self.frames)

    @property
    def as_moments(self) -> bool:
        """Whether any wave is given as moments, so that rows cannot be asked for."""
        return any(isinstance(frame, WaveMoments) for frame in self.frames)

    def items(self, construct: str, *fates: Fate) -> tuple[str, ...]:
        """Return a construct's items of these fates, in their order; of all but absent if none."""
        wanted = fates or ("same", "suspect", "free")
        return tuple(f.item for f in self.fates if f.construct == construct and f.fate in wanted)


def align_waves(
    instrument: Instrument | Sequence[Instrument],
    waves: Mapping[str, Any] | Sequence[tuple[str, Any]],
) -> AlignedWaves:
    """Give old answers the names of the present questionnaire, and say which items compare.

    The crosswalk of the newest questionnaire decides: ``renamed`` columns take their new name;
    ``reworded`` items are suspects, or free if ``comparable: no``; ``rescaled`` items are free,
    unless ``comparable: yes``; items that a wave does not have are left out. Where the waves'
    own questionnaires are at hand, items whose wording or scale differs without a line in the
    crosswalk are suspects, or free, too.

    Parameters
    ----------
    instrument : Instrument or sequence of Instrument
        The newest version, or one a wave.
    waves : mapping, or sequence of (label, answers)
        Answers (CleanData, DataFrame or WaveMoments) in scoring direction, oldest first.

    Returns
    -------
    AlignedWaves

    Raises
    ------
    OptionError
        If there are fewer than two waves, labels repeat, or instruments are too few.
    DataError
        If a wave is empty.
    """
    pairs = _pairs(waves)
    if len(pairs) < 2:
        raise OptionError(
            Text(
                f"{len(pairs)} wave{'s' * (len(pairs) != 1)} given", f"只给出了{len(pairs)}轮数据"
            ),
            fix=Text("A comparison needs two or more.", "比较需要两轮或更多。"),
        )
    labels = tuple(label for label, _ in pairs)
    if len(set(labels)) < len(labels):
        raise OptionError(
            Text("two waves have the same label", "有两轮数据名称相同"),
            fix=Text("Give each its own.", "请为每轮各起名称。"),
        )
    newest, asked = _instruments(instrument, [one for _, one in pairs])
    bridge = bridge_of(newest, labels, asked)
    frames = tuple(_named(one, label, bridge) for label, one in pairs)
    asked_items = [item for items in newest.scales().values() for item in items]
    for label, frame in zip(labels, frames, strict=True):
        if not isinstance(frame, WaveMoments):
            _check_numbers(frame, asked_items, label)
    fates = _fates(newest, labels, frames, bridge)
    read = [getattr(one, "responses", None) for _, one in pairs]
    received = tuple(None if one is None else int(one.n_rows) for one in read)
    synthetic = any(one is not None and bool(one.synthetic) for one in read)
    said = [found for label, one in pairs for found in _own_findings(label, one)]
    findings = (*_findings(fates), *said)
    return AlignedWaves(newest, labels, frames, fates, received, synthetic, findings)


def _pairs(waves: Mapping[str, Any] | Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    if isinstance(waves, Mapping):
        return [(str(label), one) for label, one in waves.items()]
    found = list(waves)
    if not all(isinstance(one, tuple) and len(one) == 2 for one in found):
        raise OptionError(
            Text("waves must be pairs of a label and its answers", "每轮数据须为名称与答卷的一对"),
            fix=Text('Write [("2024", a), ("2025", b)].', '请写成 [("2024", a), ("2025", b)]。'),
        )
    return [(str(label), one) for label, one in found]


def _check_numbers(frame: pd.DataFrame, items: Sequence[str], label: str) -> None:
    """Raise for text and infinite numbers, which are faults of the file, not of a construct."""
    try:
        numeric_matrix(frame, [item for item in items if item in frame])
    except DataError as error:
        raise DataError(
            error.words.found, where=Text(f"wave {label!r}", f"轮次 {label!r}"), fix=error.words.fix
        ) from None


def _instruments(
    given: Instrument | Sequence[Instrument], waves: Sequence[Any]
) -> tuple[Instrument, tuple[Instrument, ...]]:
    """Return the newest questionnaire, and each wave's: as given, or that of its answers."""
    if isinstance(given, Sequence):
        if len(given) != len(waves):
            raise OptionError(
                Text(
                    f"{len(given)} instruments for {len(waves)} waves",
                    f"{len(waves)}轮数据却有{len(given)}份问卷",
                ),
                fix=Text(
                    "Give the newest alone, or one for each wave.",
                    "请只给出最新的一份，或每轮各一份。",
                ),
            )
        return given[-1], tuple(given)
    own = [getattr(getattr(one, "responses", None), "instrument", None) for one in waves]
    return given, tuple(given if one is None else one for one in own)


def _named(one: Any, label: str, bridge: Bridge) -> pd.DataFrame | WaveMoments:
    if isinstance(one, WaveMoments):
        return one.renamed(bridge.renamed)
    inner = getattr(one, "frame", None)
    frame = as_frame(one if inner is None else inner, Text(f"wave {label!r}", f"轮次 {label!r}"))
    if not len(frame):
        raise DataError(
            Text("the wave has no rows", "该轮没有数据行"),
            where=Text(f"wave {label!r}", f"轮次 {label!r}"),
            fix=Text("Leave it out.", "请去掉它。"),
        )
    there = {old: new for old, new in bridge.renamed.items() if new not in frame and old in frame}
    return frame.rename(columns=there)


def _fates(
    instrument: Instrument,
    labels: Sequence[str],
    frames: Sequence[pd.DataFrame | WaveMoments],
    bridge: Bridge,
) -> tuple[ItemFate, ...]:
    found: list[ItemFate] = []
    for construct, items in instrument.scales().items():
        for item in items:
            gone = [
                label for label, frame in zip(labels, frames, strict=True) if not _has(frame, item)
            ]
            if gone:
                where = ", ".join(gone)
                words = Text(f"not asked in {where}: left out", f"{where}未施测：不纳入比较")
                found.append(ItemFate(item, construct, "absent", words))
            elif item in bridge.free:
                found.append(ItemFate(item, construct, "free", bridge.free[item]))
            elif item in bridge.suspect:
                found.append(ItemFate(item, construct, "suspect", bridge.suspect[item]))
            else:
                found.append(ItemFate(item, construct, "same"))
    return tuple(found)


def _has(frame: pd.DataFrame | WaveMoments, item: str) -> bool:
    if isinstance(frame, WaveMoments):
        return item in frame.names
    return item in frame and bool(frame[item].notna().any())


def _own_findings(label: str, one: Any) -> list[Finding]:
    """Return what a wave's reading and screening warned of, under its label."""
    own = [*getattr(getattr(one, "responses", None), "findings", ()), *getattr(one, "findings", ())]
    return [
        replace(f, message=Text(f"{label}: {f.message.en}", f"{label}：{f.message.zh}"))
        for f in own
        if f.severity != "note"
    ]


def _findings(fates: Sequence[ItemFate]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            f"item_{one.fate}",
            "note",
            Text(f"item {one.item}: {one.why.en}.", f"题项{one.item}：{one.why.zh}。"),
            one.item,
        )
        for one in fates
        if one.fate != "same"
    )
