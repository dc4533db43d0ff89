"""Exercise 11, the capstone: what is checked of a student's own flywheel, and the wrong turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.lint import lint
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.flywheels.properties import flywheel_test
from flywheel_edu.grading.selfcheck import (
    Exercise,
    Given,
    Misconception,
    Parameter,
    Property,
    Task,
)
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate

_Answer = Callable[..., Any]


def _loops(model: Model, quantity: str, kind: str) -> bool:
    return any(
        loop.kind == kind and quantity in loop.quantities
        for loop in find_loops(causal_graph(model))
    )


def _runs(model: Model) -> bool:
    simulate(model)
    return True


def _measured(model: Model, given: Given) -> Any:
    return flywheel_test(model, blow=given["blow"])


EXERCISE = Exercise(
    id="11_own",
    parameters=[Parameter("blow", 0.3, 0.6, 0.05), Parameter("weaker", 0.05, 0.2, 0.01)],
    tasks=[
        Task(
            "my_model",
            [
                Property("It gives a model.", lambda f, g: isinstance(f(), Model)),
                Property("The model runs to its end.", lambda f, g: _runs(f())),
                Property(
                    "It has at least two stocks of its own.",
                    lambda f, g: sum(not f()[name].part_of for name in f().stocks) >= 2,
                ),
                Property(
                    "It has a given called push, with a range that begins at 0.",
                    lambda f, g: f()["push"].range is not None and f()["push"].range[0] == 0,
                ),
                Property(
                    "What is shown passes the guidelines.",
                    lambda f, g: not lint(causal_graph(f(), show=f().shown)),
                ),
            ],
            [
                Misconception(
                    "the text in place of the model",
                    None,
                    "Model.parse makes a model of a text.",
                    looks_like=lambda f, g: isinstance(f(), str),
                ),
                Misconception(
                    "somebody else's wheel",
                    None,
                    "a flywheel of the library is a fine start; make it your own.",
                    looks_like=lambda f, g: f().title.startswith(("The retail", "The napkin")),
                ),
            ],
            [
                "Spin a drawing of yours on the canvas, and copy its text into the cell.",
                "Read the message: it tells the line and what to try.",
                "Begin with one stock, its ledger and its flow; add the rest line by line.",
            ],
        ),
        Task(
            "customers",
            [
                Property(
                    "It names a quantity of your model.", lambda f, g: isinstance(f(), str) and f()
                ),
            ],
            [
                Misconception(
                    "a number for a name",
                    lambda g: 0,
                    "write the name of the quantity, in quotes.",
                    looks_like=lambda f, g: isinstance(f(), int | float),
                ),
            ],
            [
                "Which of your stocks counts the people whom the business is for?",
                "Go round your reinforcing loop with a finger: which name on it is a person?",
            ],
        ),
        Task(
            "limit",
            [
                Property(
                    "It names a quantity of your model.", lambda f, g: isinstance(f(), str) and f()
                ),
            ],
            [
                Misconception(
                    "a number for a name",
                    lambda g: 0,
                    "write the name of the quantity, in quotes.",
                    looks_like=lambda f, g: isinstance(f(), int | float),
                ),
            ],
            [
                "What gets scarce, crowded or dear as it grows?",
                "find_loops tells which loops balance.",
            ],
        ),
        Task(
            "cash_and_delay",
            [
                Property(
                    "It names two things: a stock of cash and something that waits.",
                    lambda f, g: len(f()) == 2 and all(isinstance(name, str) for name in f()),
                )
            ],
            [
                Misconception(
                    "one name for both",
                    None,
                    "cash is one thing, what acts late is another.",
                    looks_like=lambda f, g: f()[0] == f()[1],
                ),
            ],
            [
                "Cash is a stock with what fills it and what empties it.",
                "smooth and delay unfold into stocks that wait: give the name you wrote.",
            ],
        ),
        Task(
            "properties",
            [
                Property(
                    "It gives four numbers by name: push_needed, momentum, stored, recovered.",
                    lambda f, g: {"push_needed", "momentum", "stored", "recovered"} <= set(f()),
                ),
            ],
            [
                Misconception(
                    "percent for fraction",
                    None,
                    "a momentum of 1.5 % is written 0.015.",
                    looks_like=lambda f, g: abs(f()["recovered"]) > 20,
                ),
            ],
            [
                "fw.flywheel_test(my_model(), blow=given.blow) measures all of them.",
                "The result has attributes of the same names.",
            ],
        ),
        Task(
            "weakest",
            [
                Property(
                    "It names one of your givens with a range.", lambda f, g: isinstance(f(), str)
                ),
            ],
            [
                Misconception(
                    "a number for a name",
                    lambda g: 0,
                    "write the name of the given, in quotes.",
                    looks_like=lambda f, g: isinstance(f(), int | float),
                ),
            ],
            [
                "Lower each given with a range in turn, by given.weaker of itself, and run.",
                "Compare the last value of your customers.",
                "fw.leverage(my_model(), customers()) does nearly the same.",
            ],
        ),
    ],
)
