"""A widget looks the same whatever other widgets a notebook shows after it."""

from __future__ import annotations

import pytest

from flywheel_edu import load
from flywheel_edu.widgets import Canvas, Explorer, Loops, Order, Predict, Quiz, Story

WIDGETS = {
    "Canvas": lambda: Canvas("guests -> talk +\ntalk -> guests +"),
    "Explorer": lambda: Explorer(load("napkin"), "traffic"),
    "Loops": lambda: Loops(load("napkin")),
    "Order": lambda: Order("Count", [{"one": "a"}, {"two": "b"}]),
    "Predict": lambda: Predict(load("napkin"), "traffic"),
    "Quiz": lambda: Quiz("?q: Which?\n+ This.\n= Yes.\n- That.\n= No.\n"),
    "Story": lambda: Story(load("napkin")),
}

_PLACES = """() => [...document.querySelectorAll(".fw, .fw *:not(svg *)")].map(each => {
  const { x, y, width, height } = each.getBoundingClientRect();
  return `${each.className}: ${[x, y, width, height].map(Math.round)}`;
})"""
_ADD = """css => {
  const style = document.createElement("style");
  style.textContent = css;
  document.head.append(style);
}"""


@pytest.mark.parametrize("name", WIDGETS)
def test_a_widget_stays_as_it_is_when_others_appear(bare, name):
    widget = WIDGETS[name]()
    page = bare(widget, width=1366)
    page.wait_for_timeout(300)
    before = page.evaluate(_PLACES)
    for other, make in WIDGETS.items():
        if other != name:
            page.evaluate(_ADD, str(make()._css))
    page.wait_for_timeout(300)
    after = page.evaluate(_PLACES)
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == []
