"""Directed relations between constructs: cycles, and what leads where."""

from __future__ import annotations

from collections.abc import Iterable

Edges = Iterable[tuple[str, str]]


def find_cycle(edges: Edges) -> tuple[str, ...]:
    """Return the names on one cycle, its first repeated at the end; empty if there is none.

    Examples
    --------
    >>> find_cycle([("A", "B"), ("B", "C"), ("C", "A")])
    ('A', 'B', 'C', 'A')
    >>> find_cycle([("A", "B"), ("A", "C")])
    ()
    """
    following: dict[str, list[str]] = {}
    for source, target in edges:
        following.setdefault(source, []).append(target)
    finished: set[str] = set()
    for start in following:
        if start in finished:
            continue
        way: list[str] = [start]
        ahead = [iter(following[start])]
        while ahead:
            step = next(ahead[-1], None)
            if step is None:
                ahead.pop()
                finished.add(way.pop())
            elif step in way:
                return (*way[way.index(step) :], step)
            elif step not in finished:
                way.append(step)
                ahead.append(iter(following.get(step, ())))
    return ()


def reaching(edges: Edges, target: str) -> set[str]:
    """Return the names from which a directed way leads to ``target``.

    Examples
    --------
    >>> sorted(reaching([("A", "B"), ("B", "C"), ("D", "A"), ("C", "E")], "C"))
    ['A', 'B', 'D']
    """
    before: dict[str, list[str]] = {}
    for source, end in edges:
        before.setdefault(end, []).append(source)
    found: set[str] = set()
    waiting = [target]
    while waiting:
        for source in before.get(waiting.pop(), ()):
            if source not in found:
                found.add(source)
                waiting.append(source)
    return found
