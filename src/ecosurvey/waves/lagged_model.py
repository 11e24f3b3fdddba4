"""A cross-lagged panel model as text: what leads from wave to wave, and what stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

Measures = Sequence[str] | Sequence[Sequence[str]]
Known = Mapping[str, Sequence[Sequence[float]]]


def lagged_text(
    variables: Mapping[str, Measures],
    *,
    random_intercepts: bool = False,
    equal_lags: bool = False,
    errors: Known | None = None,
) -> str:
    """Return the model as text.

    ``within_x.2`` is what stands in the regressions: x in the second wave, or, with random
    intercepts, what is left of it when ``stable_x`` is taken out of ``x.2``, the factor behind
    items.

    Examples
    --------
    >>> print(lagged_text({"x": ["x1", "x2"], "y": ["y1", "y2"]}))
    within_x.1 =~ 1*x1
    x1 ~~ 0*x1
    within_x.2 =~ 1*x2
    x2 ~~ 0*x2
    within_y.1 =~ 1*y1
    y1 ~~ 0*y1
    within_y.2 =~ 1*y2
    y2 ~~ 0*y2
    within_x.2 ~ within_x.1 + within_y.1
    within_y.2 ~ within_x.1 + within_y.1
    within_x.1 ~~ within_y.1
    within_x.2 ~~ within_y.2
    """
    names = list(variables)
    waves = len(variables[names[0]])
    lines: list[str] = []
    for name in names:
        own = (errors or {}).get(name)
        lines += _measured(name, variables[name], own, directly=not random_intercepts)
    if random_intercepts:
        lines += _stable(names, variables, waves)
    for k in range(2, waves + 1):
        for i, target in enumerate(names):
            terms = [
                f"{f'lag_{i}_{j}*' if equal_lags else ''}{within(source, k - 1)}"
                for j, source in enumerate(names)
            ]
            lines.append(f"{within(target, k)} ~ {' + '.join(terms)}")
    for k in range(1, waves + 1):
        lines += [f"{within(a, k)} ~~ {within(b, k)}" for a, b in combinations(names, 2)]
    return "\n".join(lines)


def within(name: str, wave: int) -> str:
    """Return the name of what moves in one wave, waves counted from 1."""
    return f"within_{name}.{wave}"


def stable(name: str) -> str:
    """Return the name of a random intercept."""
    return f"stable_{name}"


def _measured(
    name: str, measures: Measures, errors: Sequence[Sequence[float]] | None, *, directly: bool
) -> list[str]:
    """Return what measures one variable: a column a wave, or a factor of items a wave."""
    lines = []
    for k, one in enumerate(measures, 1):
        column = one
        if not isinstance(one, str):
            column = within(name, k) if directly else f"{name}.{k}"
            rest = [f"load_{name}_{at}*{item}" for at, item in enumerate(one[1:], 2)]
            lines.append(f"{column} =~ {' + '.join([f'1*{one[0]}', *rest])}")
            if directly:
                continue
        noise = 0 if errors is None else repr(float(errors[k - 1][k - 1]))
        lines += [f"{within(name, k)} =~ 1*{column}", f"{column} ~~ {noise}*{column}"]
    for (a, one), (b, other) in combinations(enumerate(measures), 2):
        if isinstance(one, str) or isinstance(other, str):
            if errors is not None:
                lines.append(f"{one} ~~ {float(errors[a][b])!r}*{other}")
        else:
            lines += [f"{i} ~~ {j}" for i, j in zip(one, other, strict=True)]
    return lines


def _stable(names: Sequence[str], variables: Mapping[str, Measures], waves: int) -> list[str]:
    """Return the random intercepts, which go with one another and with nothing that moves."""
    lines = []
    for name in names:
        shown = [
            one if isinstance(one, str) else f"{name}.{k}"
            for k, one in enumerate(variables[name], 1)
        ]
        lines.append(f"{stable(name)} =~ {' + '.join(f'1*{one}' for one in shown)}")
    lines += [f"{stable(a)} ~~ {stable(b)}" for a, b in combinations(names, 2)]
    lines += [f"{stable(a)} ~~ 0*{within(b, 1)}" for a in names for b in names]
    return lines
