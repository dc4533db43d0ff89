"""Our sentences in another language, by Python and in the browser."""

from __future__ import annotations

from flywheel_edu.charts.amounts import amount
from flywheel_edu.charts.look import tick
from flywheel_edu.files import LANGUAGE
from flywheel_edu.widgets.shared.module import module
from flywheel_edu.words import said, table

# English, and German said by a person.
SAID = {
    "Undo": "Zurück",
    "word of mouth up, so visits down: the push comes back reversed, and the loop resists it.": (
        "word of mouth hoch, also visits runter: Der Anstoß kommt umgekehrt zurück, und die "
        "Schleife hält dagegen."
    ),
    "A up, so B up, so, after a delay, C down, so A up: the push comes back the same way, and the "
    "loop reinforces it.": (
        "A hoch, also B hoch, also mit Verzögerung C runter, also A hoch: Der Anstoß kommt in "
        "derselben Richtung zurück, und die Schleife verstärkt ihn."
    ),
    "A up: whether B then rises or falls is open, and with it what the loop does.": (
        "A hoch: Ob B dann steigt oder fällt, ist offen, und damit auch, was die Schleife tut."
    ),
    "The first 2 hold. Line 3 stands too early. So (it) is.": (
        "Die ersten 2 stimmen. Zeile 3 steht zu früh. So (it) is."
    ),
    "\u2068Undo\u2069 deleted with its arrows": "\u2068Undo\u2069 ist gelöscht, samt Pfeilen",
    "a -> b is drawn '+', the equations say '-' (by way of c)": (
        "a -> b ist mit '+' gezeichnet, die Gleichungen sagen '-' (auf dem Weg über c)"
    ),
    "acts at once; a loop closed: R1": "wirkt sofort; eine Schleife hat sich geschlossen: R1",
    "a sentence of nobody's": "a sentence of nobody's",
}


def test_python_and_the_browser_say_the_same(monkeypatch, in_node):
    asked = [table("de"), list(SAID)]
    assert in_node("shared/words.js", "given[1].map(words.sayer(given[0]))", asked) == [
        *SAID.values()
    ]
    for spoken in ("de", "de_AT.UTF-8"):
        monkeypatch.setenv(LANGUAGE, spoken)
        assert {text: said(text) for text in SAID} == SAID


def test_numbers_have_the_marks_of_the_language_on_charts_and_in_widgets(monkeypatch):
    shown = (120_000, 0.25, -2_500_000)
    assert [tick(each) for each in shown] == ["120,000", "0.25", "\N{MINUS SIGN}2.5 m"]
    assert 'toLocaleString("en-GB"' in module("explorer/view.js")
    monkeypatch.setenv(LANGUAGE, "de")
    assert [tick(each) for each in shown] == ["120.000", "0,25", "\N{MINUS SIGN}2,5 m"]
    assert [amount(each) for each in (1234.5, 2.5e6, 3e9)] == [
        "1.234",
        "2,5 Millionen",
        "3 Milliarden",
    ]
    assert 'toLocaleString("de"' in module("explorer/view.js")
