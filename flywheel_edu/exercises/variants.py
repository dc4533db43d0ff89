"""Numbers of one's own: the same on a student's laptop and at the teacher's, and hard to copy.

A student's *ticket* is their id and a seed that only the teacher's secret gives:
HMAC-SHA256(secret, exercise and student). From the seed come the student's parameters. Without a
secret the seed comes from the id alone, which is enough for a class on its honour.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flywheel_edu.errors import GradingError

_SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Identity:
    """For whom a notebook runs while it is graded; the grader sets it, not the notebook."""

    seed: str  # of the student's parameters in this exercise
    # Whether this is the teacher's side, where checks for students say nothing.
    judging: bool = False
    # Of the numbers that the hidden tests draw; known on the teacher's side only.
    judge_seed: str = ""


_identity: Identity | None = None


def become(identity: Identity | Mapping[str, Any] | None) -> None:
    """Say for whom this process runs from here on; None for whoever a notebook names."""
    global _identity
    if isinstance(identity, Mapping):
        identity = Identity(**identity)
    _identity = identity


def current() -> Identity | None:
    """For whom this process runs, if a grader has said so."""
    return _identity


def same_id(student: str) -> str:
    """A student's id in the one spelling that counts: " Ada " is "ADA"."""
    return unicodedata.normalize("NFKC", student).strip().casefold()


def seed(student: str, exercise: str, secret: bytes = b"") -> str:
    """The seed of a student's parameters in an exercise.

    >>> seed("ada", "03_retail") == seed("Ada ", "03_retail")
    True
    >>> seed("ada", "03_retail") == seed("ada", "03_retail", b"the teacher's")
    False
    """
    text = _SEPARATOR.join(["flywheel_edu", exercise, same_id(student)])
    # A folder can have a name that is no text; Python holds its bytes as halves of characters.
    data = text.encode("utf-8", "surrogatepass")
    return hmac.new(secret or b"flywheel_edu", data, hashlib.sha256).hexdigest()[:32]


def judge_seed(student: str, exercise: str, secret: bytes) -> str:
    """The seed of what hidden tests draw: another one, so that no student can foresee it."""
    return seed(student, f"{exercise}{_SEPARATOR}hidden", secret)


def ticket(student: str, exercise: str, secret: bytes = b"") -> str:
    """What is written into a student's notebook: their id, and their seed."""
    return f"{student}:{seed(student, exercise, secret)}"


def seed_of(written: str, exercise: str) -> str:
    """The seed that a ticket stands for; a ticket without a seed is an id, or nothing.

    Where nothing is written, on a JupyterHub, it is the name by which the student came in.
    """
    student, _, given = written.rpartition(":")
    if not student:
        return seed(written or os.environ.get("JUPYTERHUB_USER", ""), exercise)
    if len(given) != 32 or set(given) - set("0123456789abcdef"):
        raise GradingError(
            f"the ticket {written[:60]!r} is not one that was handed out",
            "copy it from the notebook as you got it, or write your id alone",
        )
    return given


def drawn(seed: str, what: str) -> random.Random:
    """A source of random numbers for one purpose, the same wherever the seed is the same."""
    return random.Random(hashlib.sha256(f"{seed}{_SEPARATOR}{what}".encode()).digest())


def hidden_random(what: str = "") -> random.Random:
    """Random numbers for hidden tests: the student cannot know them, the teacher can redo them.

    On a student's own machine, where nothing is judged, they are drawn afresh from the name.
    """
    identity = current()
    return drawn(identity.judge_seed if identity else "", what)
