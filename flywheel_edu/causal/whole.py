"""A model that was written once for several, as a whole: their sum, and one push for all."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from flywheel_edu.causal.archetype_view import is_an_amount
from flywheel_edu.language import Binary, Expression, Name
from flywheel_edu.model import Model, Quantity


def as_a_whole(model: Model, of: str | None, push: str = "push") -> tuple[Model, str | None]:
    """The model in which what counts, the first stock if not given, is the sum over its list.

    And in which one push is for each of them, if each has its own. Where what counts is in no list,
    or is a share, or one of a list by its own name, the model stays as it is.

    >>> model = Model.parse('''time month from 0 to 12 step 1
    ... for side in north, south:
    ...     stock fans [person] = north: 100, south: 50''')
    >>> whole, of = as_a_whole(model, None)
    >>> print(whole[of])
    fans [person] = fans_north + fans_south
    """
    first = next(iter(model.stocks), "")
    lists = {name: each for name, each in model.together.items() if name not in model}
    together = {name: each.members(name) for name, each in lists.items()}
    name = of if of is not None else next((n for n in together if first in together[n]), "")
    if name not in together:
        return model, of
    own = [model.written[each] for each in together[name]]
    if own[0].kind != "stock" or not is_an_amount(str(own[0].unit)):
        return model, of
    names: list[Expression] = [Name(each.name) for each in own]
    total = reduce(lambda all_before, each: Binary("+", all_before, each), names)
    quantities = {**model.written, name: Quantity(name, own[0].unit, total)}
    pushes = together.get(push, ())
    if pushes and len({model.given_values.get(each) for each in pushes}) == 1:
        quantities[push] = replace(model.written[pushes[0]], name=push)
        for each in pushes:
            quantities[each] = Quantity(each, quantities[push].unit, Name(push))
    return Model(replace(model.parts(), quantities=quantities)), name
