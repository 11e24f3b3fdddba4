"""Which items a file must hold, given the versions of the questionnaire it was asked with."""

from __future__ import annotations

from collections.abc import Iterable

from ecosurvey.instrument import Instrument, Item


def required_items(instrument: Instrument, waves: Iterable[str]) -> set[str]:
    """Return the ids of the items that were asked in the given waves.

    Without known waves, those of the version that the questionnaire file describes.
    """
    waves = tuple(waves)
    version_of = {wave.id: wave.version for wave in instrument.waves}
    versions = {version_of[wave] for wave in waves if wave in version_of}
    order = {row.version: n for n, row in enumerate(instrument.versions)}
    asked = versions or {instrument.version}
    given = _given(instrument, waves)
    return {
        item.id
        for item in instrument.items
        if item.id in given and any(_asked_in(item, version, order) for version in asked)
    }


def _asked_in(item: Item, version: str, order: dict[str, int]) -> bool:
    now = order.get(version)
    if now is None:
        return True
    since = order.get(item.since, 0) if item.since else 0
    until = order.get(item.until, len(order)) if item.until else len(order)
    return since <= now <= until


def _given(instrument: Instrument, waves: tuple[str, ...]) -> set[str]:
    """Return the ids of the items that stand in the forms which the waves used."""
    form_of = {wave.id: wave.form for wave in instrument.waves}
    used = [form_of[wave] for wave in waves if wave in form_of]
    chosen = [form for form in used if form is not None]
    if not chosen or len(chosen) < len(used):  # some wave was given the whole questionnaire
        return {item.id for item in instrument.items}
    return {one for name in chosen for one in instrument.members(instrument.form(name).contents)}
