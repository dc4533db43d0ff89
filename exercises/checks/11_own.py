"""Exercise 11, the capstone: what is checked of a student's own flywheel, and the wrong turns."""

from __future__ import annotations

import inspect
import re

from flywheel_edu.causal.graph import causal_graph
from flywheel_edu.causal.lint import lint
from flywheel_edu.causal.loops import find_loops
from flywheel_edu.errors import ModelError, SimulationError, closest
from flywheel_edu.exercises.asking import notebook
from flywheel_edu.exercises.comparing import close, shown
from flywheel_edu.exercises.parts import Answer, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise
from flywheel_edu.files import handed_out_from
from flywheel_edu.flywheels import library, load
from flywheel_edu.flywheels.properties import flywheel_test
from flywheel_edu.model import Model
from flywheel_edu.reading import read
from flywheel_edu.simulate import simulate
from flywheel_edu.units import MONEY

_MEASURED = ("push_needed", "momentum", "stored", "recovered")


def _of_the_course(model: Model) -> bool:
    """Whether it has the quantities of a model of the course, or all its numbers by other names."""
    bakery = read(handed_out_from() / "course" / "models" / "bakery.flywheel")
    return any(
        sorted(model.given_values.values()) == sorted(each.given_values.values())
        or len(set(each.written) & set(model.written)) >= 0.8 * len(each.written)
        for each in (bakery, *map(load, library()))
    )


def _mine() -> Model | None:
    """The student's own model; none where a grader asks, which judges by tests of its own."""
    model = notebook["my_model"]() if "my_model" in notebook else None
    return model if isinstance(model, Model) else None


def _counted() -> str:
    """The customers, as another cell names them."""
    return str(notebook["customers"]()) if "customers" in notebook else ""


def _in_mine(*names: str) -> bool:
    model = _mine()
    return model is None or all(model.called(name) in model for name in names)


def _near(said: object) -> str:
    """What was said, with the nearest name of the student's model where one is misspelt."""
    model, names = _mine() or {}, [said] if isinstance(said, str) else said
    hints = (closest(str(name), model) for name in names if name not in model)
    return f"You gave {shown(said)}" + next((f": {hint}" for hint in hints if hint), ".")


def _around(kind: str, *names: str) -> bool:
    """Whether a loop joins the names that reinforces, or balances by more than leaving."""
    model = _mine()
    return model is None or any(
        loop.kind == kind
        and (kind == "reinforcing" or len(loop.quantities) > 2)
        and {*filter(None, names)} <= set(loop.quantities)
        for loop in find_loops(causal_graph(model))
    )


def _is_money(name: str) -> bool:
    """Whether a quantity of the student's is called so, or counted in a currency."""
    model = _mine()
    words = "|".join(word.removesuffix("s") for word in MONEY)
    if model is None or name not in model or re.search(words, name):
        return True
    return bool(re.match("[A-Z]{3}$|[€$£]", str(model[name].unit)))


def _counts(name: str) -> bool:
    """Whether it has a unit, where any stock of the model has one."""
    model = _mine()
    return (
        model is None
        or bool(model[name].unit.powers)
        or not any(model[stock].unit.powers for stock in model.stocks)
    )


def _bounded_by(name: str) -> str:
    model = _mine()
    return ", ".join(causal_graph(model, model.written).successors(name)) if model else ""


def _pays_and_takes(f: Answer) -> bool:
    model = _mine()
    return model is None or bool(model[f()[0]].inflows and model[f()[0]].outflows)


def _waits(f: Answer) -> bool:
    model = _mine()
    name = f()[1]
    if model is None or any(q.waits and name in (q.name, q.part_of) for q in model.values()):
        return True
    arrows = causal_graph(model, show=model.written).edges(data="delay")  # or it is waited for
    return any(late and name == cause for cause, _, late in arrows) and name not in model.givens


def _typed_in(f: Answer) -> bool:
    """Whether it stays the same when the model runs half as long."""
    model = _mine()
    if model is None:
        return False
    clock, kept, said = model.clock, notebook["my_model"], f()
    half = model.revise(
        f"time {clock.unit} from {clock.start!r} to {(clock.start + clock.stop) / 2!r} "
        f"step {clock.step!r}"
    )
    notebook["my_model"] = lambda: half
    try:
        return bool(inspect.unwrap(f)() == said)
    finally:
        notebook["my_model"] = kept


def _as_measured(f: Answer, blow: float) -> bool:
    model = _mine()
    if model is None:
        return True
    said, whichever = f(), (None, _counted() or None)  # of its first stock, or of the customers
    return any(
        all(
            said[name] == getattr(test, name) or close(said[name], getattr(test, name), 0.02)
            for name in _MEASURED
        )
        for test in (flywheel_test(model, output=output, blow=blow) for output in whichever)
    )


def _left(weaker: float) -> dict[str, float]:
    """What share of the customers each weaker given leaves at the end; nothing for a grader."""
    model, counted = _mine(), _counted()
    if model is None or counted not in model:
        return {}
    left, whole = {}, float(simulate(model)[counted][-1])
    for name, value in model.given_values.items():
        if model[name].range is None or not value:
            continue
        try:
            run = simulate(model.change(**{name: value * (1 - weaker)}))
        except (ModelError, SimulationError):
            continue
        left[name] = float(run[counted][-1]) / whole
    return left


def _recovered(blow: float) -> float:
    model = _mine()
    return 0.62 if model is None else float(flywheel_test(model, blow=blow).recovered)


def _customers_at_the_end() -> float:
    model, counted = _mine(), _counted()
    return float(simulate(model)[counted][-1]) if model and counted in model else 1.0


def _costliest(weaker: float, times: float) -> list[object]:
    """The weakest given, and so many times the share that it costs."""
    left = _left(weaker) or {"word_of_mouth": 0.58}
    name = min(left, key=left.__getitem__)
    return [name, times * (1 - left[name])]


def _costs_times(f: Answer, weaker: float, times: float) -> bool:
    """Whether it is what a given costs, so many times, that was answered."""
    cost = 1 - _left(weaker).get(f()[0], 1.0)
    return times > 1 and cost > 1e-6 and close(f()[1], times * cost, 0.02)


_STAYED = "your model was run half as long, and the answer stayed. Let it be computed."


def _is_weakest(f: Answer, weaker: float) -> bool:
    left = _left(weaker)
    return not left or left.get(f()[0], 2.0) <= min(left.values()) * (1 + 1e-9)


def _costs(f: Answer, weaker: float) -> bool:
    left = _left(weaker)
    return not left or abs(float(f()[1]) - (1 - left.get(f()[0], 2.0))) < 0.002


_IN_MINE = Property(
    "It names a quantity of your model.",
    lambda f, g: isinstance(f(), str) and _in_mine(f()),
    shows=lambda f, g: _near(f()),
)


def _pushes(model: Model) -> bool:
    spans = [model[name].range for name in model.givens if re.match(r"push(_|$)", name)]
    return bool(spans) and all(span is not None and span[0] == 0 for span in spans)


def _runs(model: Model) -> bool:
    simulate(model)
    return True


def _moves(model: Model) -> bool:
    run = simulate(model)
    return any(run[name].min() < run[name].max() for name in model.stocks)


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
                Property("Something in it moves: a stock does not stay.", lambda f, g: _moves(f())),
                Property(
                    "It has at least two stocks of its own.",
                    lambda f, g: sum(not f()[name].part_of for name in f().stocks) >= 2,
                ),
                Property(
                    "It has a given called push, with a range that begins at 0; under a for, "
                    "each has its own.",
                    lambda f, g: _pushes(f()),
                ),
                Property("It has at least two named loops.", lambda f, g: len(f().loops) >= 2),
                Property(
                    "It has a show line: show, and the names that a drawing of it shows.",
                    lambda f, g: bool(f().view),
                ),
                Property(
                    "What is shown passes the guidelines.",
                    lambda f, g: not lint(causal_graph(f(), show=f().shown)),
                    shows=lambda f, g: "\n".join(
                        f"- {found.what} {found.mend}"
                        for found in lint(causal_graph(f(), show=f().shown))[:3]
                    ),
                ),
            ],
            [
                Misconception(
                    "somebody else's wheel",
                    lambda g: load("retail"),
                    "a flywheel of the course is a fine start; make it your own.",
                    looks_like=lambda f, g: _of_the_course(f()),
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
                _IN_MINE,
                Property(
                    "It is a stock of your model.",
                    lambda f, g: (m := _mine()) is None or m[f()].kind == "stock",
                ),
                Property(
                    "It counts people: its unit says whom, such as person.",
                    lambda f, g: _counts(f()),
                    shows=lambda f, g: f"The unit of {f()} is 1: it counts nobody.",
                ),
                Property(
                    "A reinforcing loop runs through it.",
                    lambda f, g: _around("reinforcing", f()),
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
                _IN_MINE,
                Property(
                    "Something limits the model: what gets scarce, crowded or dear holds customers "
                    "back by a loop of three or more.",
                    lambda f, g: not _counted() or _around("balancing", _counted()),
                    shows=lambda f, g: (
                        f"No balancing loop of three or more runs through {_counted()}."
                        if _in_mine(_counted())
                        else f"Of customers(), task 2: {_near(_counted())}"
                    ),
                ),
                Property(
                    "It is no given: nothing acts on a given, so it lies on no loop.",
                    lambda f, g: (m := _mine()) is None or f() not in m.givens,
                    shows=lambda f, g: f"What {f()} bounds is meant: see {_bounded_by(f())}.",
                ),
                Property(
                    "It lies with your customers on a balancing loop of three or more.",
                    lambda f, g: f() != _counted() and _around("balancing", f(), _counted()),
                ),
            ],
            [
                Misconception(
                    "the customers themselves",
                    lambda g: "regulars",
                    "that they leave is no limit. What else gets scarce, crowded or dear?",
                    looks_like=lambda f, g: f() == _counted(),
                ),
            ],
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
                    "It names first a stock of cash, and second something that waits.",
                    lambda f, g: (
                        len(f()) == 2 and all(isinstance(n, str) for n in f()) and _is_money(f()[0])
                    ),
                ),
                Property(
                    "Both are in your model.",
                    lambda f, g: _in_mine(*f()),
                    shows=lambda f, g: _near(f()),
                ),
                Property(
                    "Something fills the cash, and something empties it.",
                    lambda f, g: _pays_and_takes(f),
                ),
                Property(
                    "The other one acts late, or is what that acts on.",
                    lambda f, g: _waits(f),
                ),
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
                Property(
                    "They are what your model shows when it is hit by your own blow.",
                    lambda f, g: _as_measured(f, g["blow"]),
                ),
            ],
            [
                Misconception(
                    "percent for fraction",
                    lambda g: {
                        **dict.fromkeys(_MEASURED, 0.5),
                        "recovered": 100 * _recovered(g["blow"]),
                    },
                    "a recovery of 62 % is written 0.62.",
                    looks_like=lambda f, g: close(
                        f()["recovered"], 100 * _recovered(g["blow"]), 0.02
                    ),
                ),
                Misconception(
                    "the word for the number",
                    lambda g: dict.fromkeys(_MEASURED, "high"),
                    "each property is measured: give the number.",
                    looks_like=lambda f, g: isinstance(f()["momentum"], str),
                ),
                Misconception(
                    "typed in",
                    lambda g: dict(zip(_MEASURED, (0.5, 0.01, 800.0, 0.9), strict=True)),
                    _STAYED,
                    looks_like=lambda f, g: _typed_in(f),
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
                    lambda f, g: isinstance(f()[0], str) and len(f()) == 2 and _in_mine(f()[0]),
                    shows=lambda f, g: _near(f()),
                ),
                Property(
                    "What it costs is a share of your customers: not more than all of them, 1.",
                    lambda f, g: float(f()[1]) <= 1,
                ),
                Property(
                    "It is the one of your givens that costs most customers.",
                    lambda f, g: _is_weakest(f, g["weaker"]),
                ),
                Property("The share is what it costs.", lambda f, g: _costs(f, g["weaker"])),
            ],
            [
                Misconception(
                    "persons for a share",
                    lambda g: _costliest(g["weaker"], _customers_at_the_end()),
                    "how many customers are lost, out of those that there are otherwise?",
                    looks_like=lambda f, g: _costs_times(f, g["weaker"], _customers_at_the_end()),
                ),
                Misconception(
                    "percent for fraction",
                    lambda g: _costliest(g["weaker"], 100.0),
                    "a loss of 12 % is written 0.12.",
                    looks_like=lambda f, g: _costs_times(f, g["weaker"], 100.0),
                ),
                Misconception(
                    "its own loss",
                    lambda g: ["word_of_mouth", g["weaker"]],
                    "so much is taken off the given. How much of the customers goes with it?",
                    looks_like=lambda f, g: close(f()[1], g["weaker"]),
                ),
                Misconception(
                    "it costs nothing",
                    lambda g: ["rent", 0.0],
                    "made smaller, it leaves you no fewer customers. Which one costs most?",
                    looks_like=lambda f, g: _left(g["weaker"])[f()[0]] >= 1 - 1e-9,
                ),
                Misconception(
                    "typed in",
                    lambda g: ["word_of_mouth", 0.301],
                    _STAYED,
                    looks_like=lambda f, g: _in_mine(f()[0]) and _typed_in(f),
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
