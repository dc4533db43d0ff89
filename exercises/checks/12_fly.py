"""Exercise 12, fly it: what is checked for the student, and the wrong turns."""

from __future__ import annotations

from functools import cache

from flywheel_edu import play
from flywheel_edu.errors import FlywheelError
from flywheel_edu.exercises.comparing import close, shown
from flywheel_edu.exercises.parts import Given, Misconception, Parameter, Property, Task
from flywheel_edu.exercises.selfcheck import Exercise


def _needed(given: Given) -> float:
    """Orders in a quarter when what is ordered now opens."""
    return float(given["orders_now"] * (1 + given["growth"]) ** given["wait"])


@cache
def _read(text: str) -> play.Policy | str:
    """The policy, or why it cannot be read."""
    try:
        return play.game("two_pages").policy(text)
    except FlywheelError as problem:
        return str(problem)


def _decides(text: str) -> int:
    policy = _read(text)
    return 0 if isinstance(policy, str) else len(policy.decides)


def _looks(text: str) -> bool:
    """Whether the policy's decisions hang on something that is seen."""
    policy = _read(text)
    if isinstance(policy, str):
        return False
    own = [line.split("#")[0].partition("=")[2] for line in policy.text.splitlines()]
    return any(name in " ".join(own) for name in play.game("two_pages").seen)


def _why(text: str) -> str:
    policy = _read(text)
    return policy if isinstance(policy, str) else f"It sets {', '.join(policy.decides)}."


EXERCISE = Exercise(
    id="12_fly",
    parameters=[
        Parameter("orders_now", 22_000, 40_000, 500, "order/quarter"),
        Parameter("growth", 0.08, 0.24, 0.01, "1/quarter"),
        Parameter("wait", 2, 5, 1, "quarter"),
        Parameter("can_send", 15_000, 20_000, 500, "order/quarter"),
    ],
    tasks=[
        Task(
            "forecast_error",
            [
                Property("Who is right is off by 0.", lambda f, g: close(f([7, 9], [7, 9]), 0)),
                Property(
                    "Too high and too low do not make each other good.",
                    lambda f, g: f([90, 110], [100, 100]) > 0.05,
                ),
                Property(
                    "Orders in thousands are off by the same share.",
                    lambda f, g: close(f([3, 4], [2, 5]), f([3000, 4000], [2000, 5000])),
                ),
                Property(
                    "150 in place of 100 is off by a half.",
                    lambda f, g: close(f([150], [100]), 0.5),
                ),
                Property(
                    "Off by a half once and by a tenth once is off by 0.3.",
                    lambda f, g: close(f([150, 90], [100, 100]), 0.3),
                ),
            ],
            [
                Misconception(
                    "errors that cancel",
                    lambda said, came: (
                        sum((s - c) / c for s, c in zip(said, came, strict=True)) / len(came)
                    ),
                    "ten too many and ten too few are two errors.",
                ),
                Misconception(
                    "an amount for a share",
                    lambda said, came: (
                        sum(abs(s - c) for s, c in zip(said, came, strict=True)) / len(came)
                    ),
                    "a hundred is much for a kiosk and nothing for a town.",
                ),
                Misconception(
                    "measured by the forecast",
                    lambda said, came: (
                        sum(abs(s - c) / s for s, c in zip(said, came, strict=True)) / len(came)
                    ),
                    "then whoever says very much is never far off.",
                ),
            ],
            [
                "By how much was each forecast wrong, whichever way?",
                "As a share of what?",
                "abs(...) takes the sign away. Then the mean over all turns.",
            ],
            probes=[([90.0, 130.0], [100.0, 100.0]), ([12.0, 7.0, 5.0], [10.0, 10.0, 4.0])],
            gives="number",
        ),
        Task(
            "runway",
            [
                Property(
                    "What falls by all that is left lasts one quarter more.",
                    lambda f, g: close(f(200, 100), 1),
                ),
                Property(
                    "Half the fall lasts twice as long.",
                    lambda f, g: close(f(1050, 1000), 2 * f(1100, 1000)),
                ),
            ],
            [
                Misconception(
                    "counted from the quarter before",
                    lambda earlier, later: earlier / (earlier - later),
                    "what was spent in the last quarter is no longer there.",
                ),
                Misconception(
                    "share for time",
                    lambda earlier, later: later / earlier,
                    "that is what is left, as a share. How long does it last?",
                ),
            ],
            [
                "How much goes in a quarter?",
                "How often can that go from what is there now?",
                "What is there now, over what goes in a quarter.",
            ],
            probes=[(500.0, 420.0), (90.0, 30.0)],
            gives="number",
        ),
        Task(
            "to_order",
            [
                Property("It is above 0.", lambda f, g: f() > 0),
                Property(
                    "With it, there is as much as will be needed when it opens.",
                    lambda f, g: abs((g["can_send"] + f()) / _needed(g) - 1) < 1e-4,
                    lambda f, g: f"You gave {shown(f())}.",
                ),
            ],
            [
                Misconception(
                    "for the orders of today",
                    lambda g: g["orders_now"] - g["can_send"],
                    "by the time it opens, more will be ordered than today.",
                ),
                Misconception(
                    "linear for compound growth",
                    lambda g: g["orders_now"] * (1 + g["growth"] * g["wait"]) - g["can_send"],
                    "each quarter grows from what the quarters before have made.",
                ),
                Misconception(
                    "all of it for what is missing",
                    _needed,
                    "some of it is there already.",
                ),
            ],
            [
                "How many orders will there be when it opens?",
                "Growth on growth, for as many quarters as it takes.",
                "Then take away what can be sent already.",
            ],
            gives="number",
        ),
        Task(
            "my_policy",
            [
                Property(
                    "It is a policy of this game.",
                    lambda f, g: not isinstance(_read(f()), str),
                    lambda f, g: _why(f()),
                ),
                Property("It sets at least two decisions.", lambda f, g: _decides(f()) >= 2),
                Property("It looks at something that it sees.", lambda f, g: _looks(f())),
            ],
            [
                Misconception(
                    "one rule against everybody",
                    lambda g: "price [USD/order] = 20\nfee [1] = 0.2",
                    "it does the same whoever sits opposite. What could it look at?",
                    looks_like=lambda f, g: _decides(f()) >= 2 and not _looks(f()),
                ),
                Misconception(
                    "one dial of five",
                    lambda g: "price [USD/order] = rival_price",
                    "what else has to change when the price does?",
                    looks_like=lambda f, g: _decides(f()) == 1,
                ),
            ],
            [
                "print(fw.play.game('two_pages')) says what you decide and what you see.",
                "Begin with one decision and what it should look at. Then the next.",
                "A number that is compared with cash or load is a given, with the unit of that.",
            ],
            gives="text",
        ),
    ],
)
