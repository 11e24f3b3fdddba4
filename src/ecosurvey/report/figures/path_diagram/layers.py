"""Who stands in which row, and in which order: few crossings, arrows all one way.

The rows are those of Sugiyama, Tagawa & Toda (1981): each variable one row below the lowest
of its causes (longest path); an arrow that passes over rows gets a narrow place of its own in
each, so that it never runs through a box; the order within rows follows from barycentres and
exchanges of neighbours, best of all sweeps. Nothing is random.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Edge = tuple[str, str]
_SWEEPS = 24


@dataclass(frozen=True, slots=True)
class Layers:
    """The rows from first to last, each in order; and how each edge passes through them.

    ``chains`` gives for each edge the names on its way, its ends included; names that are
    no variables (they hold a line feed) are the narrow places of passing arrows.
    """

    rows: tuple[tuple[str, ...], ...]
    chains: tuple[tuple[str, ...], ...]

    def crossings(self) -> int:
        """Return how many pairs of arrows cross."""
        return _crossings(self.rows, _links(self.chains))


def arrange(nodes: Sequence[str], edges: Sequence[Edge], above: Iterable[Edge] = ()) -> Layers:
    """Return rows for nodes and edges.

    Parameters
    ----------
    nodes : sequence of str
        In the order of the model, which decides where nothing else does.
    edges : sequence of (str, str)
        From cause to effect. Where they form a circle, the edge that closes it in the order
        of the model is turned round for the layout.
    above : iterable of (str, str)
        Edges drawn upwards: (construct, facet) of constructs that stand in the first row.
    """
    upward = tuple(above)
    lifted = {facet for _, facet in upward}
    directed = _without_circles(nodes, [edge for edge in edges if edge[0] != edge[1]])
    rank = _longest_path([node for node in nodes if node not in lifted], directed)
    if upward:
        rank = {node: row + 1 for node, row in rank.items()}
        rank.update(dict.fromkeys(sorted(lifted, key=list(nodes).index), 0))
    every = [*((a, b) if rank[a] <= rank[b] else (b, a) for a, b in edges), *_flip(upward)]
    rows: list[list[str]] = [[] for _ in range(max(rank.values(), default=0) + 1)]
    for node in nodes:
        rows[rank[node]].append(node)
    chains = [_chain(edge, rank, rows) for edge in every]
    best = _order([tuple(row) for row in rows], _links(chains))
    turned = [
        chain if chain[0] == source else chain[::-1]
        for chain, (source, _) in zip(chains, [*edges, *upward], strict=True)
    ]
    return Layers(best, tuple(turned))


def _flip(edges: Iterable[Edge]) -> list[Edge]:
    return [(target, source) for source, target in edges]


def _without_circles(nodes: Sequence[str], edges: Iterable[Edge]) -> list[Edge]:
    """Keep the edges that close no circle with the ones kept before, in order."""
    kept: list[Edge] = []
    reach: dict[str, set[str]] = {node: {node} for node in nodes}
    for source, target in edges:
        if source in reach[target]:
            continue
        kept.append((source, target))
        for known in reach.values():
            if source in known:
                known |= reach[target]
    return kept


def _longest_path(nodes: Iterable[str], edges: Iterable[Edge]) -> dict[str, int]:
    links = list(edges)
    rank = dict.fromkeys(nodes, 0)
    for _ in rank:  # at most as many rounds as nodes, since there is no circle
        moved = False
        for source, target in links:
            if rank[target] < rank[source] + 1:
                rank[target] = rank[source] + 1
                moved = True
        if not moved:
            break
    return rank


def _chain(edge: Edge, rank: Mapping[str, int], rows: list[list[str]]) -> tuple[str, ...]:
    """Give a passing arrow its narrow places and return its way."""
    source, target = edge
    passed = [f"{source}\n{target}\n{row}" for row in range(rank[source] + 1, rank[target])]
    for row, name in enumerate(passed, rank[source] + 1):
        if name not in rows[row]:
            rows[row].append(name)
    return (source, *passed, target)


def _links(chains: Iterable[tuple[str, ...]]) -> tuple[Edge, ...]:
    return tuple(pair for chain in chains for pair in pairwise(chain))


def _order(rows: Sequence[tuple[str, ...]], links: Sequence[Edge]) -> tuple[tuple[str, ...], ...]:
    down: dict[str, list[str]] = {}
    up: dict[str, list[str]] = {}
    for source, target in links:
        down.setdefault(source, []).append(target)
        up.setdefault(target, []).append(source)
    both = (up, down)
    current = [tuple(row) for row in rows]
    best, fewest = tuple(current), _crossings(current, links)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        order = range(1, len(current)) if forward else range(len(current) - 2, -1, -1)
        for row in order:
            fixed = current[row - 1] if forward else current[row + 1]
            current[row] = _by_barycentre(current[row], fixed, both[0 if forward else 1])
        current = _exchanged(current, links)
        count = _crossings(current, links)
        if count < fewest:
            best, fewest = tuple(current), count
        if fewest == 0:
            break
    return best


def _by_barycentre(
    row: tuple[str, ...], fixed: tuple[str, ...], neighbours: Mapping[str, list[str]]
) -> tuple[str, ...]:
    place = {name: index for index, name in enumerate(fixed)}

    def centre(index: int) -> float:
        near = [place[n] for n in neighbours.get(row[index], []) if n in place]
        return sum(near) / len(near) if near else index * len(fixed) / max(len(row), 1)

    return tuple(row[i] for i in sorted(range(len(row)), key=lambda i: (centre(i), i)))


def _exchanged(rows: Sequence[tuple[str, ...]], links: Sequence[Edge]) -> list[tuple[str, ...]]:
    """Exchange neighbours as long as this takes crossings away."""
    current = list(rows)
    for row, names in enumerate(current):
        members = set(names)
        touching = [link for link in links if link[0] in members or link[1] in members]
        around = current[max(row - 1, 0) : row + 2]
        middle = row - max(row - 1, 0)
        count = _crossings(around, touching)
        for left in range(len(names) - 1):
            tried = list(around[middle])
            tried[left], tried[left + 1] = tried[left + 1], tried[left]
            swapped = [*around[:middle], tuple(tried), *around[middle + 1 :]]
            fewer = _crossings(swapped, touching)
            if fewer < count:
                around, count = swapped, fewer
        current[row] = around[middle]
    return current


def _crossings(rows: Sequence[tuple[str, ...]], links: Sequence[Edge]) -> int:
    place = {name: (r, i) for r, row in enumerate(rows) for i, name in enumerate(row)}
    by_row: dict[int, list[tuple[int, int]]] = {}
    for source, target in links:
        if source in place and target in place:
            row, start = place[source]
            by_row.setdefault(row, []).append((start, place[target][1]))
    total = 0
    for pairs in by_row.values():
        ordered = sorted(pairs)
        for index, (start, end) in enumerate(ordered):
            total += sum(s > start and e < end for s, e in ordered[index + 1 :])
    return total
