"""Cycles and reachability against brute force."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ecosurvey.instrument.graph import find_cycle, reaching

NODES = "ABCDE"
EDGES = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=12)


def closure(edges: list[tuple[str, str]]) -> set[tuple[str, str]]:
    reached = set(edges)
    while True:
        more = {(a, d) for a, b in reached for c, d in reached if b == c} - reached
        if not more:
            return reached
        reached |= more


@given(EDGES)
def test_a_cycle_is_found_exactly_if_there_is_one(edges: list[tuple[str, str]]) -> None:
    cycle = find_cycle(edges)
    there = any((node, node) in closure(edges) for node in NODES)
    assert bool(cycle) == there
    if cycle:
        assert cycle[0] == cycle[-1]
        assert all(step in edges for step in pairwise(cycle))


@given(EDGES, st.sampled_from(NODES))
def test_reaching_is_the_transitive_closure(edges: list[tuple[str, str]], target: str) -> None:
    assert reaching(edges, target) == {a for a, b in closure(edges) if b == target}
