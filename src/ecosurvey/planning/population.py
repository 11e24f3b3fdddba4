"""From a questionnaire and assumptions to a population that answers can be drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ecosurvey.core import DataError, OptionError, Text, did_you_mean
from ecosurvey.planning.assumptions import Assumptions
from ecosurvey.sem.simulate import population_moments

if TYPE_CHECKING:
    from ecosurvey.instrument import Instrument
    from ecosurvey.instrument.parts import Item

Floats = NDArray[np.float64]
_LIMIT = 1.75  # the outermost thresholds of answers whose shares are not given


@dataclass(frozen=True)
class Population:
    """Normal responses behind the answers, and where they are cut.

    Attributes
    ----------
    text : str
        The model with its values, as ``es.simulate`` takes it.
    names : tuple of str
        The items.
    mean, root : arrays
        Of the responses; ``root`` is the Cholesky factor of their covariances.
    cuts : tuple of arrays
        Ascending thresholds of each item; empty for continuous scores.
    paths : mapping of (str, str) to float
        (source, target) -> standardized effect.
    reversed : tuple of int
        Places of the items that are worded the other way round.
    """

    text: str
    names: tuple[str, ...]
    mean: Floats
    root: Floats
    cuts: tuple[Floats, ...]
    paths: Mapping[tuple[str, str], float]
    reversed: tuple[int, ...] = ()

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Return n rows of answers 1, 2, … in the scoring direction, (n, items)."""
        values = self.mean + rng.standard_normal((n, len(self.names))) @ self.root.T
        for at, cut in enumerate(self.cuts):
            if len(cut):
                values[:, at] = np.searchsorted(cut, values[:, at]) + 1.0
        return values

    def shifted(self, means: Mapping[str, float], cuts: Mapping[str, float]) -> Population:
        """Return the population with latent means, and thresholds of some items, moved.

        Parameters
        ----------
        means : mapping of str to float
            Construct -> latent mean in standard deviations.
        cuts : mapping of str to float
            Item -> what is added to its thresholds: negative makes it easier to agree.
        """
        for name in cuts:
            if name not in self.names:
                raise OptionError(
                    Text(f"{name!r} is no item", f"{name!r} 不是题项"),
                    fix=did_you_mean(name, self.names) or None,
                )
        moved = self.text + "".join(f"{name} ~ {value!r}*1\n" for name, value in means.items())
        names, mean, _ = population_moments(moved)
        order = [names.index(name) for name in self.names]
        new = tuple(
            cut + cuts.get(name, 0.0) for name, cut in zip(self.names, self.cuts, strict=True)
        )
        return replace(self, text=moved, mean=mean[order], cuts=new)


def population_of(instrument: Instrument, assumptions: Assumptions) -> Population:
    """Return the population that a questionnaire and assumptions describe.

    All constructs and responses have variance 1. The structure is that of the hypotheses;
    constructs that nothing predicts correlate as assumed.

    Raises
    ------
    OptionError
        If the assumptions name what the questionnaire does not have.
    DataError
        If no such population exists, with what is impossible.
    """
    paths = _paths(instrument, assumptions)
    _check_names(instrument, assumptions)
    lines = _measurement(instrument, assumptions)
    targets: dict[str, list[str]] = {}
    for (source, target), value in paths.items():
        targets.setdefault(target, []).append(f"{value!r}*{source}")
    lines += [f"{target} ~ {' + '.join(terms)}" for target, terms in targets.items()]
    lines += _correlations(instrument, assumptions, set(targets))
    text = "\n".join(lines) + "\n"
    text += _residuals(instrument, assumptions, text, set(targets))
    names, mean, cov = population_moments(text)
    items = [item.id for item in instrument.items if item.id in names]
    order = [names.index(item) for item in items]
    cuts = tuple(_cuts(instrument.item(item), assumptions) for item in items)
    root = np.asarray(np.linalg.cholesky(cov[np.ix_(order, order)]), dtype=np.float64)
    turned = tuple(at for at, item in enumerate(items) if instrument.item(item).reverse)
    return Population(text, tuple(items), mean[order], root, cuts, paths, turned)


def construct_ids(instrument: Instrument) -> list[str]:
    """Return the constructs, first order before second."""
    return [c.id for c in instrument.constructs] + [c.id for c in instrument.higher_order]


def latent_means(population: Population, constructs: Sequence[str]) -> dict[str, float]:
    """Return the means of constructs, paths followed, by indicators that follow each alone."""
    probe = "ecosurvey_probe"
    seen = "".join(f"{probe}{k} ~ 0.5*{name}\n" for k, name in enumerate(constructs))
    names, mean, _ = population_moments(population.text + seen)
    return {
        name: float(mean[names.index(f"{probe}{k}")]) / 0.5 for k, name in enumerate(constructs)
    }


def check_known(what: str, given: Sequence[str] | Mapping[str, float], known: list[str]) -> None:
    """Raise for the first name that is not known, with the nearest."""
    for name in given:
        if name not in known:
            raise OptionError(
                Text(f"{what}: {name!r} is not there", f"{what}：没有 {name!r}"),
                fix=did_you_mean(name, known)
                or Text(f"There are: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"),
            )


def _paths(instrument: Instrument, assumptions: Assumptions) -> dict[tuple[str, str], float]:
    """Return every hypothesis' effect: as given, else the common size in the expected direction."""
    by_id = {one.id: (one.source, one.target) for one in instrument.hypotheses}
    found = {
        (one.source, one.target): -assumptions.effect if one.sign == "-" else assumptions.effect
        for one in instrument.hypotheses
    }
    for key, value in assumptions.effects.items():
        pair = by_id.get(key)
        if pair is None:
            parts = [part.strip() for part in key.replace("→", "->").split("->")]
            pair = (parts[0], parts[1]) if len(parts) == 2 else None
        if pair not in found:
            ways = [*by_id, *(f"{source} -> {target}" for source, target in found)]
            raise OptionError(
                Text(
                    f"effects: {key!r} is no hypothesis of {instrument.id!r}",
                    f"effects：{key!r} 不是 {instrument.id!r} 的假设",
                ),
                fix=did_you_mean(key, ways)
                or Text(
                    f"There are: {', '.join(by_id) or 'none'}.",
                    f"可用的有：{'、'.join(by_id) or '无'}。",
                ),
            )
        found[pair] = float(value)
    return found


def _check_names(instrument: Instrument, assumptions: Assumptions) -> None:
    constructs = construct_ids(instrument)
    items = [item.id for item in instrument.items]
    scales = list(dict.fromkeys(item.scale.id for item in instrument.items))
    pairs = [name for key in assumptions.correlations for name in _pair(key)]
    for what, given, known in (
        ("loadings", assumptions.loadings, [*constructs, *items]),
        ("correlations", pairs, constructs),
        ("answers", assumptions.answers, [*scales, *items]),
    ):
        for name in given:
            if name not in known:
                raise OptionError(
                    Text(
                        f"{what}: {name!r} is not in {instrument.id!r}",
                        f"{what}：{name!r} 不在 {instrument.id!r} 中",
                    ),
                    fix=did_you_mean(name, known)
                    or Text(f"There are: {', '.join(known)}.", f"可用的有：{'、'.join(known)}。"),
                )


def _measurement(instrument: Instrument, assumptions: Assumptions) -> list[str]:
    """Return the loadings, facets by their construct's name, items by theirs or the construct's."""

    def term(construct: str, part: str, otherwise: float = assumptions.loading) -> str:
        given = assumptions.loadings
        value = given.get(part, given.get(construct, otherwise))
        return f"{float(value)!r}*{part}"

    facets = {part: higher.id for higher in instrument.higher_order for part in higher.of}
    lines = []
    for construct in instrument.constructs:
        # the analysis takes a single item for the construct itself unless it is told otherwise
        alone = len(construct.items) == 1 and not construct.error_variance
        size = 1.0 if alone else assumptions.loading
        terms = [
            # a facet's name gives its loading on its construct; its items then take the default
            term("" if construct.id in facets else construct.id, item.id, size)
            for item in construct.items
        ]
        lines.append(f"{construct.id} =~ {' + '.join(terms)}")
        if terms[0] == f"1.0*{construct.items[0].id}" and alone:
            lines.append(f"{construct.items[0].id} ~~ 0*{construct.items[0].id}")
    for higher in instrument.higher_order:
        terms = [term(higher.id, part) for part in higher.of]
        lines.append(f"{higher.id} =~ {' + '.join(terms)}")
    return lines


def _correlations(
    instrument: Instrument, assumptions: Assumptions, targets: set[str]
) -> Iterable[str]:
    """Return the correlations of the constructs that nothing predicts."""
    facets = {part for higher in instrument.higher_order for part in higher.of}
    valence = {c.id: c.valence for c in instrument.constructs}
    valence |= {c.id: c.valence for c in instrument.higher_order}
    free = [name for name in valence if name not in facets and name not in targets]
    given = {frozenset(_pair(key)): value for key, value in assumptions.correlations.items()}
    for pair in given:
        outside = [name for name in pair if name not in free]
        if outside:
            raise OptionError(
                Text(
                    f"correlations: {outside[0]} is explained by the model",
                    f"correlations：{outside[0]} 由模型解释",
                ),
                fix=Text("Its correlations follow from the effects.", "它的相关由各效应决定。"),
            )
    for at, one in enumerate(free):
        for other in free[:at]:
            size = assumptions.correlation * (1 if valence[one] == valence[other] else -1)
            value = float(given.get(frozenset((one, other)), size))
            yield f"{other} ~~ {value!r}*{one}"


def _residuals(
    instrument: Instrument, assumptions: Assumptions, text: str, targets: set[str]
) -> str:
    """Return the covariances of the residuals that correlate as assumed."""
    lines = []
    for one, other in instrument.residual_covariances:
        if one in targets and other in targets:
            left = [_unexplained(text, name) for name in (one, other)]
            value = assumptions.residual_correlation * float(np.sqrt(left[0] * left[1]))
            lines.append(f"{one} ~~ {value!r}*{other}\n")
    return "".join(lines)


def _unexplained(text: str, construct: str) -> float:
    """Return the share of a construct that its predictors leave, by an indicator without error."""
    probe = "ecosurvey_probe"
    sources = next(line for line in text.splitlines() if line.startswith(f"{construct} ~ "))
    terms = [part.split("*") for part in sources.split(" ~ ")[1].split(" + ")]
    weights = np.array([float(value) for value, _ in terms])
    seen = "".join(f"{probe}{k} ~ 0.5*{name}\n" for k, (_, name) in enumerate(terms))
    names, _, cov = population_moments(text + seen)
    at = [names.index(f"{probe}{k}") for k in range(len(terms))]
    among = cov[np.ix_(at, at)] / 0.25
    np.fill_diagonal(among, 1.0)
    left = 1.0 - float(weights @ among @ weights)
    if left <= 0:
        raise DataError(
            Text(
                f"what predicts {construct} explains {1 - left:.0%} of it",
                f"{construct} 的各预测变量解释了它的{1 - left:.0%}",
            ),
            fix=Text("Make effects smaller.", "请减小效应。"),
        )
    return left


def _cuts(item: Item, assumptions: Assumptions) -> Floats:
    """Return the thresholds of an item: of its own shares, else of those of its scale."""
    from scipy.special import ndtri

    scale = item.scale
    points = len(scale.points)
    if points < 2 or scale.kind != "likert":
        return np.empty(0)
    named = item.id if item.id in assumptions.answers else scale.id
    shares = assumptions.answers.get(named)
    if shares is None:
        if points == 2:
            return np.zeros(1)
        edge = min(_LIMIT, 0.75 + 0.25 * (points - 2))
        return np.linspace(-edge, edge, points - 1)
    if len(shares) != points:
        raise OptionError(
            Text(
                f"answers: {named} has {points} points, not {len(shares)}",
                f"answers：{named} 有{points}个选项，而不是{len(shares)}个",
            ),
            fix=Text("Give one share a point.", "请为每个选项给出一个比例。"),
        )
    below = np.cumsum(shares)[:-1] / float(np.sum(shares))
    return np.asarray(ndtri(below), dtype=np.float64)


def _pair(key: str) -> tuple[str, str]:
    parts = [part.strip() for part in key.split(",")]
    if len(parts) != 2 or parts[0] == parts[1]:
        raise OptionError(
            Text(
                f"correlations: {key!r} names no two constructs",
                f"correlations：{key!r} 没有写出两个构念",
            ),
            fix=Text('Write "POL, FUN": 0.3.', '请写成 "POL, FUN": 0.3。'),
        )
    return parts[0], parts[1]
