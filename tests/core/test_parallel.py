"""Replicates do not depend on who computed them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from ecosurvey.core import OptionError
from ecosurvey.core.parallel import map_replicates, one_thread


def products(streams: Sequence[np.random.Generator]) -> list[float]:
    drawn = np.stack([rng.normal(size=300) for rng in streams])
    return (drawn @ drawn[0]).tolist()


def test_one_worker_and_two_give_the_same_bits() -> None:
    one = map_replicates(products, 20, seed=7, purpose="t", size=6, jobs=1)
    two = map_replicates(products, 20, seed=7, purpose="t", size=6, jobs=2)
    assert one.values == two.values
    assert len(one) == one.wanted == 20


def test_a_replicate_draws_the_same_whatever_their_number() -> None:
    few = map_replicates(products, 6, seed=7, purpose="t", size=6)
    many = map_replicates(products, 12, seed=7, purpose="t", size=6)
    assert many.values[:6] == few.values
    assert many.values != map_replicates(products, 12, seed=8, purpose="t", size=6).values


def test_linear_algebra_has_one_thread_and_then_as_many_as_before() -> None:
    from threadpoolctl import threadpool_info

    def threads() -> list[int]:
        return [int(library["num_threads"]) for library in threadpool_info()]

    with one_thread():
        inside = threads()
    before = threads()
    with one_thread():
        assert set(threads()) == set(inside) == {1}
    assert threads() == before and len(before) >= 1


def test_progress_counts_up_to_what_was_wanted() -> None:
    seen: list[tuple[int, int]] = []
    map_replicates(
        products, 10, seed=1, purpose="t", size=4, on_progress=lambda *at: seen.append(at)
    )
    assert seen == [(4, 10), (8, 10), (10, 10)]


def test_an_interrupt_keeps_what_is_done() -> None:
    def stop(done: int, wanted: int) -> None:
        if done >= 8:
            raise KeyboardInterrupt

    found = map_replicates(products, 20, seed=1, purpose="t", size=4, on_progress=stop)
    whole = map_replicates(products, 20, seed=1, purpose="t", size=4)
    assert found.interrupted
    assert found.values == whole.values[:8]


@pytest.mark.parametrize(("n", "jobs"), [(0, None), (5, 0), (5, -3)])
def test_impossible_numbers_are_refused(n: int, jobs: int | None) -> None:
    with pytest.raises(OptionError):
        map_replicates(products, n, seed=1, purpose="t", jobs=jobs)


@pytest.mark.filterwarnings("ignore")  # the cluster's own, about ports and clean-up
def test_a_dask_cluster_gives_the_same_bits_with_no_change_of_code() -> None:
    distributed = pytest.importorskip("distributed")
    joblib = pytest.importorskip("joblib")
    here = map_replicates(products, 20, seed=7, purpose="t", size=6)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
    )
    with cluster, distributed.Client(cluster), joblib.parallel_config(backend="dask"):
        there = map_replicates(products, 20, seed=7, purpose="t", size=6)
    assert there.values == here.values
