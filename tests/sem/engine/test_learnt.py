"""The learnt inverse Hessian is that of BFGS, of one search and of several side by side."""

from __future__ import annotations

import numpy as np
import pytest

from ecosurvey.sem.optimizer.learnt import MEMORY, Move, downhill, with_move


def _moves(rng: np.random.Generator, count: int) -> tuple[list[Move], np.ndarray]:
    half = rng.normal(size=(4, 6))
    hessian = half @ half.T
    moves: list[Move] = []
    for _ in range(count):
        step = rng.normal(size=4)
        moves = with_move(moves, Move(step, hessian @ step, 1 / (step @ hessian @ step)))
    return moves, hessian


@pytest.mark.parametrize("count", [0, 1, 3])
def test_it_is_the_inverse_that_bfgs_updates(count: int) -> None:
    rng = np.random.default_rng(count)
    moves, _ = _moves(rng, count)
    guess = np.diag([1.0, 2.0, 0.5, 3.0])
    wanted = guess
    for move in moves:
        turn = np.eye(4) - np.outer(move.change, move.step) * move.weight
        wanted = turn.T @ wanted @ turn + np.outer(move.step, move.step) * move.weight
    slope = rng.normal(size=4)
    found = downhill(moves, slope, lambda turned: guess @ turned)
    np.testing.assert_allclose(found, wanted @ slope, rtol=1e-10)


def test_the_last_step_is_known_exactly() -> None:
    moves, hessian = _moves(np.random.default_rng(1), 5)
    found = downhill(moves, hessian @ moves[-1].step, lambda turned: turned)
    np.testing.assert_allclose(found, moves[-1].step, rtol=1e-10)


def test_searches_side_by_side_do_not_meet() -> None:
    rng = np.random.default_rng(2)
    each = [_moves(rng, 3)[0] for _ in range(2)]
    slopes = rng.normal(size=(2, 4))
    both = [
        Move(
            np.stack([one.step, other.step]),
            np.stack([one.change, other.change]),
            np.array([[one.weight], [other.weight]]),
        )
        for one, other in zip(*each, strict=True)
    ]
    wanted = [
        downhill(moves, slope, lambda v: 2 * v) for moves, slope in zip(each, slopes, strict=True)
    ]
    np.testing.assert_allclose(downhill(both, slopes, lambda v: 2 * v), wanted, rtol=1e-10)


def test_old_steps_are_forgotten() -> None:
    moves, _ = _moves(np.random.default_rng(3), MEMORY + 2)
    assert len(moves) == MEMORY
