"""What the functions of XMILE are in our language: a word of ours, or written out."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from flywheel_edu.errors import ExchangeError, Place, closest, printable
from flywheel_edu.language import KNOWN, Binary, Call, Choice, Expression, names_in
from flywheel_edu.language.tree import Name, Node, Number
from flywheel_edu.model import Entry
from flywheel_edu.model.unfold import MOST_STAGES
from flywheel_exchange.draws import DRAWS
from flywheel_exchange.labels import same_name
from flywheel_exchange.likely import LIKELY
from flywheel_exchange.pieces import as_condition, as_value, folded, safe_division
from flywheel_exchange.written import Row, Written, at_start, ours, reordered, rows_in

if TYPE_CHECKING:
    from flywheel_exchange.meaning import Meaning


def call(context: Meaning, label: str, args: list[Node], place: Place) -> Node:
    """What a function of XMILE gives, in our language."""
    name = same_name(label).upper().removeprefix("ISEE.").removeprefix("STD.")
    if name in ("IF_THEN_ELSE", "IFTHENELSE"):
        condition, then, other = _counted(name, (3,), args, place)
        return Choice(as_condition(condition), as_value(then), as_value(other), place)
    values = [as_value(arg) for arg in args]
    if name in _OWN:
        function, count = _OWN[name]
        _counted(name, (count,), args, place)
        return Call(function, tuple(values), place)
    if name in _WRITTEN:
        counts, written = _WRITTEN[name]
        _counted(name, counts, args, place)
        return written(context, values, place)
    if (variable := context.space.find(label)) is None:
        message = f"there is no function {printable(label[:40])} in our language"
        hint = closest(name, KNOWN_THERE) or "write out what it does in quantities of your own"
    else:
        message = f"'{variable.shown}' is no graphical function, and takes no value in brackets"
        hint = "write '*' where it is to be multiplied, or give it points"
    raise ExchangeError(message, place, hint)


def beyond(name: str, place: Place) -> ExchangeError | None:
    """Why a word of other programs has no place in our language, if it is one."""
    for reason, way_round, listed in _BEYOND:
        if name in listed.split():
            return ExchangeError(f"{name} {reason}", place, way_round)
    return None


def word_of_xmile(context: Meaning, name: str) -> Expression | None:
    """What a word of XMILE such as ``time`` or ``pi`` stands for; None if it is no such word."""
    clock = context.clock
    start, stop = Number(clock.start), Number(clock.stop)
    words: dict[str, Expression] = {"time": Name("time"), "pi": Number(math.pi)}
    words |= {"starttime": start, "stoptime": stop}
    if context.vensim:
        words |= {"initial_time": start, "final_time": stop}
    if name == "inf":
        context.tell(f"INF is {_LARGE:g} here, since a run of ours holds only numbers")
        return Number(_LARGE)
    if name == "nan" and not context.vensim:  # there it stands for A FUNCTION OF
        context.tell("NAN is 0 / 0 here: a run stops where a quantity is to have that value")
        return Binary("/", Number(0.0), Number(0.0))
    return words.get(name)


def _counted(name: str, counts: tuple[int, ...], args: list[Node], place: Place) -> list[Node]:
    if len(args) not in counts:
        allowed = " or ".join(map(str, counts))
        values = "value" if allowed == "1" else "values"
        raise ExchangeError(f"{name} takes {allowed} {values}, not {len(args)}", place)
    return args


_LARGE = 1e300  # what stands for INF, with room to be multiplied


# What our language says itself. Numbers without what is behind their point, and MODULO, are as
# Vensim has them: towards 0. QUANTUM is the largest multiple that is no larger, signs aside.
_SAID = {name: row for name, row in rows_in("""
CGROWTH(x) = ((1 + x / 100) ** tick - 1) / tick
COSH(x) = (exp(x) + exp(0 - x)) / 2
COSWAVE(size, period) = size * cos(2 * pi * time / period)
COUNTER(first, last) = first + max(0, mod(time - begin + hair, last - first) - hair)
FV(rate, times, paid, present) = -(present + paid * times) if rate == 0
    else -(present * (1 + rate) ** times + paid * ((1 + rate) ** times - 1) / rate)
GAME(x) = x
INTEGER(x) = -int(abs(x)) if x < 0 else int(x)
LOG(x, base) = ln(x) / ln(base)
MODULO(x, by) = -mod(abs(x), abs(by)) if x < 0 else mod(abs(x), abs(by))
PERCENT(x) = 100 * x
PMT(rate, times, present, future) = -(present + future) / times if rate == 0
    else -(present * (1 + rate) ** times + future) * rate / ((1 + rate) ** times - 1)
POWER(x, y) = x ** y
PULSE_TRAIN(first, width, every, last) = 1 if time >= first - hair and time <= last + hair
    and mod(time - first + hair, every) < max(width, tick) else 0
PV(rate, times, paid, future) = -(future + paid * times) if rate == 0
    else -(future + paid * ((1 + rate) ** times - 1) / rate) / (1 + rate) ** times
QUANTUM(x, of) = x if of <= 0 else of * (-int(abs(x) / of) if x < 0 else int(x / of))
ROOTN(x, n) = -abs(x) ** (1 / n) if x < 0 else x ** (1 / n)
ROUND(x) = int(x + 0.5)
SIGN(x) = 1 if x > 0 else -1 if x < 0 else 0
SINH(x) = (exp(x) - exp(0 - x)) / 2
SINWAVE(size, period) = size * sin(2 * pi * time / period)
SWITCH(x, y) = 1 if x > y else 0
TANH(x) = 1 - 2 / (exp(2 * x) + 1)
""").items() if name not in {row.xmile for row in KNOWN.values()}}  # fmt: skip
_WIDE_PULSE = ours("1 if time >= at - hair and time < at + max(by, tick) - hair else 0", "at", "by")


_LOST = ours("rate * share / (1 + rate * tick)", "rate", "share")
_HELD = ours("held if time > moment else x", "held", "moment", "x")
_WORTH = ours("(summed + worth * tick) * factor", "summed", "worth", "factor")


def _down(function: str, in_vensim: Written) -> Written:
    """INT and MOD: by the largest whole number not above, and in Vensim by the next towards 0."""

    def rounded(context: Meaning, args: list[Expression], place: Place) -> Node:
        if context.vensim:
            return in_vensim(context, args, place)
        return Call(function, tuple(args), place)

    return rounded


rest = _down("mod", _SAID["MODULO"][1])


def _safediv(_: Meaning, args: list[Expression], place: Place) -> Node:
    if len(args) == 2:
        return Call("divide", (args[0], args[1]), place)
    return safe_division(args[0], args[1], place, args[2])


def _init(context: Meaning, args: list[Expression], place: Place) -> Node:
    return at_start(args[0]) if context.opening else Call("init", (args[0],), place)


def _pulse(context: Meaning, args: list[Expression], place: Place) -> Node:
    if len(args) == 1:  # in every step
        return Binary("/", args[0], Number(context.clock.step), place)
    if context.vensim and len(args) == 2:
        return _WIDE_PULSE(context, args, place)
    amount, first = args[:2]
    every = args[2] if len(args) == 3 else Number(0.0)
    number = context.constant(every)
    if number == 0:
        return Call("pulse", (amount, first), place)
    if number is not None and number < 0:
        told = "how often a PULSE repeats is below 0 here"
        raise ExchangeError(told, place, "write: PULSE(amount, first, 5)")
    return Call("pulses", (amount, first, every), place)


def pipeline(context: Meaning, args: list[Expression], place: Place) -> Node:
    """DELAY: what went in comes out unchanged; before that, the value it opens with."""
    need_euler(context, "DELAY", place)
    x, by = args[:2]
    if context.opening:
        return at_start(args[2] if len(args) == 3 else x)
    by_number = context.constant(by)
    if by_number is None:
        told = "the time of DELAY is computed, and here it must stay the same"
        raise ExchangeError(told, place, "write a number, or use DELAY1 or DELAY3")
    for name in names_in(by):
        late = f"it is {by_number:g} late in the equation"
        context.tell(f"a change of {name} changes no DELAY: {late}")
    steps = whole_steps(context, by_number)
    if len(args) == 3:  # with an opening of its own it waits for nothing
        x, steps = _step_back(context, x, at_start(args[2]), "DELAY", place), steps - 1
    return _late(context, x, steps, place) if steps else x


def whole_steps(context: Meaning, by: float) -> int:
    """How many steps a time is, at least one; what is rounded is told."""
    step = context.clock.step
    steps = max(1, math.floor(by / step + 0.5))
    if abs(steps * step - by) > step / 1e6:
        context.tell(f"what is {by:g} late is {steps * step:g} late here, which is whole steps")
    return steps


def _late(context: Meaning, x: Expression, steps: int, place: Place) -> Expression:
    clock = context.clock
    steps = min(steps, math.ceil((clock.stop - clock.start) / clock.step) + 1)
    while steps > MOST_STAGES:
        x = context.part("earlier", Call("pipeline", (x, Number(MOST_STAGES * clock.step)), place))
        steps -= MOST_STAGES
    return Call("pipeline", (x, Number(steps * clock.step)), place)


def need_euler(context: Meaning, name: str, place: Place) -> None:
    """Refuse what looks back by whole steps where a step is taken in parts."""
    if context.clock.method != "euler":
        told = f"{name} looks back by whole steps, which only the method euler takes"
        way = 'write <sim_specs method="Euler"> (Euler in the run specs), or use DELAY1 or SMTH1'
        raise ExchangeError(told, place, way)


def _step_back(context: Meaning, x: Expression, first: Expression, name: str, place: Place) -> Name:
    """A value as it was one step ago: a stock that closes its whole gap in each step."""
    need_euler(context, name, place)
    stock = context.stock("previous", first)
    gap = Binary("/", Binary("-", x, stock), Number(context.clock.step))
    context.flows(stock, Entry(1, context.part("change", gap).name))
    return stock


def _previous(context: Meaning, args: list[Expression], place: Place) -> Node:
    x, opening = args[0], at_start(args[1])
    return opening if context.opening else _step_back(context, x, opening, "PREVIOUS", place)


def _history(context: Meaning, args: list[Expression], place: Place) -> Node:
    """HISTORY: what was at one moment, or so long ago; 0 before there was anything."""
    x, when = args
    clock, ago = context.clock, None
    if isinstance(when, Binary) and when.op == "-" and when.left == Name("time"):
        ago = context.constant(when.right)
    moment = context.constant(when)
    if context.opening:
        return Number(0.0, place)
    if ago is not None and ago > clock.step / 2:
        late = _step_back(context, x, Number(0.0), "HISTORY", place)
        steps = whole_steps(context, ago)
        return late if steps == 1 else _late(context, late, steps - 1, place)
    if moment is not None:
        held = context.stock("held", Number(0.0))
        taken = context.part("taken", Call("pulse", (x, Number(moment))))
        context.flows(held, Entry(1, taken.name))
        return _HELD(context, [held, Number(moment), x], place)
    told = "HISTORY looks back to a moment that is computed, which our equations cannot"
    hint = "look back a fixed time, as in HISTORY(x, TIME - 3), or to a fixed moment"
    raise ExchangeError(told, place, hint)


def _order(context: Meaning, node: Expression, name: str, place: Place) -> int:
    value = context.constant(node)
    if value is None or value != int(value) or not 1 <= value <= 50:
        told = f"the order of {name} is not a whole number from 1 to 50 here"
        raise ExchangeError(told, place, "write: 3")
    return int(value)


Stages = Callable[["Meaning", Expression, Expression, Expression, int], Expression]


def _staged(own: str, order: int | None, written: Stages) -> Written:
    """SMTH or DELAY of some order, whose last value is what they open at, if they say it."""

    def staged(context: Meaning, args: list[Expression], place: Place) -> Node:
        x, over, *given = args
        times = order
        if times is None:
            name = "SMTHN" if own == "smooth" else "DELAYN"
            times, given = _order(context, given[0], name, place), given[1:]
        if not given and times in (1, 3) and not context.starts and not context.opening:
            return Call(own if times == 1 else f"{own}3", (x, over), place)
        opening = at_start(given[0] if given else x)
        if context.opening:
            return opening
        each = over if times == 1 else Binary("/", over, Number(float(times)))
        return written(context, x, each, opening, times)

    return staged


def _smoothed(
    context: Meaning, x: Expression, each: Expression, opening: Expression, times: int
) -> Expression:
    before = context.short("input", x)
    for _ in range(times):
        stock = context.stock("smoothed", opening)
        change = context.part("adjustment", Binary("/", Binary("-", before, stock), each))
        context.flows(stock, Entry(1, change.name))
        before = stock
    return before


def _delayed(
    context: Meaning, x: Expression, each: Expression, opening: Expression, times: int
) -> Expression:
    before = context.flow_of(x) or context.part("entering", x)
    for _ in range(times):
        stock = context.stock("in_transit", Binary("*", opening, at_start(each)))
        leaving = context.part("leaving", Binary("/", stock, each))
        context.flows(stock, Entry(1, before.name), Entry(-1, leaving.name))
        before = leaving
    return before


def _trend(context: Meaning, args: list[Expression], place: Place) -> Expression:
    """TREND: how fast x grows against its smoothed self, as a fraction of it."""
    x, over = args[:2]
    begins = at_start(args[2]) if len(args) == 3 else Number(0.0)
    if context.opening:
        return begins
    now = context.short("input", x)
    grown = Binary("+", Number(1.0), Binary("*", begins, at_start(over)))
    usual = context.stock("usual", Binary("/", at_start(x), grown))
    change = context.part("adjustment", Binary("/", Binary("-", now, usual), over))
    context.flows(usual, Entry(1, change.name))
    below = Binary("*", Call("abs", (usual,)), over)
    return safe_division(Binary("-", now, usual), below, place)


def _forecast(context: Meaning, args: list[Expression], place: Place) -> Node:
    x, over, ahead = args[:3]
    now = x if context.opening else context.short("input", x)
    grows = _trend(context, [now, over, *args[3:]], place)
    grown = Binary("+", Number(1.0), Binary("*", grows, ahead))
    return Binary("*", at_start(now) if context.opening else now, grown, place)


def _derivative(context: Meaning, args: list[Expression], place: Place) -> Node:
    x = args[0]
    for _ in range(_order(context, args[1], "DERIVN", place)):
        now = context.part("input", x)
        before = _step_back(context, now, at_start(x), "DERIVN", place)
        x = Binary("/", Binary("-", now, before), Number(context.clock.step))
    return Number(0.0) if context.opening else x


def _present_value(context: Meaning, args: list[Expression], place: Place) -> Node:
    """NPV: a stream from the start to now, summed, each step's discounted from its own moment."""
    stream, rate, *more = args
    opening = at_start(more[0]) if more else Number(0.0)
    if context.opening:
        return opening
    share = context.stock("share", Number(1.0))  # what a unit of the stream counts by now
    lost = _LOST(context, [rate, share], place)
    context.flows(share, Entry(-1, context.part("lost", as_value(lost)).name))
    worth = context.part("worth", Binary("*", stream, share))
    summed = context.stock("summed", opening)
    context.flows(summed, Entry(1, worth.name))
    return _WORTH(context, [summed, worth, *(more[1:] or [Number(1.0)])], place)


_SMOOTH, _DELAY = _staged("smooth", None, _smoothed), _staged("delay", None, _delayed)
_WRITTEN: dict[str, Row] = (
    DRAWS
    | LIKELY
    | _SAID
    | {
        "DELAY": ((2, 3), pipeline),
        "DELAY1": ((2, 3), _staged("delay", 1, _delayed)),
        "DELAY3": ((2, 3), _staged("delay", 3, _delayed)),
        "DELAYN": ((3, 4), _DELAY),
        "DERIVN": ((2,), _derivative),
        "ENDVAL": ((1, 2), lambda context, args, place: _init(context, args[-1:], place)),
        "FORCST": ((3, 4), _forecast),
        "HISTORY": ((2,), _history),
        "INIT": ((1,), _init),
        "INT": ((1,), _down("int", _SAID["INTEGER"][1])),
        "MAX": (tuple(range(1, 41)), lambda _, args, place: folded("max", args, place)),
        "MIN": (tuple(range(1, 41)), lambda _, args, place: folded("min", args, place)),
        "MOD": ((2,), rest),
        "NPV": ((2, 3, 4), _present_value),
        "PREVIOUS": ((2,), _previous),
        "PULSE": ((1, 2, 3), _pulse),
        "RAMP": ((2, 3), ours("ramp(slope, first, end)", "slope", "first", "end")),
        "SAFEDIV": ((2, 3), _safediv),
        "SMTH1": ((2, 3), _staged("smooth", 1, _smoothed)),
        "SMTH3": ((2, 3), _staged("smooth", 3, _smoothed)),
        "SMTHN": ((3, 4), _SMOOTH),
        "TREND": ((2, 3), _trend),
    }
)
# What Vensim calls them in the XMILE that it saves itself.
_WRITTEN |= {
    "DELAY_FIXED": ((3,), pipeline),
    "DELAY_N": ((4,), reordered(_DELAY, 0, 1, 3, 2)),
    "FORECAST": ((3,), _forecast),
    "INITIAL": ((1,), _init),
    "SMOOTH_N": ((4,), reordered(_SMOOTH, 0, 1, 3, 2)),
    **dict.fromkeys(("SMOOTH", "SMOOTHI"), _WRITTEN["SMTH1"]),
    **dict.fromkeys(("SMOOTH3", "SMOOTH3I"), _WRITTEN["SMTH3"]),
    **dict.fromkeys(("XIDZ", "ZIDZ"), _WRITTEN["SAFEDIV"]),
    **{f"{name}I": _WRITTEN[name] for name in ("DELAY1", "DELAY3")},
}

# Functions of ours that XMILE has by the same values, as their rows tell.
_ROWS = (row for row in KNOWN.values() if row.xmile.isalnum() and row.xmile not in _WRITTEN)
_OWN = {"LOGN": ("ln", 1)} | {row.xmile: (row.name, len(row.arguments)) for row in _ROWS}

# Why some have no place here, as it follows the function's name in a message, and a way round.
_BEYOND = (
    (
        "draws random numbers in a way that our language has not",
        "draw from NORMAL, UNIFORM, EXPRND, TRIANGULAR or WEIBULL instead",
        "BETA GAMMA NEGBINOMIAL DICE RANDOM_BETA RANDOM_GAMMA RANDOM_LOOKUP",
    ),
    (
        "belongs to conveyors and queues, which our models do not have",
        "make the conveyor a stock with DELAY or DELAY3 as its outflow",
        "CAP CTFLOW CTMAX CTMEAN CTMIN CTSTDDEV CYCLETIME OSTATE QLEN THROUGHPUT TRANSTIME QELEM"
        " REWORK DELAY_CONVEYOR",
    ),
    (
        "has no counterpart in our language",
        "where its values stay the same, work it out and write the number; else a graphical "
        "function comes close",
        "IRR EXPBOUND SSHAPE LOGISTICBOUND LOOKUPINV LOOKUPMEAN LOOKUP_SLOPE INVERT_MATRIX"
        " CLOCKTIME ISRUNNING PAUSE RUNCOUNT SOUND MESSAGE",
    ),
    ("says what this depends on and not how", "write the equation", "NAN"),
)

KNOWN_THERE = (*_OWN, *_WRITTEN, "IF", "LOOKUP", "DT", "PI", "STARTTIME", "STOPTIME", "TIME")
_ALSO = "AND OR NOT THEN ELSE INF SELF SUM MEAN PROD SIZE STDDEV RANK VMAX VMIN"
_RESERVED = " ".join((*KNOWN_THERE, *(listed for *_, listed in _BEYOND), _ALSO))
RESERVED_THERE = frozenset(map(same_name, _RESERVED.split()))
