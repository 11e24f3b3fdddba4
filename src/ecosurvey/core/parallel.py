"""Work in many replicates: the same bits for one worker, for many, and on a cluster.

Replicates are done in chunks of a fixed size, whatever the number of workers, and each draws
from its own stream, numbered by its index. Linear algebra runs in one thread, here and in the
workers, because its sums depend on the number of threads.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ecosurvey.core import Text
from ecosurvey.core.errors import OptionError
from ecosurvey.core.interrupts import heed
from ecosurvey.core.random import stream

if TYPE_CHECKING:
    import numpy as np

_HERE = threading.local()  # whether linear algebra has one thread already

T = TypeVar("T")
Chunk = Callable[[Sequence["np.random.Generator"]], Sequence[T]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Replicates(Generic[T]):
    """What the replicates gave, in the order of their numbers.

    Attributes
    ----------
    values : tuple
        One entry a finished replicate, from the first without gaps.
    wanted : int
        How many were asked for.
    interrupted : bool
        Whether the user stopped the work; ``values`` then holds what was done.
    """

    values: tuple[T, ...]
    wanted: int
    interrupted: bool = False

    def __len__(self) -> int:
        return len(self.values)


def map_replicates(
    chunk: Chunk[T],
    n: int,
    *,
    seed: int,
    purpose: str,
    jobs: int | None = None,
    size: int = 64,
    on_progress: Progress | None = None,
) -> Replicates[T]:
    """Compute ``n`` replicates, each from the random stream of its own number.

    Parameters
    ----------
    chunk : callable
        Takes the generators of some replicates and returns one value for each. It is sent to
        the workers, so it must be picklable where there are any.
    n : int
        Number of replicates.
    seed : int
    purpose : str
        Names the streams, so that two tasks with one seed do not share them.
    jobs : int, optional
        Number of worker processes, -1 for one a core. None asks joblib: one, unless the code
        runs within ``joblib.parallel_config(...)`` that names a backend, such as a Dask cluster.
    size : int
        Replicates a chunk. A part of the definition of the result where chunks are computed
        by matrix products, so it does not depend on ``jobs``.
    on_progress : callable, optional
        Called with (done, wanted) after every chunk.

    Returns
    -------
    Replicates
        Interrupted from the keyboard, with what was done until then.

    Examples
    --------
    >>> def chunk(streams):
    ...     return [float(rng.random()) for rng in streams]
    >>> once = map_replicates(chunk, 5, seed=1, purpose="example")
    >>> once.values == map_replicates(chunk, 5, seed=1, purpose="example").values
    True
    """
    if n < 1 or size < 1:
        raise OptionError(
            Text(
                f"n={n} replicates in chunks of {size} cannot be done",
                f"无法以每块{size}次进行 n={n} 次重复",
            ),
            fix=Text("Use n=1000.", "请使用 n=1000。"),
        )
    check_jobs(jobs)
    starts = range(0, n, size)
    tasks = [(chunk, seed, purpose, start, min(start + size, n)) for start in starts]
    done: list[T] = []
    interrupted = False
    results = _results(tasks, jobs)
    try:
        for found in results:
            done.extend(found)
            if on_progress is not None:
                on_progress(len(done), n)
    except KeyboardInterrupt:
        heed()
        interrupted = True
    return Replicates(tuple(done), n, interrupted)


def map_tasks(
    work: Callable[..., T], tasks: Iterable[tuple[Any, ...]], jobs: int | None = None
) -> Iterator[T]:
    """Yield ``work(*task)`` of each task in order, computed here or by joblib's workers.

    Workers begin at once; here a task is done when its result is asked for.

    Parameters
    ----------
    work : callable
        Sent to the workers, so it must be picklable where there are any.
    tasks : iterable of tuples
        Each is made when a worker is free for it.
    jobs : int, optional
        As for :func:`map_replicates`.

    Examples
    --------
    >>> list(map_tasks(pow, [(2, 3), (3, 2)], jobs=1))
    [8, 9]
    """
    from joblib import Parallel, delayed, effective_n_jobs  # type: ignore[import-untyped]

    check_jobs(jobs)
    if effective_n_jobs(jobs) == 1:
        return (_alone(work, *task) for task in tasks)
    # one that has grown is replaced by a fresh one; that is no news to whoever waits
    warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
    found: Iterator[T] = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(_alone)(work, *task) for task in tasks
    )
    return found


def _alone(work: Callable[..., T], *task: Any) -> T:
    with one_thread():
        return work(*task)


def check_jobs(jobs: int | None) -> None:
    """Raise unless ``jobs`` is a number of worker processes, -1 for one a core, or None.

    Raises
    ------
    OptionError
    """
    if jobs is not None and (jobs == 0 or jobs < -1):
        raise OptionError(
            Text(f"jobs={jobs} is not a number of workers", f"jobs={jobs} 不是进程数"),
            fix=Text("Use 1, 2, … or -1.", "请使用1、2……或-1。"),
        )


_Task = tuple[Chunk[T], int, str, int, int]


def _results(tasks: Sequence[_Task[T]], jobs: int | None) -> Iterator[Sequence[T]]:
    """Yield the chunks' values in order, computed here or by joblib's workers."""
    return map_tasks(_run, tasks, 1 if len(tasks) == 1 else jobs)  # one needs no helper


@contextmanager
def one_thread() -> Iterator[None]:
    """Let linear algebra run in one thread, so that its sums do not depend on the cores.

    For models of this size it is also faster: threads that wait for each other's share of a
    matrix of a hundred columns take more time than they save, and many times more where other
    programs run.
    """
    # a library that is loaded later would have threads again: SciPy brings one of its own
    import scipy.linalg  # noqa: F401
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    if getattr(_HERE, "alone", False):  # to ask for it again takes as long as a small task
        yield
        return
    with threadpool_limits(limits=1):
        _HERE.alone = True
        try:
            yield
        finally:
            _HERE.alone = False


def _run(chunk: Chunk[T], seed: int, purpose: str, start: int, stop: int) -> Sequence[T]:
    return chunk([stream(seed, purpose, index) for index in range(start, stop)])
