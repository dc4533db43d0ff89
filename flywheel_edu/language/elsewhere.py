"""What people write who come from other languages, and what to write here: in their own names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flywheel_edu.errors import Place, printable

_ELSEWHERE = {
    "=": ("'=' does not compare", "use == to compare two values"),
    ".": ("dots are not part of the equation language", "use names, numbers and the functions"),
    "[": ("square brackets are not part of an equation", "use ( and ) to group"),
    "{": ("curly brackets are not part of an equation", "use ( and ) to group"),
    "!": ("'!' is not an operator", "use 'not', or != for 'differs from'"),
    "&": ("'&' is not an operator", "use 'and'"),
    "|": ("'|' is not an operator", "use 'or'"),
    "%": ("'%' is not an operator", "use mod(a, b) for what is left of a after whole b's"),
    ";": ("';' is not part of an equation", "write one quantity on a line"),
    '"': ("quotes are not part of an equation", "use names, numbers and the functions"),
    "'": ("quotes are not part of an equation", "use names, numbers and the functions"),
}
# Functions of other languages: what to write, and with how many of their values.
_THEIRS = {
    **dict.fromkeys(("if", "if then else", "ifthenelse", "iif"), ("{1} if {0} else {2}", 3)),
    **dict.fromkeys(
        ("lookup", "with lookup", "graph", "interp"), ("table({0}, 0: 0, 1: 0.5, 2: 0.8)", 1)
    ),
    **dict.fromkeys(("random uniform", "uniform"), ("{0} + ({1} - {0}) * random(seed, 1)", 2)),
    "normal": ("{0} + {1} * noise(seed, 1)", 2),
    "rand": ("random(seed, 1)", 0),
    "integ": ("a stock that opens at {1}, with its flows under it", 2),
    **dict.fromkeys(("pow", "power"), ("{0} ** {1}", 2)),
    "round": ("int({0} + 0.5)", 1),
    "floor": ("int({0})", 1),
    "modulo": ("mod({0}, {1})", 2),
    "log": ("ln({0})", 1),
    **dict.fromkeys(("safediv", "zidz"), ("divide({0}, {1})", 2)),
    "delay1": ("delay({0}, {1})", 2),
    "delay fixed": ("pipeline({0}, {1})", 2),
    "smth1": ("smooth({0}, {1})", 2),
    "smth3": ("smooth3({0}, {1})", 2),
    "pulse train": ("pulses(amount, {0}, {2})", 3),
    "initial": ("init({0})", 1),
}
# Whole texts of other programs: whose, what they are known by, and how a file of theirs ends.
_PROGRAMS = (
    ("Vensim's", r"^[^\[\]#\n]*=\s*INTEG\s*\(|^\s*~|^\{UTF-8\}", "mdl"),
    ("Stella's", r"^[^#\n]*\(t\s*-\s*dt\)|^\s*(?:INIT\s+\w|(?:IN|OUT)FLOWS:)", "stmx"),
    ("an XMILE file's", r"^\s*<(?:\?xml|xmile)\b", "xmile"),
)


def of_another_program(text: str) -> tuple[str, str] | None:
    """What is said of a whole text of another program, and the hint; nothing if it is none."""
    for whose, known_by, ending in _PROGRAMS:
        if re.search(known_by, text, re.MULTILINE | re.IGNORECASE):
            hint = f"save the model there as a file, my_model.{ending}, and write: "
            return f"this looks like {whose} own text", f"{hint}fw.read('my_model.{ending}')"
    return None


def strange_sign(text: str, at: int, place: Place) -> tuple[str, Place, str]:
    """What is said of a sign that no equation holds: the message, its place, and a hint."""
    char = text[at]
    if char == "^":
        sides = re.search(r"\w+\s*$", text[:at]), re.match(r"\s*\w+", text[at + 1 :])
        said = (side[0].strip() if side else "..." for side in sides)
        return "'^' is not an operator", place, f"write: {' ** '.join(said)}"
    if char == "=" and not text[:at].strip():
        return "an equation begins without a second '='", place, "leave it out"
    if char == ";" and "(" in text[:at]:
        return "';' stands between values", place, f"write commas: {text.strip().replace(';', ',')}"
    if char == "?" and (cases := re.fullmatch(r"([^?]+)\?([^?:]+):([^?:]+)", text)):
        asked, so, else_ = map(str.strip, cases.groups())
        return "'?' is not part of an equation", place, f"write: {so} if {asked} else {else_}"
    if char in _ELSEWHERE:
        message, hint = _ELSEWHERE[char]
        return message, place, hint
    hint = "use + - * / ** and ( )"
    if not char.isascii():
        hint = "names and operators are plain ASCII letters, digits and signs"
    return f"'{printable(char)}' is not part of an equation", place, hint


def form_of_ours(text: str, words: Sequence[tuple[str, str, int]]) -> tuple[int, str] | None:
    """Where the name of another language's function ends, and the form to write in its place.

    ``words`` are those of the equation from that name on: kind, what each says, where it starts.
    """
    count = next((i for i, (kind, _, _) in enumerate(words) if kind != "word"), 0)
    name = " ".join(said.lower() for _, said, _ in words[:count]).replace("_", " ")
    if words[count][1] != "(" or name not in _THEIRS:
        return None
    parts, inside, start = [], 0, words[count][2] + 1
    for _, said, at in words[count:]:
        inside += (said == "(") - (said == ")")
        if (said == "," and inside == 1) or inside == 0 or said == "":
            parts.append(" ".join(text[start:at].split()))
            start = at + 1
        if inside == 0 or said == "":
            break
    return words[count][2], written_here(name, parts)


def written_here(name: str, parts: Sequence[str] = ()) -> str:
    """What to write for a function of another language; nothing if none is called so."""
    if name not in _THEIRS:
        return ""
    form, needed = _THEIRS[name]
    written = form.format(*(parts if len(parts) >= needed else "abc"))
    return f"write {written}" if form.startswith("a ") else f"write: {written}"
