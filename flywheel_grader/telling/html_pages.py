"""Pages of HTML that load nothing, and in which a stranger's text stays text."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

from flywheel_grader.words import count, safe_block

_TEMPLATES = Path(__file__).parent / "templates"


def page(template: str, title: str, script: str = "", **says: Any) -> str:
    """A page made from a file in `templates`, in which every text is escaped.

    The page may load nothing and run nothing but the script of ours, by its checksum.
    """
    from markupsafe import Markup

    text = (_TEMPLATES / script).read_text("utf-8") if script else ""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    allowed = f"script-src 'sha256-{digest}'; connect-src 'self'; " if script else ""
    policy = f"default-src 'none'; {allowed}style-src 'unsafe-inline'; img-src data:"
    made = _workshop().get_template(template)
    return str(made.render(title=title, policy=policy, script=Markup(text), **says))


def points(number: float) -> str:
    """Points in few digits: 3, 2.5, 0.33."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def flowing(words: str) -> str:
    """A teacher's Markdown with its paragraphs whole and each part of a mark scheme on a line.

    >>> print(flowing("1 point: names the net\\nflow. 2 points: says that it is\\nabove zero."))
    1 point: names the net flow.
    2 points: says that it is above zero.
    """
    lines = re.sub(r"(?m)^#+ +", "", words)
    whole = re.sub(r"(?<!\n)\n(?!\n|[*+-] |\d+\. )", " ", lines)
    return re.sub(r"(?<=\.) +(?=\d+ points?:)", "\n", whole)


def capital(words: str) -> str:
    """The words with a capital at their beginning."""
    return words[:1].upper() + words[1:]


def sentence(words: str) -> str:
    """The words as a sentence."""
    return capital(words) + ("" if words.endswith((".", "?", ":")) else ".")


def grade(task: Any) -> tuple[str, str]:
    """How much of a task was earned: a class of the style sheet, and a word."""
    if task.max_points == 0 and task.message:
        return "some", "not counted"
    if task.points >= task.max_points:
        return "all", "full marks"
    return ("some", "part of it") if task.points > 0 else ("none", "not yet")


def task_name(task: str) -> Any:
    """A task as its student knows it: without "test_", and able to break at a `_`.

    >>> str(task_name("test_free_cash")), str(task_name("a<b"))
    ('free_<wbr>cash', 'a&lt;b')
    """
    from markupsafe import Markup, escape

    name = escape(safe_block(task.removeprefix("test_"), 100))
    return Markup(name.replace("_", Markup("_<wbr>")))


@cache
def _workshop() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        autoescape=True,
        loader=FileSystemLoader(_TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    ours = (capital, count, flowing, grade, points, sentence, task_name)
    made.filters |= {"words": safe_block, **{each.__name__: each for each in ours}}
    return made
