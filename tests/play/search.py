"""A search among constant policies, as a student climbs: by chance first, then around the best."""

from __future__ import annotations

import numpy as np

from flywheel_edu.play.flying import fly_boards

SAMPLES, AROUND, BEST, ROUNDS = 300, 150, 6, 6


def most_beaten(game, seed="1"):
    """The largest share of random constant policies that one constant policy beats, and who it is.

    The share is that against the rival where it is smallest.
    """
    rng = np.random.default_rng(21)
    low, high = np.array([game.decision(name).limits for name in game.decides]).T
    tried = rng.uniform(low, high, (SAMPLES, len(low)))
    others = _scores(game, tried, seed)
    beaten = _beaten(others, others)
    width = 0.25
    for _ in range(ROUNDS):
        best = tried[rng.choice(beaten.argsort()[-BEST:], AROUND)]
        near = np.clip(best + rng.normal(0, width, best.shape) * (high - low), low, high)
        beaten = np.append(beaten, _beaten(_scores(game, near, seed), others))
        tried = np.vstack([tried, near])
        width *= 0.65
    found = dict(zip(game.decides, tried[beaten.argmax()].tolist(), strict=True))
    return float(beaten.max()), found


def _scores(game, decided, seed):
    """What each constant policy reaches: an array of shape (rivals, policies)."""
    rivals = [game.rival(name) for name in game.rival_names for _ in decided]
    boards = len(rivals)
    hand = dict(zip(game.decides, np.tile(decided, (len(game.rival_names), 1)).T, strict=True))
    flown = fly_boards(game, ([None] * boards, rivals), [seed] * boards, [hand] * game.turns)
    return flown.scores[0].reshape(len(game.rival_names), -1)


def _beaten(scores, others):
    return (scores[:, :, None] > others[:, None]).mean(axis=2).min(axis=0)
