"""One printed page of a model: its HTML, alive in a browser and still on paper, and its file."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterable
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import Any

import numpy as np

from flywheel_edu.causal.graph import causal_graph, together
from flywheel_edu.causal.loops import Loop, find_loops, in_words, listed
from flywheel_edu.causal.scores import Array
from flywheel_edu.causal.whole import as_a_whole
from flywheel_edu.charts.amounts import amount, moment
from flywheel_edu.charts.charts import chart
from flywheel_edu.charts.picture import Picture, figure_bytes
from flywheel_edu.drawing import Drawing, draw
from flywheel_edu.errors import FlywheelError, ModelError, closest
from flywheel_edu.files import language, write_beside
from flywheel_edu.model import Model, need_model
from flywheel_edu.one_page.asked import (
    FITTED,
    KNOWN,
    Spans,
    about_itself,
    numbers,
    spans,
    with_openings,
)
from flywheel_edu.one_page.measures import (
    LITTLE,
    band,
    cash_of,
    dated,
    five,
    lowest_of,
    what_binds,
    what_drives,
)
from flywheel_edu.simulate import Run, simulate
from flywheel_edu.simulate.sample import latin
from flywheel_edu.simulate.sweep import sweep
from flywheel_edu.site.living import alive
from flywheel_edu.study.fitted import Fit, mape
from flywheel_edu.study.measured import Measured, openings, read_data
from flywheel_edu.study.objective import MODEL
from flywheel_edu.widgets.explorer.core import LOOK, VIEW, explored
from flywheel_edu.widgets.shared.module import module, style
from flywheel_edu.words import said

_HERE = Path(__file__).parent
# The widget asks the page whether it is dark, the page asks the browser.
_THEME = """const dark = matchMedia("(prefers-color-scheme: dark)");
const tell = () => { document.documentElement.dataset.theme = dark.matches ? "dark" : "light"; };
dark.addEventListener("change", tell);
tell();"""
_MOST_LOOPS, _MOST_NUMBERS, _RUNS = 5, 9, 200
_MATTERS = 0.01  # by what share a number may leave the outcome unsure before a critic asks
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "brave-browser")
_TOO_LONG = 60  # seconds that a browser may take to print


def page(model: Model, data: Any = None, story: str = "", *, of: str | None = None) -> Leaf:
    """A model on one page, as one would show it to a lender.

    Parameters
    ----------
    model : Model
    data : Fit, mapping of str to series, DataFrame, or path of a CSV file, optional
        What was measured, as `fit` takes it; or a fit, whose model then stands on the page.
    story : str
        What customers get only here, in a sentence or a few. What the model's comment says after
        its title if not given.
    of : str, optional
        What counts, as the ``output`` of `flywheel_test`: the model's first stock if not given,
        under a list all of them together.

    Returns
    -------
    Leaf
        A notebook shows it; ``.save("page.html")`` or ``.save("page.pdf")`` writes it.

    Raises
    ------
    ModelError, SimulationError
        If a name is not there, the data cannot be read, or the model does not run.

    Notes
    -----
    The band holds the middle nine tenths of 200 runs in which every number that its comment does
    not give a source for is up to a fifth off, inside its range, and every fitted one up to its
    standard error. A comment with a word such as
    "illustrative" or "guess" calls a number a guess; one with "source", "contract", "counted" or a
    year calls it sourced.

    Its own sentences are in the language that is asked for, the words of a picture in English.

    Examples
    --------
    >>> from flywheel_edu.flywheels import load
    >>> page(load("word_of_mouth")).of
    'users'
    """
    need_model(model, "page prints")
    judged = data if isinstance(data, Fit) else None
    if judged is not None:
        fitted = "\n".join(
            f"{str(judged.model[name]).partition('  #')[0]}  # {FITTED}"
            f"{judged.source or 'what was counted'}, {_give_or_take(judged, name)}"
            for name in judged.values
        )
        model, measured, told = judged.model.revise(fitted), dict(judged.measured), judged.told
    else:
        measured, told = ({}, ()) if data is None else read_data(model, data)
    drawn = model
    model, of = as_a_whole(model, of)
    wanted = model.called(of) if of else next(iter(model.stocks), "")
    if wanted not in (*model.stocks, *model.order):
        raise ModelError(
            f"the model has no quantity '{wanted}' that moves" if of else "nothing moves here",
            hint=closest(wanted, (*model.stocks, *model.order)) or "name a stock: of='customers'",
        )
    return Leaf(model, wanted, story, measured, judged, told, drawn)


class Leaf:
    """One page of a model: ``html`` is complete by itself, ``of`` is what counts on it.

    ``told`` says how the data were read, which a notebook shows above the page.
    """

    def __init__(
        self,
        model: Model,
        of: str,
        story: str,
        measured: dict[str, Measured],
        judged: Fit | None,
        told: tuple[str, ...],
        drawn: Model,
    ) -> None:
        self.model, self.of, self.told = model, of, told
        run = simulate(model)
        cash, among = cash_of(run)
        calendar = dated(model, measured.values())
        doubted = with_openings(model)
        (drives, cuts), (binds, limit) = what_drives(run, of), what_binds(model, of)
        dials, verdict = five(model, of)
        loops = find_loops(together(drawn, causal_graph(drawn, show=drawn.shown)))
        shown = ([loop for loop in loops if loop.title] or list(loops))[:_MOST_LOOPS]
        against = [name for name in measured if model[name].kind != "data"]
        curves = [name for name in dict.fromkeys((of, *against[:1], cash)) if name]
        fitted = judged.plausible if judged else {}
        counts = numbers(doubted, of, curves, fitted)
        runs = _guessed(doubted, curves, spans(doubted, fitted))
        lowest = lowest_of(run, cash, among, measured, runs.get(cash))
        off = "if guesses and fits are off" if fitted else "if guesses are a fifth off"
        pictures = [_curve(run, name, runs, measured.get(name), calendar, off) for name in curves]
        page = _template().render(
            language=language() or "en",
            title=model.title or "A flywheel",
            story=story or about_itself(model),
            drawing=_picture(draw(drawn, title="", key=False)),
            curves=[_picture(each) for each in pictures],
            loops=[(loop, _whose(loop, drawn)) for loop in shown],
            others=_others([loop for loop in loops if loop not in shown], loops.truncated),
            drives=[each.replace(" -> ", " → ") for each in drives],
            cuts=cuts,
            little=LITTLE,
            stop=f"{model.clock.unit} {moment(float(run.time[-1]))}",
            judged=_judged(run, {name: measured[name] for name in against}, judged),
            told=(
                *(said for said in told if said.startswith("dates are")),
                *openings(model, measured),
            ),
            dials=dials,
            verdict=verdict,
            lowest=lowest,
            binds=[each.replace(" -> ", " → ") for each in binds],
            numbers=counts[:_MOST_NUMBERS],
            more=len(counts) - len(counts[:_MOST_NUMBERS]),
            guesses=sum(each.sure not in KNOWN for each in counts),
            count=len(counts),
            asked=[each for each in counts if each.weight >= _MATTERS][:2],
            limit=limit,
            counted=judged is not None,
            waits=any(quantity.waits for quantity in model.values()),
            outcome=model[of].label,
            several=_several(model, of),
            style=(_HERE / "one_page.css").read_text("utf-8"),
            scripts=[_THEME, *alive(*_living(model, of, cash))],
        )
        self.html = _spoken(page) if language() else page

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to a file: .html, or .pdf where a browser is installed to print it.

        A `FlywheelError` says that the ending is neither, or that nothing is here that prints a
        PDF; an `OSError` that the folder is missing or closed to us, and then no half-written file
        is left.
        """
        ending = Path(path).suffix.lower()
        if ending in (".html", ".htm"):
            return write_beside(path, self.html)
        if ending != ".pdf":
            raise FlywheelError(
                f"a page is written as .html or .pdf, not as '{ending}'\n"
                f"  hint: rename '{Path(path).name}'"
            )
        return write_beside(path, _printed(self.html))

    def _repr_html_(self) -> str:
        # A frame of its own: the page's look and scripts stay inside it.
        told = "".join(f"<p>({escape(said)})</p>" for said in self.told)
        return (
            f'{told}<iframe sandbox="allow-scripts" srcdoc="{escape(self.html)}" title="One page" '
            'style="width: 100%; height: 900px; border: 1px solid #c8ccd0"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<Leaf: {self.model.title or 'a flywheel'}, by {self.model[self.of].label}>"


def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    pages.filters["fingerprint"] = lambda text: b64encode(sha256(text.encode()).digest()).decode()
    return pages.get_template("one_page.html")


def _spoken(page: str) -> str:
    """The page with our sentences in the reader's language; what an author wrote stays."""

    def told(found: re.Match[str]) -> str:
        if found["theirs"]:
            return found[0]
        sentences = re.split(r"(?<=[.?!]) ", unescape(found["ours"]))
        return f">{found['space']}{escape(' '.join(map(said, sentences)))}"

    head, body, rest = page.partition("<body>")
    shown, end, scripts = rest.partition("</main>")
    texts = (
        r'(?P<theirs>translate="no"[^<>]*>[^<>]*)|>(?P<space>\s*)(?P<ours>[^<>\s][^<>]*?)(?=\s*<)'
    )
    return head + body + re.sub(texts, told, shown) + end + scripts


def _picture(picture: Drawing | Picture) -> dict[str, str]:
    drawn = b64encode(figure_bytes(picture.figure, ".svg", letters="path")).decode()
    return {"source": f"data:image/svg+xml;base64,{drawn}", "alt": picture.alt}


def _guessed(model: Model, names: Iterable[str], ranges: Spans) -> dict[str, Array]:
    """What each name may come to if numbers lie in these ranges, shape (times, runs)."""
    if not ranges:
        return {}
    shares = latin(_RUNS, len(ranges), np.random.default_rng(0)).T
    drawn = {
        name: low * (1 - share) + high * share
        for (name, (low, high)), share in zip(ranges.items(), shares, strict=True)
    }
    many = sweep(model, drawn, keep=list(names), failures="skip")
    held = {name: np.delete(many[name], list(many.failures), axis=1) for name in names}
    return {name: values for name, values in held.items() if values.size}


def _curve(
    run: Run,
    name: str,
    runs: dict[str, Array],
    measured: Measured | None,
    calendar: Callable[[float], str],
    off: str,
) -> Picture:
    quantity, unit = run.model[name], str(run.model[name].unit)
    drawn = chart(quantity.label, across=str(run.model.clock.unit), width=5.2, height=2.6)
    if name in runs:
        low, high = band(runs[name])
        drawn.band(run.time, low, high, said(off), unit, order=0)
    drawn.line(run.time, run[name], quantity.label, unit, order=0)
    if measured is not None:
        drawn.points(measured.time, measured.value, said("measured"), unit, order=6)
    if calendar(0.0):
        drawn.axes.locator_params(axis="x", nbins=5)
        drawn.axes.xaxis.set_major_formatter(lambda at, _place: calendar(at))
    return drawn.picture()


def _others(loops: list[Loop], truncated: bool) -> str:
    """Loops by letter and name, those without a name counted."""
    told = [f"{loop.name} {loop.title}" for loop in loops if loop.title]
    if more := len(loops) - len(told):
        least = "at least " * truncated
        told.append(f"{least}{more} more loop{'s' if more > 1 else ''} without a name")
    return listed(told) if told else ""


def _whose(loop: Loop, model: Model) -> str:
    """Of which list a loop is that is drawn once for all of it: ", for each club:"."""
    names = {name.rpartition(" ×")[0] for name in loop.quantities}
    words = [several.each for name, several in model.together.items() if name in names]
    return f", for each {in_words(listed([*dict.fromkeys(words)]))}:" if words else ""


def _several(model: Model, of: str) -> str:
    """Over what the outcome is summed, in words."""
    if of not in model.together:
        return ""
    items = model.together[of].items
    return listed([in_words(item) for item in items]) if len(items) < 6 else f"all {len(items)}"


def _give_or_take(judged: Fit, name: str) -> str:
    error = judged.standard_errors[name]
    if name in judged.at_limit or math.isinf(error):
        return judged.how_sure(name)
    return f"give or take {amount(error)}"


def _judged(run: Run, measured: dict[str, Measured], judged: Fit | None) -> str:
    """Whether the model was held against the world, and how far it misses, in a sentence each."""
    if not measured:
        return "It was not held against anything measured."
    said, *more = [_miss(run, name, series, judged) for name, series in measured.items()]
    more = [re.sub(r": .*", ".", each) for each in more]  # which curves, of the first alone
    apart = judged.told_apart if judged else "No number was fitted to them."
    return " ".join(filter(None, [said, *more, in_words(apart)]))


def _miss(run: Run, name: str, series: Measured, judged: Fit | None) -> str:
    label = run.model[name].label
    points = f"Against {len(series.value)} measured points, {label} is"
    if judged is None:
        off = mape(np.interp(series.time, run.time, run[name]), series.value)
        return f"{points} {off:.0f}\N{NO-BREAK SPACE}% off on average."
    scores = judged.scores(name).loc[MODEL]
    parts = (("mape_fitted", "where fitted"), ("mape_held_out", "where held out"))
    known = [
        f"{scores[at]:.2g}\N{NO-BREAK SPACE}% off {where}"
        for at, where in parts
        if scores[at] == scores[at]
    ]
    misses = f"{points} {' and '.join(known)}, on average. " if known else ""
    return misses + judged.verdict(name).replace(f" {name} ", f" {label} ")


def _living(model: Model, of: str, cash: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The explorer of the page, as a page's own script brings it to life: no notebook is loaded."""
    shown = filter(None, dict.fromkeys((of, cash)))
    code = {"explorer": {"esm": module(VIEW), "css": style(*LOOK)}}
    state = {"given": {"edition": 1, **explored(model, shown)}, "played": {}}
    return code, {"explorer": {"code": "explorer", "classes": [], "state": state}}


def _printed(html: str) -> bytes:
    """The page as the contents of a PDF file, printed by a browser that is installed."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        raise FlywheelError(
            "no browser was found that prints a PDF\n"
            "  hint: save the page as .html, open it, and print it to a PDF there"
        )
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_text(html, "utf-8")
        command = [browser, "--headless", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        if getattr(os, "geteuid", lambda: 1)() == 0:
            command.append("--no-sandbox")  # a browser refuses to run as root with it
        command += ["--no-pdf-header-footer", f"--print-to-pdf={made}", source.as_uri()]
        try:
            subprocess.run(command, capture_output=True, timeout=_TOO_LONG, check=False)
        except (OSError, subprocess.TimeoutExpired):
            pass
        if not made.is_file():
            raise FlywheelError(
                f"{Path(browser).name} did not print the page\n"
                "  hint: save it as .html, open it, and print it to a PDF there"
            )
        return made.read_bytes()
