"""The questionnaire as the rest of the program sees it: frozen, checked, without files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ecosurvey.core import Cell, Column, Finding, InstrumentError, Result, Table, Text, did_you_mean
from ecosurvey.instrument.parts import (
    Check,
    Construct,
    Crosswalk,
    Form,
    HigherOrder,
    Hypothesis,
    Item,
    Mediation,
    Meta,
    MissingCode,
    Moderation,
    Page,
    Qualitative,
    Quality,
    Variable,
    Version,
    Wave,
    Weighting,
)
from ecosurvey.instrument.ratings import ContentRatings


@dataclass(frozen=True)
class Instrument(Result):
    """A questionnaire: what was asked, on which scales, and what it is meant to measure.

    Made by :func:`load_instrument`; every reference in it has been checked.

    Attributes
    ----------
    id, version, title, languages, licence
        Identity of the questionnaire.
    path, sha256
        The file it was read from, and the hash of its bytes.
    constructs : tuple of Construct
        First-order constructs in the order of the file, with their items.
    higher_order : tuple of HigherOrder
        Constructs measured by constructs.
    checks, variables, meta
        Attention checks, background questions, names of technical columns.
    hypotheses, mediations, outcome, candidates, groups, controls, residual_covariances
        The structural model; ``outcome`` is ``None`` if nothing is to be ranked.
    moderations : tuple of Moderation
        Relations expected to depend on a third thing.
    measurement : str or None
        Model text that takes the place of the measurement model made from the constructs.
    other_outcomes : tuple of str
        Outcomes of interest besides ``outcome``.
    forms : tuple of Form
        Selections of the questions, named by waves.
    missing : tuple of MissingCode
        Codes and cell texts that stand for no answer.
    columns : mapping
        Column id -> other headers under which data files hold it.
    pages : tuple of Page
        Order shown; empty if the file has no layout.
    versions, waves, crosswalk
        History of the wording.
    qualitative, content_validity
        Case material tied to the questionnaire, and experts' ratings of its items.
    quality, weighting
        The screening fixed beforehand, and the population's known margins.
    illustration : bool
        True if the model only shows the method and claims nothing.
    findings : tuple of Finding
        What a careful reader would remark on the questionnaire.
    """

    id: str
    version: str
    title: Text
    languages: tuple[str, ...]
    licence: str | None
    path: Path
    sha256: str
    constructs: tuple[Construct, ...]
    higher_order: tuple[HigherOrder, ...] = ()
    checks: tuple[Check, ...] = ()
    variables: tuple[Variable, ...] = ()
    meta: Meta = field(default_factory=Meta)
    hypotheses: tuple[Hypothesis, ...] = ()
    mediations: tuple[Mediation, ...] = ()
    moderations: tuple[Moderation, ...] = ()
    measurement: str | None = None
    outcome: str | None = None
    other_outcomes: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    controls: tuple[tuple[str, str], ...] = ()
    residual_covariances: tuple[tuple[str, str], ...] = ()
    excluded_from_model: tuple[str, ...] = ()
    missing: tuple[MissingCode, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    forms: tuple[Form, ...] = ()
    instructions: Text | None = None
    description: Text | None = None
    quality: Quality = field(default_factory=Quality)
    weighting: Weighting = field(default_factory=Weighting)
    versions: tuple[Version, ...] = ()
    waves: tuple[Wave, ...] = ()
    crosswalk: tuple[Crosswalk, ...] = ()
    qualitative: Qualitative | None = None
    content_validity: ContentRatings | None = None
    illustration: bool = False
    references: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """All items of the constructs, in the order of the file."""
        return tuple(item for construct in self.constructs for item in construct.items)

    @cached_property
    def _items(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def _names(self) -> dict[str, Text]:
        names: dict[str, Text] = {item.id: item.text for item in self.items}
        names |= {check.id: check.text for check in self.checks}
        names |= {variable.id: variable.label for variable in self.variables}
        names |= {construct.id: construct.name for construct in self.constructs}
        names |= {higher.id: higher.name for higher in self.higher_order}
        for variable in self.variables:
            columns = zip(variable.expanded, variable.options, strict=False)
            names |= {column: option.label for column, option in columns}
        names |= {c.score_name: c.name for c in self.constructs if c.mode == "composite"}
        return names

    def item(self, item_id: str) -> Item:
        """Return one item.

        Raises
        ------
        InstrumentError
            If there is no such item; names the nearest.
        """
        if item_id not in self._items:
            raise InstrumentError(
                Text(
                    f"{item_id!r} is not an item of {self.id!r}",
                    f"{item_id!r} 不是 {self.id!r} 的题项",
                ),
                fix=did_you_mean(item_id, self._items),
            )
        return self._items[item_id]

    def name_of(self, any_id: str) -> Text:
        """Return the name of a construct, the text of an item, or the label of a variable."""
        if any_id not in self._names:
            raise InstrumentError(
                Text(f"{any_id!r} is not in {self.id!r}", f"{self.id!r} 中没有 {any_id!r}"),
                fix=did_you_mean(any_id, self._names),
            )
        return self._names[any_id]

    def scales(self) -> dict[str, tuple[str, ...]]:
        """Return reflective first-order construct id -> the ids of its items.

        Composites are left out: their items need not agree, so no reliability is asked of them.
        """
        return {
            c.id: tuple(item.id for item in c.items)
            for c in self.constructs
            if c.mode == "reflective"
        }

    def members(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return ids with constructs replaced by their items, in the order given."""
        inside = {c.id: tuple(item.id for item in c.items) for c in self.constructs}
        return tuple(one for name in names for one in inside.get(name, (name,)))

    def form(self, form_id: str) -> Form:
        """Return one form.

        Raises
        ------
        InstrumentError
            If there is no such form; names the nearest.
        """
        for form in self.forms:
            if form.id == form_id:
                return form
        known = [form.id for form in self.forms]
        raise InstrumentError(
            Text(
                f"{form_id!r} is not a form of {self.id!r}", f"{form_id!r} 不是 {self.id!r} 的表单"
            ),
            fix=did_you_mean(form_id, known)
            or Text(
                f"There are: {', '.join(known) or 'none'}.",
                f"可用的有：{'、'.join(known) or '无'}。",
            ),
        )

    @property
    def outcomes(self) -> tuple[str, ...]:
        """All outcomes of interest, the main one first."""
        return (self.outcome, *self.other_outcomes) if self.outcome else self.other_outcomes

    def blocks(self) -> tuple[tuple[str, ...], ...]:
        """Return the items page by page in the order shown; one block if there is no layout."""
        known = set(self._items)
        blocks: list[tuple[str, ...]] = []
        for page in self.pages:
            shown = [name for name in self.members(page.contents) if name in known]
            if shown:
                blocks.append(tuple(shown))
        placed = {item for block in blocks for item in block}
        rest = tuple(item.id for item in self.items if item.id not in placed)
        return (*blocks, rest) if rest else tuple(blocks)

    def measurement_syntax(self) -> str:
        """Return the confirmatory factor model as lavaan text."""
        from ecosurvey.instrument.syntax import measurement_syntax

        return measurement_syntax(self)

    def structural_syntax(self) -> str | None:
        """Return measurement, regressions and residual covariances; ``None`` without hypotheses."""
        from ecosurvey.instrument.syntax import structural_syntax

        return structural_syntax(self)

    def tables(self) -> tuple[Table, ...]:
        """Return the constructs with their items as a table."""
        columns = (
            Column("id", Text("Item", "题项"), "label"),
            Column("text", Text("Wording", "题干"), "text"),
            Column("scale", Text("Scale", "量表"), "text"),
            Column("keyed", Text("Keyed", "计分方向"), "text"),
        )
        ways: dict[bool, Text] = {True: Text("reverse", "反向"), False: Text("forward", "正向")}
        rows: list[tuple[Cell, ...]] = []
        groups: list[tuple[int, Text]] = []
        for construct in self.constructs:
            groups.append(
                (
                    len(rows),
                    Text(
                        f"{construct.id}: {construct.name.en}",
                        f"{construct.id}：{construct.name.zh}",
                    ),
                )
            )
            rows += [(i.id, i.text, i.scale.id, ways[i.reverse]) for i in construct.items]
        return (Table("items", self.title, columns, tuple(rows), groups=tuple(groups)),)
