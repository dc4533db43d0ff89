"""Exercise 11, the capstone: what is checked of a student's own flywheel, and the wrong turns."""

from __future__ import annotations

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.lint import lint
from flywheel_edu.exercises.comparing import close
from flywheel_edu.exercises.parts import Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise
from flywheel_edu.flywheels import library, load
from flywheel_edu.model import Model
from flywheel_edu.simulate import simulate

_MEASURED = ("push_needed", "momentum", "stored", "recovered")


def _of_the_library(model: Model) -> bool:
    """Whether it has the quantities of a model of the library, whatever their numbers."""
    return any(set(model) == set(load(name)) for name in library())


def _runs(model: Model) -> bool:
    simulate(model)
    return True


EXERCISE = Exercise(
    id="11_own",
    parameters=[
        Parameter("blow", 0.3, 0.6, 0.05),
        Parameter("weaker", 0.05, 0.2, 0.005),
    ],
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
                    "somebody else's wheel",
                    lambda g: load("retail"),
                    "a flywheel of the library is a fine start; make it your own.",
                    looks_like=lambda f, g: _of_the_library(f()),
                ),
            ],
            [
                "Spin a drawing of yours on the canvas, and copy its text into the cell.",
                "Begin with one stock, its ledger and its flow; add the rest line by line.",
                "If a line is not understood, the message shows it, and says what to try.",
            ],
            gives="model",
        ),
        Task(
            "customers",
            [
                Property(
                    "It names a quantity of your model.", lambda f, g: isinstance(f(), str) and f()
                ),
            ],
            [],
            [
                "Which of your stocks counts the people whom the business is for?",
                "Go round your reinforcing loop with a finger: which name on it is a person?",
                "fw.find_loops(fw.causal_graph(my_model())) lists the loops. One of them grows.",
            ],
            gives="text",
        ),
        Task(
            "limit",
            [
                Property(
                    "It names a quantity of your model.", lambda f, g: isinstance(f(), str) and f()
                ),
            ],
            [],
            [
                "What gets scarce, crowded or dear as it grows?",
                "It holds your customers back: a loop through both of them has to balance.",
                "find_loops tells which loops balance; take one with three quantities or more.",
            ],
            gives="text",
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
                    lambda g: ["cash", "cash"],
                    "cash is one thing, what acts late is another.",
                    looks_like=lambda f, g: f()[0] == f()[1],
                ),
            ],
            [
                "What must be paid before the first customer pays? And what takes time to be felt?",
                "Cash is a stock with a line for what fills it and one for what empties it.",
                "smooth and delay unfold into stocks that wait: give the name you wrote.",
            ],
            gives="row",
        ),
        Task(
            "properties",
            [
                Property(
                    "It gives four numbers by name: push_needed, momentum, stored, recovered.",
                    lambda f, g: set(_MEASURED) <= set(f()),
                ),
            ],
            [
                Misconception(
                    "percent for fraction",
                    lambda g: {"push_needed": 0.0, "momentum": 1.5, "stored": 8, "recovered": 62},
                    "a recovery of 62 % is written 0.62.",
                    looks_like=lambda f, g: abs(f()["recovered"]) > 20,
                ),
                Misconception(
                    "the word for the number",
                    lambda g: dict.fromkeys(_MEASURED, "high"),
                    "each property is measured: give the number.",
                    looks_like=lambda f, g: isinstance(f()["momentum"], str),
                ),
            ],
            [
                "Each of the four is something that happens to the model when it is pushed or hit.",
                "fw.flywheel_test measures all of them, on a model and with a blow.",
                "The blow is your own, given.blow. The result has attributes of the same names.",
            ],
            gives="names",
        ),
        Task(
            "weakest",
            [
                Property(
                    "It gives two things: the name of a given with a range, and a share.",
                    lambda f, g: isinstance(f()[0], str) and len(f()) == 2,
                ),
                Property(
                    "What it costs is a share of your customers: not more than all of them, 1.",
                    lambda f, g: float(f()[1]) <= 1,
                ),
            ],
            [
                Misconception(
                    "persons for a share",
                    lambda g: ["word_of_mouth", 42.0],
                    "how many customers are lost, out of those that there are otherwise?",
                    looks_like=lambda f, g: f()[1] > 1,
                ),
                Misconception(
                    "its own loss",
                    lambda g: ["word_of_mouth", g["weaker"]],
                    "so much is taken off the given. How much of the customers goes with it?",
                    looks_like=lambda f, g: close(f()[1], g["weaker"]),
                ),
            ],
            [
                "Guess first: on which of your givens does the wheel lean most?",
                "Lower each given with a range in turn, by given.weaker of itself, and run.",
                "Write down where your customers end each time, and where they end unchanged.",
            ],
            gives="row",
        ),
    ],
)
