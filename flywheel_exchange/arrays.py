"""Dimensions of arrays: their names, their elements, and which element a text means."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from flywheel_edu.errors import ExchangeError, printable
from flywheel_exchange.document import MOST_QUANTITIES, Element
from flywheel_exchange.labels import plain_label, same_name

Index = tuple[int, ...]  # where an element stands in each dimension, from 0


@dataclass(frozen=True)
class Dimension:
    """One dimension: a name, and its elements in order."""

    name: str
    elements: tuple[str, ...]
    # By another dimension, which elements belong together: of here and there, in pairs.
    maps: dict[str, list[tuple[str, str]]] = field(default_factory=dict, compare=False)

    @cached_property
    def key(self) -> str:
        return same_name(self.name)

    @cached_property
    def positions(self) -> dict[str, int]:
        return {same_name(element): i for i, element in enumerate(self.elements)}

    def position(self, said: str) -> int | None:
        found = self.positions.get(same_name(said))
        if found is None and said.strip().isdecimal() and len(said.strip()) < 7:
            found = int(said) - 1
        return found if found is not None and 0 <= found < len(self.elements) else None

    def position_of(self, other: Dimension, at: int) -> int | None:
        """The place here of what stands at a place there: of the same name, else as far along."""
        named = self.positions.get(same_name(other.elements[at]))
        if named is not None:
            return named
        return at if len(other.elements) == len(self.elements) else None

    def mapped(self, other: Dimension, at: int) -> int | None:
        """The same by a mapping from one to the other, where the file has one."""
        back = [(there, here) for here, there in self.maps.get(other.key, ())]
        if not (pairs := other.maps.get(self.key, back)):
            return self.position_of(other, at)
        found = {here for there, here in pairs if there == same_name(other.elements[at])}
        return self.positions.get(found.pop()) if len(found) == 1 else None


def read_dimensions(root: Element) -> dict[str, Dimension]:
    """The dimensions of a file, by name."""
    found: dict[str, Dimension] = {}
    for listed in root.all("dimensions"):
        for element in listed.all("dim"):
            name = plain_label(element.attributes.get("name", ""))
            names = tuple(plain_label(e.attributes.get("name", "")) for e in element.all("elem"))
            if not names:
                size = element.attributes.get("size", "").strip()
                count = int(size) if size.isdecimal() and len(size) < 10 else 0
                if count > MOST_QUANTITIES:
                    told = f"has {count:,} elements; {MOST_QUANTITIES:,} are allowed"
                    told = f"the dimension '{printable(name[:60])}' {told}"
                    raise ExchangeError(told, element.place)
                names = tuple(str(i + 1) for i in range(count))
            if not names or not name:
                told = f"the dimension '{printable(name[:60])}' has no elements"
                raise ExchangeError(told, element.place)
            found[same_name(name)] = Dimension(name, names)
        for element in listed.all("dim"):
            source = found[key_of(element)]
            for mapping in element.all("isee:maps_to", "simlin:mapping"):
                to = same_name(mapping.text) or key_of(mapping, "target")
                pairs = [(key_of(each, "from"), key_of(each, "to")) for each in mapping.children]
                if to in found:  # by their order, if it does not say more
                    ordered = zip(source.positions, found[to].positions, strict=False)
                    source.maps[to] = pairs or list(ordered)
    return found


def key_of(element: Element, attribute: str = "name") -> str:
    """The form in which the name that an element says is compared."""
    return same_name(element.attributes.get(attribute, ""))


def dimensions_of(variable: Element, known: dict[str, Dimension]) -> tuple[Dimension, ...]:
    """The dimensions that a variable is an array over; none if it is no array."""
    found: list[Dimension] = []
    for listed in variable.all("dimensions"):
        for element in listed.all("dim"):
            name = element.attributes.get("name", "")
            if same_name(name) not in known:
                told = f"there is no dimension '{printable(plain_label(name)[:60])}'"
                raise ExchangeError(told, element.place)
            found.append(known[same_name(name)])
    return tuple(found)


def sources_of(variable: Element, dims: tuple[Dimension, ...]) -> dict[Index, Element]:
    """Where the equation of each element stands, if an element has one of its own."""
    found: dict[Index, Element] = {}
    for element in variable.all("element"):
        said = element.attributes.get("subscript", "")
        parts = said.split(",")
        places = [dim.position(part) for dim, part in zip(dims, parts, strict=False)]
        index = tuple(place for place in places if place is not None)
        if len(index) != len(dims) or len(parts) != len(dims):
            told = f"there is no element '{printable(said.strip()[:60])}'"
            of = " and ".join(dim.name for dim in dims)
            hint = f"an element of {of} is meant" if dims else "this variable is no array"
            raise ExchangeError(told, element.place, hint)
        found[index] = element
    return found


def label_at(label: str, dims: tuple[Dimension, ...], index: Index) -> str:
    """``Goods[North, hats]``; a variable that is no array keeps its label."""
    if not dims:
        return label
    return f"{label}[{', '.join(d.elements[i] for d, i in zip(dims, index, strict=True))}]"
