"""A model of somebody else's, answered in a short form; the answer goes back as a file."""

from __future__ import annotations

import os
import re
from html import escape
from pathlib import Path
from typing import Any

from flywheel_edu.causal.graph import causal_graph, together
from flywheel_edu.causal.loops import MANY
from flywheel_edu.errors import FlywheelError, ModelError, closest
from flywheel_edu.files import save_with_copy, write_beside
from flywheel_edu.reading import read

# What is asked, as it stands above each answer in the file.
_ASKED = {
    "arrow": "The weakest arrow",
    "why": "Why it is the weakest",
    "convince": "What would convince me",
    "liked": "One thing I liked",
}


def swap(path: str | os.PathLike[str], **answers: str) -> Answer:
    """Answer somebody's model with its weakest arrow, or read how yours was answered.

    Parameters
    ----------
    path : str or path
        Their model, as ``their.flywheel``: a form is shown, and what is typed there is kept at once
        beside it, in ``for_their.md``, which you send back. Or an answer that came back to you,
        as ``for_my.md``: it is shown. An earlier answer is taken up again; if it is changed, a copy
        of it is put aside first.
    **answers : str
        ``arrow="price -> visits"``, ``why=``, ``convince=``, ``liked=``: the same without a form.

    Raises
    ------
    ModelError
        If the model has no such arrow, or cannot be read.
    FlywheelError
        If something else is answered.
    """
    if strange := set(answers) - set(_ASKED):
        known = f"it takes: path, {', '.join(_ASKED)}"
        raise FlywheelError(f"swap takes no '{min(strange)}'\n  hint: {known}")
    answer = Answer(Path(path))
    for part, text in answers.items():
        answer.say(part, text)
    return answer


class Answer:
    """What is said to a model.

    Attributes
    ----------
    file : Path
        Where it is kept.
    said : dict of str to str
        By what is asked: "arrow", "why", "convince", "liked".
    arrows : tuple of str
        Those of the model's drawing; none if the answer came back to you.
    """

    def __init__(self, path: Path) -> None:
        self.arrows: tuple[str, ...] = ()
        self.file, self._title = path, path.stem
        if path.suffix != ".md":
            model = read(path)
            graph = together(model, causal_graph(model, show=model.shown))
            drawn = (f"{cause} -> {effect}" for cause, effect in graph.edges)
            self.arrows = tuple(MANY.sub("", arrow) for arrow in drawn)
            self.file, self._title = path.with_name(f"for_{path.stem}.md"), model.title
        kept = self.file.read_text("utf-8") if self.file.exists() or not self.arrows else ""
        first = re.match(r"# To (.+)", kept)
        if not self.arrows and first:
            self._title = first[1]
        elif first and first[1] != self._title:
            kept = ""  # to another model of that file name: put aside when this one is kept
        headings = "|".join(_ASKED.values())
        parts = re.split(rf"^## ({headings})$", kept, flags=re.MULTILINE)
        found = {asked: text.strip() for asked, text in zip(parts[1::2], parts[2::2], strict=True)}
        self.said = {part: found.get(asked, "") for part, asked in _ASKED.items()}
        self._goes_on = False  # whether the file holds what was said here

    def say(self, part: str, text: str) -> None:
        """Answer one thing, and keep it."""
        text = str(text).strip()
        if part == "arrow" and text:
            text = " -> ".join(each.strip() for each in text.replace("→", "->").split("->"))
            if text not in self.arrows:
                hint = closest(text, self.arrows) or f"it has {', '.join(self.arrows[:5])}, ..."
                raise ModelError(f"the model has no arrow '{text[:80]}'", hint=hint)
        if text == self.said[part]:
            return
        self.said[part] = text
        keep = write_beside if self._goes_on else save_with_copy
        keep(self.file, str(self))
        self._goes_on = True

    def __str__(self) -> str:
        parts = [f"## {asked}\n\n{self.said[part]}" for part, asked in _ASKED.items()]
        return "\n\n".join([f"# To {self._title}", *parts]) + "\n"

    def __repr__(self) -> str:
        return f"{self}\nKept in {self.file}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        plain = {"text/plain": repr(self)}
        if not self.arrows:
            return {**plain, "text/html": self._typed()}
        return {**(self.form()._repr_mimebundle_() or {}), **plain}

    def _typed(self) -> str:
        """As a page on which dollars are money and stars are stars."""
        parts = [
            f'<h3>{asked}</h3><p style="white-space: pre-wrap">{escape(self.said[part])}</p>'
            for part, asked in _ASKED.items()
        ]
        title = f"<h2>To {escape(self._title)}</h2>"
        return f'<div class="tex2jax_ignore mathjax_ignore">{title}{"".join(parts)}</div>'

    def form(self) -> Any:
        """The form, as an ipywidget; what is typed there is kept at once."""
        import ipywidgets

        look = {"layout": {"width": "auto"}, "style": {"description_width": "13em"}}
        kept = ipywidgets.Label(f"What you type is kept at once in {self.file.name}. Send it back.")
        chosen = self.said["arrow"] if self.said["arrow"] in self.arrows else ""
        arrows = [("choose one", ""), *((arrow, arrow) for arrow in self.arrows)]
        fields = {"arrow": ipywidgets.Dropdown(options=arrows, value=chosen, **look)}
        for part in ("why", "convince", "liked"):
            fields[part] = ipywidgets.Textarea(self.said[part], rows=2, **look)

        def keep(change: Any) -> None:
            try:
                self.say(change.owner.part, change.new)
            except OSError as problem:
                kept.value = f"Not kept: {problem.strerror}."

        for part, field in fields.items():
            field.description, field.part = _ASKED[part], part
            field.observe(keep, "value")
        return ipywidgets.VBox([*fields.values(), kept])
