"""The model: named quantities and their equations. Everything else is computed from it."""

from __future__ import annotations

import hashlib
import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from flywheel_edu.asking import answers, one_number
from flywheel_edu.errors import ModelError, closest, need, notice, readers_frame
from flywheel_edu.files import save_with_copy
from flywheel_edu.language import Bounds, Number, number_text
from flywheel_edu.model.bounds import quantity_bounds
from flywheel_edu.model.check import check_loops, check_names, check_view, effects_of, way_round
from flywheel_edu.model.lines import Parts, read_parts, same_spelling
from flywheel_edu.model.parts import Clock, NamedLoop, Quantity, Shown
from flywheel_edu.model.statements import Together, UnknownName
from flywheel_edu.model.structure import Structure, with_numbers
from flywheel_edu.model.unfold import unfold
from flywheel_edu.model.unit_check import check_units
from flywheel_edu.model.writing import text_of

# What a model keeps of itself that depends on the numbers of its givens.
_OF_NUMBERS = ("written", "quantities", "bounds", "digest")


@answers
class Model(Mapping[str, Quantity]):
    """A checked, unchangeable set of quantities.

    Holding a Model means that every name resolves, units agree, the equations can be put in an
    order to compute, and its named loops are there. It is a mapping from name to `Quantity`,
    with the stocks that ``smooth`` and ``delay`` unfold into among them.

    Attributes
    ----------
    title : str
        The first comment line of the text.
    about : tuple of str
        The comment lines that follow it.
    clock : Clock
        The time line.
    loops : tuple of NamedLoop
        The loops its author named.
    view : tuple of Shown
        What its author shows in a drawing, and where.
    together : Mapping of str to Together
        What was written once for several, by its name there: the word for each, and their names.
    given_values : Mapping of str to float
        The number of each given, in its own unit.
    structure : Structure
        What it shares with models that differ only in the numbers of their givens.

    Examples
    --------
    >>> model = Model.parse('''# A shop that grows by word of mouth.
    ... time month from 0 to 12 step 0.25
    ... stock customers [customer] = 100
    ...     + joiners
    ... joiners [customer/month] = customers * word_of_mouth
    ... given word_of_mouth [1/month] = 0.06 in 0 .. 0.2   # illustrative
    ... ''')
    >>> model
    <Model 'A shop that grows by word of mouth.': 1 stock, 1 computed, 1 given>
    >>> print(model.change(word_of_mouth=0.1)["word_of_mouth"])
    given word_of_mouth [1/month] = 0.1 in 0 .. 0.2
    """

    __slots__ = ("__dict__",)

    def __init__(self, parts: Parts) -> None:
        need(Parts, "Model holds what a text says", parts, "write: Model.parse(text)")
        if parts.clock is None:
            raise ModelError(
                "the model has no time line", hint="write: time month from 0 to 60 step 0.25"
            )
        self._parts = parts
        self.title, self.about, self.ending = parts.title, parts.about, parts.ending
        self.clock: Clock = parts.clock
        self.loops: tuple[NamedLoop, ...] = tuple(parts.loops.values())
        self.view: tuple[Shown, ...] = parts.view
        self.view_notes = parts.view_notes
        self.aliases: Mapping[str, str] = parts.aliases
        self.together: Mapping[str, Together] = parts.together
        written = dict(parts.quantities)
        check_names(written)
        check_units(written, self.clock)
        quantities = unfold(written, self.clock)
        self.structure = Structure(written, quantities)
        check_loops(self.loops, quantities)
        check_view(self.view, quantities)
        values = {name: quantities[name].equation for name in self.structure.givens}
        self.given_values: Mapping[str, float] = MappingProxyType(
            {name: number.value for name, number in values.items() if isinstance(number, Number)}
        )
        self._changed: dict[str, float] = {}

    @classmethod
    def parse(cls, text: str, folder: str | Path | None = None) -> Model:
        """Read a model from its text.

        Parameters
        ----------
        text : str
        folder : path, optional
            Where the files of ``data NAME [unit] from FILE`` lie; without it, no file is read.

        Raises
        ------
        ModelError
            If the text is not a model; the message shows the line, the place in it, and a hint.
        """
        _need_text(text)
        return cls(read_parts(text, None if folder is None else Path(folder)))

    def change(self, *nameless: object, **givens: float) -> Model:
        """The same model with other numbers for some of its givens.

        Parameters
        ----------
        **givens : float
            New values, each in the given's own unit.

        Raises
        ------
        ModelError
            If a name is missing or no given, or a value is no number or lies outside its range.
        """
        if nameless:
            raise ModelError(
                "change wants each value with the name of its given",
                hint="write change(name=...), or change(**{name: ...}) if a variable holds it",
            )
        if not givens:
            return self
        # A slider comes through here: the quantities themselves follow when somebody asks for them.
        changed, ranges = {}, self.structure.ranges
        for name, value in givens.items():
            name = name if name in ranges else self.called(name)
            low, high = ranges.get(name, (1.0, 0.0))
            fits = type(value) is float and low <= value <= high
            changed[name] = value if fits else self._checked(name, value)
            if apart := self.clock.set_apart(self.structure.quantities[name], changed[name]):
                notice(apart)
        other = object.__new__(Model)
        kept = other.__dict__
        kept.update(self.__dict__)
        for cached in _OF_NUMBERS:
            kept.pop(cached, None)
        kept["_changed"] = {**self._changed, **changed}
        kept["given_values"] = MappingProxyType({**self.given_values, **changed})
        return other

    def _checked(self, name: str, value: float) -> float:
        """The number as it is kept, if the given may take it."""
        quantity = self.structure.quantities.get(name)
        if quantity is not None and quantity.kind == "stock":
            raise ModelError(
                f"'{name}' is a stock, and what changes here is a given",
                hint=f"to begin elsewhere: simulate(model, start_from={{'{name}': {value}}})",
            )
        if quantity is None or quantity.kind != "given":
            hint = closest(name, self.structure.givens)
            held = readers_frame().f_locals.get(name)  # of who wrote change(name=0)
            if isinstance(held, str) and held in self.structure.givens:
                hint = f"{name} holds '{held}': write change(**{{{name}: {value}}})"
            known = ", ".join(self.structure.givens)
            raise ModelError(
                f"'{name}' is not a given of this model",
                hint=hint or (f"its givens are: {known}" if known else "it has no givens"),
            )
        number = one_number(value)
        if number is None:
            raise ModelError(
                f"'{name}' takes one number in [{quantity.unit}], not {str(value)[:40]!r}",
                hint=quantity.doc if str(value) in quantity.doc else "",  # a switch tells its names
            )
        if not math.isfinite(number):
            raise ModelError(f"'{name}' takes a finite number in [{quantity.unit}], not {number}")
        if quantity.range is not None and not quantity.range[0] <= number <= quantity.range[1]:
            low, high = map(number_text, quantity.range)
            raise ModelError(
                f"'{name}' = {number_text(number)} is outside its range {low} .. {high}",
                hint=f"choose a value from {low} to {high}, in [{quantity.unit}]",
            )
        return number

    def revise(self, text: str, folder: str | Path | None = None) -> Model:
        """This model with quantities, loops, the view or the time line replaced or added.

        What the text defines anew takes the place of what had that name; the rest stays. A
        notice says which flows are left in no stock, and which named loop now goes another way. A
        line for what was written once for several is for each of them. A given ``time_step`` that
        is the step of the time line, as imported models have it, stays that of the new one.

        Parameters
        ----------
        text : str
            Lines as in a model.
        folder : path, optional
            As in `parse`.

        Raises
        ------
        ModelError
            If the text cannot be read or the revised model does not hold together.
        """
        _need_text(text)
        old = self.parts()
        known = {name: of for name, of in old.together.items() if name not in old.quantities}
        new = read_parts(text, None if folder is None else Path(folder), known)
        clock = new.clock or self.clock
        made = Model(
            replace(
                old,
                clock=clock,
                quantities={**clock.paced(old.quantities, self.clock), **new.quantities},
                loops={**old.loops, **new.loops},
                view=new.view or self.view,
                view_notes=new.view_notes if new.view else self.view_notes,
                together={**old.together, **new.together},
            )
        )
        flowing = {entry.flow for each in made.written.values() for entry in each.ledger}
        for name, stock in new.quantities.items():
            was = [entry.flow for entry in old.quantities.get(name, stock).ledger]
            if lost := [flow for flow in was if flow in made and flow not in flowing]:
                notice(
                    f"'{name}' no longer has the flow {', '.join(lost)}: a stock's flows are "
                    "written anew below its line"
                )
        effects = [effects_of(each.quantities) for each in (self, made)]
        for loop in self.loops:
            before, now = (way_round(loop, each) for each in effects)
            if loop.name not in new.loops and self.written.keys() & set(now) - set(before):
                way = " -> ".join(name for name in (*now, now[0]) if name in made.written)
                notice(
                    f'the loop "{loop.name}" now goes another way: {way}; if it is another loop, '
                    "write its line anew"
                )
        return made

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the model's text to a file (.flywheel), which `read` reads again.

        What stood there before, if it was another text, is kept beside it, and a notice says where.

        Raises
        ------
        FlywheelError
            If the file would not be a .flywheel.
        FileError
            If the folder is missing or closed to us. No half-written file is left.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> model = Model.parse("time year from 0 to 2 step 1\\nstock wheels [1] = 3")
        >>> with TemporaryDirectory() as folder:
        ...     Model.parse(model.save(folder + "/cart.flywheel").read_text("utf-8")) == model
        True
        """
        path = Path(path)
        if path.suffix != ".flywheel":
            raise ModelError(
                f"a model is saved as text, {path.stem or 'model'}.flywheel, not as '{path.name}'",
                hint="for other programs: flywheel_exchange.write_xmile(model, 'model.xmile')",
            )
        if copy := save_with_copy(path, str(self)):
            notice(f"what stood in '{path.name}' before is now in '{copy.name}'")
        return path

    def join(self, other: Model) -> Model:
        """This model and another one as one; what is given in one may be computed in the other.

        The time line, the title and the view are those of this model. A given that both have alike
        is one given.

        Raises
        ------
        ModelError
            If both define the same name, neither as a given the other computes, or a named loop;
            if their times are in different units; or if the two do not hold together.

        Examples
        --------
        >>> shop = Model.parse('''time month from 0 to 12 step 1
        ... stock customers [customer] = 100
        ...     + joiners
        ... joiners [customer/month] = customers * talk
        ... given talk [1/month] = 0.1''')
        >>> town = Model.parse('''time month from 0 to 24 step 1
        ... given customers [customer] = 0
        ... talk [1/month] = 0.1 [1/month] * max(0, 1 - customers / 1000 [customer])''')
        >>> shop.join(town)
        <Model '': 1 stock, 2 computed>
        """
        need_model(other, "join takes")
        if other.clock.unit != self.clock.unit:
            raise ModelError(
                f"one counts time in {self.clock.unit}, the other in {other.clock.unit}",
                hint="write both in one unit of time, then join them",
            )
        both = {**self.written}
        for name, new in other.written.items():
            old = both.setdefault(name, new)
            if old.kind == "given" and new.kind != "given":
                both[name] = new
            elif old != new and not (old.kind != "given" and new.kind == "given"):
                raise ModelError(
                    f"'{name}' is in both models",
                    new.place,
                    "rename one, or make one a given: it then comes from the other",
                )
        loops = {loop.name: loop for loop in self.loops}
        for loop in other.loops:
            if loops.setdefault(loop.name, loop) is not loop:
                raise ModelError(f'both have a loop "{loop.name}"', hint="rename one of them")
        return Model(
            replace(
                self.parts(),
                quantities=both,
                loops=loops,
                aliases={**other.aliases, **self.aliases},
                together={**other.together, **self.together},
            )
        )

    def parts(self) -> Parts:
        """What it is made of, to be made anew with something replaced."""
        return replace(self._parts, quantities={**self.written})

    @property
    def stocks(self) -> tuple[str, ...]:
        """The names of the stocks, unfolded ones among them, in the order of the model."""
        return self.structure.stocks

    @property
    def own_stocks(self) -> tuple[str, ...]:
        """Those that were written as such, and do not stand for a delay here or elsewhere."""
        known = self.structure.quantities
        delays = {f"for {name}" for name in known}  # so they are described when they are read
        own = (known[name] for name in self.stocks)
        return tuple(each.name for each in own if not each.part_of and each.doc not in delays)

    @property
    def givens(self) -> tuple[str, ...]:
        """The names of the givens, in the order of the model."""
        return self.structure.givens

    @property
    def shown(self) -> tuple[str, ...]:
        """The names its author shows in a drawing; all that were written if no view is given."""
        return tuple(shown.name for shown in self.view) or tuple(self.written)

    @property
    def order(self) -> tuple[str, ...]:
        """The computed quantities and data series, each after those it is computed from."""
        return self.structure.order

    @cached_property
    def written(self) -> Mapping[str, Quantity]:
        """The quantities as written, before anything was unfolded."""
        return with_numbers(self.structure.written, self._changed)

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        """All quantities, with the stocks that ``smooth`` and ``delay`` unfold into."""
        return with_numbers(self.structure.quantities, self._changed)

    @cached_property
    def bounds(self) -> Mapping[str, Bounds]:
        """Between which values each quantity stays, in its unit, as far as the equations tell."""
        return quantity_bounds(self.quantities, self.structure.order, self.clock)

    @cached_property
    def digest(self) -> str:
        """A fingerprint of the model's text: 64 hexadecimal digits."""
        return hashlib.sha256(self._unrolled.encode()).hexdigest()

    def __str__(self) -> str:
        if not self.together:
            return self._unrolled
        folded = text_of(self.parts(), folded=True)
        try:
            return folded if Model.parse(folded) == self else self._unrolled
        except ModelError:
            return self._unrolled

    @property
    def _unrolled(self) -> str:
        return text_of(self.parts())

    def _key(self) -> tuple[object, ...]:
        return (
            self.title,
            self.about,
            self.clock,
            tuple(self.written.values()),
            self.loops,
            self.view,
            self.view_notes,
            self.ending,
        )

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: held for name, held in self.__dict__.items() if name not in _OF_NUMBERS}
        return {**kept, "given_values": dict(self.given_values)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, given_values=MappingProxyType(state["given_values"]))

    def __copy__(self) -> Model:
        return self

    def __deepcopy__(self, memo: object) -> Model:
        return self  # it never changes

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Model) else NotImplemented

    def __hash__(self) -> int:
        # Not of the text: -0 and 0 are equal, and are written differently.
        return hash((self.title, self.clock, *self.structure.written, *self.given_values.values()))

    def __setattr__(self, name: str, value: object) -> None:
        if "_changed" in self.__dict__:  # the last to be set
            self[name] = value
        super().__setattr__(name, value)

    def __setitem__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(
            f"a model does not change, and its '{name}' is not set\n"
            "  hint: model.change(name=1) and model.revise(text) give a new one"
        )

    def called(self, name: str) -> str:
        """The name here of what a file of another program calls so; otherwise the name itself."""
        several = self.together.get(name) if isinstance(name, str) else None
        if several and name not in self.structure.quantities:
            raise several.no_one_name(name)
        named = bool(self.aliases) and isinstance(name, str)
        known = self.aliases.get(same_spelling(name), name) if named else name
        return known if named and known in self.structure.quantities else name

    def __getitem__(self, name: str) -> Quantity:
        try:
            return self.quantities[name if name in self.quantities else self.called(name)]
        except UnknownName:
            raise
        except (KeyError, TypeError, AttributeError):
            raise UnknownName(
                f"this model has no quantity '{name}'", hint=closest(str(name), self.quantities)
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self.quantities

    def __iter__(self) -> Iterator[str]:
        return iter(self.quantities)

    def __len__(self) -> int:
        return len(self.quantities)

    def __repr__(self) -> str:
        kinds: list[str] = [quantity.kind for quantity in self.written.values()]
        words = {"stock": "stocks", "computed": "computed", "given": "givens"}
        counts = []
        for kind, many in (*words.items(), ("data", "data series")):
            if number := kinds.count(kind):
                counts.append(f"{number} {kind if number == 1 and kind != 'data' else many}")
        return f"<Model '{self.title}': {', '.join(counts)}>"


def need_model(given: object, doing: str) -> None:
    """Refuse what is no model; ``doing`` as in "simulate runs"."""
    make = "make one with load(name), read(path) or Model.parse(text)"
    need(Model, f"{doing} a Model", given, make)


def _need_text(text: object) -> None:
    known = isinstance(text, str)
    if not known or re.fullmatch(r"\s*[^\n=\[#]+\.[A-Za-z]\w{1,8}\s*", str(text)):
        what = "the name of a file" if known else type(text).__name__
        raise ModelError(
            f"a model is read from text, not from {what}",
            hint="use read(path) for a file, load(name) for a flywheel of the library",
        )
