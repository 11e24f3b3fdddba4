"""Work begun before its result is asked for, by workers that would else wait.

A run has steps that follow each other and steps that could begin at once; on one core the order
makes no difference, on more the latter fill the time in which the former use one core only.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar

from ecosurvey.core.interrupts import answered
from ecosurvey.core.parallel import map_tasks
from ecosurvey.core.remember import in_folder, remembering

T = TypeVar("T")


class Begin(Protocol):
    """Begins ``work(*task)`` and returns what waits for its result, once."""

    def __call__(self, work: Callable[..., T], *task: Any) -> Callable[[], T]:
        """Begin work; both it and its task are sent to a worker, so must be picklable."""


@contextmanager
def ahead(jobs: int | None = None) -> Iterator[Begin]:
    """Let work be begun ahead of its turn.

    Parameters
    ----------
    jobs : int, optional
        As for :func:`~ecosurvey.core.parallel.map_replicates`. With one, work is done when its
        result is asked for, and never where it is not.

    Notes
    -----
    Results are the same for any ``jobs``; what the work raises is raised where its result is
    asked for. Steps remembered here are remembered by the workers too.

    Examples
    --------
    >>> with ahead(jobs=1) as begin:
    ...     eight = begin(pow, 2, 3)
    ...     eight()
    8
    """
    waiting: list[Iterator[Any]] = []

    def begin(work: Callable[..., T], *task: Any) -> Callable[[], T]:
        whole, interrupts = (in_folder(), work, task), answered()
        found = map_tasks(_remembering, [whole], jobs)
        waiting.append(found)
        return lambda: _only(found if answered() == interrupts else None, whole)

    try:
        yield begin
    finally:
        for found in waiting:
            with suppress(Exception), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what nobody asked for any more is no news
                found.close()  # type: ignore[attr-defined]


def _only(found: Iterator[T] | None, task: tuple[Any, ...]) -> T:
    """Return the result; where its worker was stopped, by others or an interrupt, work here.

    All ways in which a worker can be lost are RuntimeErrors; what the work itself raises, it
    raises here again. After an interrupt there may be nobody left to tell.
    """
    if found is not None:
        with suppress(RuntimeError):
            (one,) = found
            return one
    (one,) = map_tasks(_remembering, [task], jobs=1)
    return one


def _remembering(kept: Any, work: Callable[..., T], task: tuple[Any, ...]) -> T:
    with remembering(kept):
        return work(*task)
