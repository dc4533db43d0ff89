"""A page of HTML that loads nothing, and in which a stranger's text stays text."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from flywheel_grader.words import safe_block

STYLE = """\
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de;
  --ground: #ffffff; --band: #f6f8fa; --good: #00795a; --part: #8a5a00; --none: #b34a00;
  --bar: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa6b2; --line: #3a434d;
  --ground: #14181d; --band: #1c2229; --good: #4fd1a5; --part: #f0b64d; --none: #ff9b63;
  --bar: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.5rem 5rem; max-width: 62rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .25rem; }
a { color: var(--bar); }
p { margin: .4rem 0; max-width: 46rem; }
.soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: .75rem 0; width: 100%; font-size: .95rem; }
caption { text-align: left; color: var(--soft); padding: 0 0 .4rem; }
th, td { padding: .45rem .7rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody th { font-weight: 600; }
tr.why td { padding: 0 .7rem .6rem 1.6rem; } tr.told > * { border-bottom: 0; }
.pinned tr > :first-child { position: sticky; left: 0; background: var(--ground); min-width: 7rem;
  max-width: 12rem; overflow-wrap: anywhere; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n { white-space: nowrap; }
.all { color: var(--good); } .some { color: var(--part); } .none { color: var(--none); }
.words { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--band);
  border-left: 3px solid var(--line); padding: .7rem .9rem; margin: .5rem 0; max-width: 46rem; }
ul { padding-left: 1.2rem; max-width: 46rem; }
.desk { position: sticky; top: 0; background: var(--ground); padding: .6rem 0;
  border-bottom: 1px solid var(--line); z-index: 1; }
.desk details .words { max-height: 30vh; overflow-y: auto; }
.answer { padding: .2rem 1rem 1rem; margin: 1.2rem 0; border: 1px solid var(--line);
  border-radius: 6px; scroll-margin-top: 40vh; }
.answer:focus-within { border-color: var(--bar); box-shadow: 0 0 0 1px var(--bar); }
.answer h2 { margin: .8rem 0 .5rem; }
input, textarea, button { font: inherit; color: inherit; background: var(--ground);
  border: 1px solid var(--soft); border-radius: 4px; padding: .25rem .5rem; }
input.points { width: 6rem; } textarea { width: 100%; max-width: 46rem; }
:focus-visible { outline: 2px solid var(--bar); outline-offset: 1px; }
summary { cursor: pointer; font-weight: 600; }
.bar { fill: var(--bar); } .axis { stroke: var(--line); } svg text { fill: var(--soft);
  font-size: 11px; }
"""


def text(words: object, longest: int = 20_000) -> str:
    """Anyone's words as HTML that shows them, whatever they hold."""
    return html.escape(safe_block(words, longest))


def task_name(task: str) -> str:
    """A task as its student knows it, as HTML: without "test_", and able to break at a `_`.

    Examples
    --------
    >>> task_name("test_free_cash"), task_name("why")
    ('free_<wbr>cash', 'why')
    """
    return text(task.removeprefix("test_"), 100).replace("_", "_<wbr>")


def flowing(words: str) -> str:
    """A teacher's Markdown as HTML, its paragraphs whole and each part of a mark scheme on a line.

    Examples
    --------
    >>> print(flowing("1 point: names the net\\nflow. 2 points: says that it is\\nabove zero."))
    1 point: names the net flow.
    2 points: says that it is above zero.
    """
    lines = re.sub(r"(?m)^#+ +", "", words)
    whole = re.sub(r"(?<!\n)\n(?!\n|[*+-] |\d+\. )", " ", lines)
    return text(re.sub(r"(?<=\.) +(?=\d+ points?:)", "\n", whole))


def page(title: str, body: str, script: str = "") -> str:
    """A whole page: its body as HTML, and a script of ours if it has one.

    The page may load nothing and run nothing but that script, by its checksum.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    allowed = f"script-src 'sha256-{digest}'; connect-src 'self'; " if script else ""
    policy = f"default-src 'none'; {allowed}style-src 'unsafe-inline'; img-src data:"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title, 200)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f"{body}\n{f'<script>{script}</script>' if script else ''}\n</body>\n</html>\n"
    )


def points(number: float) -> str:
    """Points in few digits.

    Examples
    --------
    >>> points(3.0), points(2.5), points(1 / 3)
    ('3', '2.5', '0.33')
    """
    return f"{number:.2f}".rstrip("0").rstrip(".")


def grade(earned: float, offered: float) -> tuple[str, str]:
    """How much of a task was earned: a class of the style sheet, and a word."""
    if earned >= offered:
        return "all", "full marks"
    return ("some", "part of it") if earned > 0 else ("none", "not yet")
