"""What stands in a test for the functions, objects and iterators of the student's program."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from flywheel_grader.crossing.kinds import CallStopped
from flywheel_grader.words import safe

if TYPE_CHECKING:
    from flywheel_grader.crossing.far import Far


class FarIterator(Iterator[Any]):
    """An iterator of the student's, asked for one value at a time."""

    def __init__(self, far: Far, number: int, path: str) -> None:
        self._far, self._number, self._path = far, number, path

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        """The next value; `value` is what the `yield` before it gives to the generator."""
        sent = self._far.send_form(value)
        return self._far.ask("next", f"{self._path}[]", of=self._number, value=sent)

    def generator(self) -> Iterator[Any]:
        with suppress(StopIteration):
            sent = yield next(self)
            while True:
                sent = yield self.send(sent)


class StandIn:
    """What stands for something that the student's program keeps."""

    # An annotation here would be found in place of those of the student's function.
    def __init__(self, far: Far, number: int, path: str) -> None:
        self._flywheel = (far, number, path, far.life)

    def __getattr__(self, name: str) -> Any:
        return _attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith(("__", "_flywheel")):
            return object.__setattr__(self, name, value)
        _operate(self, "setattr", self, name, value)

    def __deepcopy__(self, _memo: object) -> Any:
        return self

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        return _attribute(self, "__dict__")

    def __enter__(self) -> Any:
        return _attribute(self, "__enter__")()

    def __exit__(self, kind: Any, problem: Any, _trace: object) -> Any:
        return _attribute(self, "__exit__")(kind, problem, None)


class Function(StandIn):
    """A function or class of the student's."""

    def __init__(self, far: Far, number: int, path: str, says: Mapping[str, Any]) -> None:
        super().__init__(far, number, path)
        self.__name__ = safe(says.get("name"), 80)
        self.__doc__ = says.get("doc") if isinstance(says.get("doc"), str) else ""

    def __call__(self, *args: Any, **named: Any) -> Any:
        far, _, path, _ = self._flywheel
        answer = far.call(f"{path}()", number_now(self), args, named)
        if path.isidentifier() and not args and not named:
            far.answers[f"{path}()"] = answer
        return answer

    @property
    def __signature__(self) -> inspect.Signature:
        far, _, path, _ = self._flywheel
        rows = far.ask("signature", f"signature({path})", of=number_now(self))
        empty = (inspect.Parameter.empty,)
        made = [
            inspect.Parameter(name, inspect._ParameterKind(kind), default=(default or empty)[0])
            for name, kind, default in rows
        ]
        return inspect.Signature(made)

    def __instancecheck__(self, thing: object) -> bool:
        return isinstance(thing, StandIn) and _operate(self, "isinstance", thing, self) is True

    def __subclasscheck__(self, thing: object) -> bool:
        return isinstance(thing, Function) and _operate(self, "issubclass", thing, self) is True


class Thing(StandIn):
    """An object of a class of the student's own."""

    def __hash__(self) -> int:
        return int(_operate(self, "hash", self))


@cache
def thing_of(kind: str) -> type[Thing]:
    """Things under the name of their class."""
    return type(kind, (Thing,), {})


# What Python knows of a function or a class, and a test may ask for.
_ASKED = frozenset(
    "__annotations__ __bases__ __code__ __defaults__ __dict__ __kwdefaults__ __qualname__ "
    "__enter__ __exit__".split()
)


def _attribute(thing: Any, name: str) -> Any:
    # What Python itself looks up on any object is not the student's to answer.
    own = name.startswith("__") and name not in _ASKED
    if own or name.startswith("_flywheel") or name.startswith("_repr_"):
        raise AttributeError(name)
    far, _, path, _ = thing._flywheel
    return far.ask("attribute", f"{path}.{name}", of=number_now(thing), name=name)


def number_now(thing: Any) -> int:
    """The number under which the program keeps an object; a lost function is looked up again."""
    far, number, path, life = thing._flywheel
    if far.is_current(number, life):
        return int(number)
    if isinstance(thing, Function) and path.isidentifier():
        again = far.look_up(path)
        if isinstance(again, Function):
            thing._flywheel = again._flywheel
            return int(again._flywheel[1])
    raise CallStopped(f"{path} was lost when an earlier call was stopped")


def _operate(thing: StandIn, name: str, *operands: Any) -> Any:
    far, _, path, _ = thing._flywheel
    sent = [far.send_form(each) for each in operands]
    return far.ask("operate", f"{path}.{name}()", name=name, operands=sent)


# Python's name for an operator, and the name in the module `operator` or of a built-in function.
OPERATORS = {
    f"__{name.rstrip('_')}__": name
    for name in "len iter str repr bool float int abs neg pos eq ne lt le gt ge add sub mul "
    "truediv floordiv mod pow matmul iadd isub imul contains getitem setitem delitem round format "
    "and_ or_ xor".split()
}
for _special, _name in OPERATORS.items():
    setattr(Thing, _special, lambda self, *others, by=_name: _operate(self, by, self, *others))
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    setattr(Thing, f"__r{_name}__", lambda self, other, by=_name: _operate(self, by, other, self))
