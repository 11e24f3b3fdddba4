"""A checked document -> the questionnaire that the rest of the program uses."""

from __future__ import annotations

from pathlib import Path

from ecosurvey.core import Finding, Text
from ecosurvey.instrument import parts
from ecosurvey.instrument.document.base import Words
from ecosurvey.instrument.document.conditions import ConditionPart
from ecosurvey.instrument.document.history import CrosswalkPart
from ecosurvey.instrument.document.measures import (
    ConstructPart,
    HigherOrderPart,
    ItemPart,
    ScalePart,
    SourcePart,
    TheoryPart,
)
from ecosurvey.instrument.document.questions import CheckPart, VariablePart
from ecosurvey.instrument.document.root import Document
from ecosurvey.instrument.graph import reaching
from ecosurvey.instrument.model import Instrument
from ecosurvey.instrument.ratings import ContentRatings

Scales = dict[str, parts.Scale]


def build(document: Document, path: Path, sha256: str, findings: tuple[Finding, ...]) -> Instrument:
    """Return the questionnaire of a document whose references have been checked."""
    scales = {name: _scale(name, part) for name, part in document.scales.items()}
    model = document.model
    default = document.defaults.scale
    return Instrument(
        id=document.id,
        version=document.version,
        title=words(document.title),
        languages=document.languages,
        licence=document.licence,
        path=path,
        sha256=sha256,
        constructs=tuple(_construct(part, scales, default) for part in document.constructs),
        higher_order=tuple(_higher_order(part) for part in document.higher_order),
        checks=tuple(_check(part, scales) for part in document.checks),
        variables=tuple(_variable(part, scales) for part in document.variables),
        meta=parts.Meta(**document.meta.model_dump()),
        hypotheses=tuple(
            parts.Hypothesis(h.id, h.from_, h.to, h.sign, _maybe(h.why)) for h in model.hypotheses
        ),
        mediations=tuple(
            parts.Mediation(m.id, m.path, m.sign, _maybe(m.why)) for m in model.mediation
        ),
        moderations=tuple(
            parts.Moderation(m.id, m.moderator, m.from_, m.to, m.sign, _maybe(m.why))
            for m in model.moderation
        ),
        measurement=model.measurement,
        outcome=model.outcome,
        other_outcomes=model.other_outcomes,
        candidates=_candidates(document),
        groups=model.groups,
        controls=tuple((v, on) for on in model.controls.on for v in model.controls.variables)
        if model.controls
        else (),
        residual_covariances=model.residual_covariances,
        excluded_from_model=model.exclude,
        missing=tuple(
            parts.MissingCode(m.code, m.kind, _maybe(m.label), m.texts) for m in document.missing
        ),
        columns=dict(document.columns),
        pages=tuple(parts.Page(str(p.page), p.contents, _maybe(p.title)) for p in document.layout),
        forms=tuple(
            parts.Form(name, words(form.label), form.contents)
            for name, form in document.forms.items()
        ),
        instructions=_maybe(document.instructions),
        description=_maybe(document.description),
        weighting=parts.Weighting(document.weighting.margins, document.weighting.trim),
        quality=parts.Quality(**document.quality.model_dump()),
        versions=tuple(
            parts.Version(v.version, v.date, _maybe(v.changes)) for v in document.versions
        ),
        waves=tuple(
            parts.Wave(str(w.wave), w.version, w.start, w.end, w.platform, w.form)
            for w in document.waves
        ),
        crosswalk=tuple(_crosswalk(row) for row in document.crosswalk),
        qualitative=_qualitative(document),
        content_validity=_content(document),
        illustration=model.illustration,
        references={name: part.text for name, part in document.references.items()},
        findings=findings,
    )


def words(part: Words) -> Text:
    """Return words in both languages; one that is not there is said in the other."""
    return Text(part.en or part.zh or "", part.zh or part.en or "")


def _maybe(part: Words | None) -> Text | None:
    return None if part is None else words(part)


def _scale(name: str, part: ScalePart) -> parts.Scale:
    labels = {code: words(label) for code, label in part.labels.items()}
    return parts.Scale(name, part.type, part.min, part.max, labels)


def _theory(part: TheoryPart | None) -> parts.Theory | None:
    if part is None:
        return None
    return parts.Theory(part.block, part.dimension, _maybe(part.passage))


def _source(part: SourcePart | None) -> parts.Source | None:
    if part is None:
        return None
    item = None if part.item is None else str(part.item)
    return parts.Source(part.type, part.ref, item, part.licence, _maybe(part.changes))


def _construct(part: ConstructPart, scales: Scales, default: str | None) -> parts.Construct:
    def item(row: ItemPart) -> parts.Item:
        return parts.Item(
            id=row.id,
            text=words(row.label),
            construct=part.id,
            scale=scales[row.scale or part.scale or default or ""],
            reverse=row.reverse,
            facet=row.facet,
            theory=_theory(row.theory),
            source=_source(row.source),
            since=row.since,
            until=row.until,
            required=row.required,
            show_if=_condition(row.show_if),
        )

    return parts.Construct(
        id=part.id,
        name=words(part.label),
        items=tuple(item(row) for row in part.items),
        definition=_maybe(part.definition),
        stem=_maybe(part.stem),
        valence=part.valence,
        theory=_theory(part.theory),
        mode=part.mode,
        weights=dict(part.weights or {}),
        error_variance=part.error_variance,
        show_if=_condition(part.show_if),
    )


def _higher_order(part: HigherOrderPart) -> parts.HigherOrder:
    return parts.HigherOrder(
        id=part.id,
        name=words(part.label),
        of=part.of,
        definition=_maybe(part.definition),
        equal_loadings=part.equal_loadings,
        valence=part.valence,
        theory=_theory(part.theory),
    )


def _check(part: CheckPart, scales: Scales) -> parts.Check:
    scale = scales[part.scale] if part.scale else None
    return parts.Check(part.id, part.kind, words(part.label), part.expect, scale, part.after)


def _variable(part: VariablePart, scales: Scales) -> parts.Variable:
    scale = scales[part.scale] if part.scale else None
    options = tuple(
        parts.Option(o.code, words(o.label), o.value, o.other_text, o.exclusive)
        for o in part.options
    )
    if scale and not options:
        options = tuple(parts.Option(code, label) for code, label in scale.labels.items())
    return parts.Variable(
        id=part.id,
        type=part.type,
        label=words(part.label),
        options=options,
        range=part.range,
        ordered=part.ordered or part.type == "scale",
        required=part.required,
        scale=scale,
        screen=parts.Screen(part.screen.keep, part.screen.reason) if part.screen else None,
        show_if=_condition(part.show_if),
    )


def _condition(part: ConditionPart | None) -> parts.Condition | None:
    if part is None:
        return None
    among = (part.has,) if part.has is not None else part.in_
    return parts.Condition(
        var=part.var,
        among=among,
        at_least=part.gte,
        at_most=part.lte,
        all=tuple(c for c in map(_condition, part.all or ()) if c),
        any=tuple(c for c in map(_condition, part.any or ()) if c),
        negated=_condition(part.not_),
    )


def _crosswalk(row: CrosswalkPart) -> parts.Crosswalk:
    old, new = row.from_, row.to
    return parts.Crosswalk(
        type=row.type,
        old_version=old.version if old else None,
        old_item=old.item if old else None,
        old_text=_maybe(old.label) if old else None,
        new_version=new.version if new else None,
        new_item=new.item if new else None,
        comparable=row.comparable,
    )


def _qualitative(document: Document) -> parts.Qualitative | None:
    part = document.qualitative
    if part is None:
        return None
    codes = tuple(
        parts.QualitativeCode(
            c.code, words(c.label), c.names, c.construct_, c.hypotheses, c.evidence
        )
        for c in part.codes
    )
    return parts.Qualitative(
        codes, part.source, part.ignore, part.cases, part.literature, part.decisions, part.privacy
    )


def _content(document: Document) -> ContentRatings | None:
    part = document.content_validity
    if part is None:
        return None
    return ContentRatings(
        tuple({item: float(rating) for item, rating in expert.items()} for expert in part.ratings),
        part.source,
        part.scale,
        None if part.relevant is None else float(part.relevant),
    )


def _candidates(document: Document) -> tuple[str, ...]:
    """Return the constructs to rank: those named, or all with a directed way to the outcome."""
    model = document.model
    if model.candidates or model.outcome is None:
        return model.candidates
    edges = [(h.from_, h.to) for h in model.hypotheses]
    sources = reaching(edges, model.outcome)
    order = [part.id for part in document.constructs]
    order += [higher.id for higher in document.higher_order]
    return tuple(name for name in order if name in sources and name != model.outcome)
