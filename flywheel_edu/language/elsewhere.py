"""What people write who come from other languages, and what to write here: in their own names."""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence

from flywheel_edu.errors import Place, printable
from flywheel_edu.units import CURRENCIES

_MONEY = "".join(CURRENCIES)
_DIGITS = r"[+-]?\d+(?:\.\d*)?"
_ELSEWHERE = {
    "=": ("'=' does not compare", "use == to compare two values"),
    ".": ("dots are not part of the equation language", "use names, numbers and the functions"),
    "^": ("'^' is not an operator", "write ** for a power"),
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
# Signs and shapes from elsewhere, and how they are written here.
_HERE = tuple(
    (re.compile(theirs, re.IGNORECASE), ours)
    for theirs, ours in (
        (r"^\s*if\b(.+?)(?::|\bthen\b)(.+?)\belse\b\s*:?(.+)$", r"\2 if \1 else \3"),
        (r"(?<=[\w)])\s+x\s+(?=[\w(])", " * "),
        (r"\s*\^\s*", " ** "), (r"(?<=\d)_(?=\d{3}(?!\d))", ""),
        (r"\s*//\s*(?=[A-Za-z]+\s+[A-Za-z])", "  # "),
        (r"[×·]", "*"), ("÷|//", "/"), ("[−–]", "-"), ("²", " ** 2"), ("³", " ** 3"), ("π", "pi"),
        ("≤", "<="), ("≥", ">="), ("≠|<>", "!="), ("½", "0.5"),
        (r"√\s*(\w+|\([^()]*\))", r"sqrt(\1)"), (r"&&?", " and "), (r"\|\|?", " or "),
        (r"(\d)[ '’\u00a0\u2009\u202f](?=\d{3}(?!\d))", r"\1"),
        (r"(\d)\s*(?:percent|per cent|prozent)\b", r"\1%"),
        (r"(\d)\s+%(?=\s*(?:[-+*/),]|$))", r"\1%"),
        (r"(\w+)\s*(?<!\d)%\s*(\w+)", r"mod(\1, \2)"),
        (r"\b(\d+)\s*(?:k|thousand)\b", r"\g<1>000"),
        (r"\b(\d+)\s*(?:million|mn)\b", r"\g<1>000000"),
        # The unit of a sum of money that stands alone is said before the equation.
        (rf"^[{_MONEY}]\s*(\d[\d.]*)$|^(\d[\d.]*)\s*[{_MONEY}]$", r"\1\2"),
        *(
            (rf"[{sign}]\s*(\d[\d.]*)|(\d[\d.]*)\s*[{sign}]", rf"\1\2 [{word}]")
            for sign, word in CURRENCIES.items()
        ),
    )
)  # fmt: skip
# Functions of as many values as one likes: what stands between them, and what is around it.
_JOINED = {
    **dict.fromkeys(("sum", "summe"), (" + ", "{}")),
    **dict.fromkeys(("product", "produkt"), (" * ", "{}")),
    **dict.fromkeys(("average", "avg", "mittelwert"), (" + ", "({}) / {n}")),
    **dict.fromkeys(("and", "und"), (" and ", "{}")),
    **dict.fromkeys(("or", "oder"), (" or ", "{}")),
}
# Functions of other languages: what to write, and with how many of their values.
_THEIRS = {
    **dict.fromkeys(
        ("if", "if then else", "ifthenelse", "ifelse", "if else", "iif", "wenn"),
        ("{1} if {0} else {2}", 3),
    ),
    **dict.fromkeys(("lookup", "with lookup", "graph", "interp"), ("table({0}, {points})", 1)),
    **dict.fromkeys(("random uniform", "uniform"), ("{0} + ({1} - {0}) * random(seed, 1)", 2)),
    "random normal": ("min(max({2} + {3} * noise(seed, 1), {0}), {1})", 4),
    "normal": ("{0} + {1} * noise(seed, 1)", 2),
    **dict.fromkeys(("rand", "zufallszahl"), ("random(seed, 1)", 0)),
    "integ": ("a stock that opens at {1}, with its flows under it", 2),
    **dict.fromkeys(("pow", "power", "potenz"), ("{0} ** {1}", 2)),
    **dict.fromkeys(("round", "runden"), ("int({0} + 0.5)", 1)),
    "floor": ("int({0})", 1),
    **dict.fromkeys(("ceil", "ceiling"), ("-int(-{0})", 1)),
    "wurzel": ("sqrt({0})", 1),
    **dict.fromkeys(("previous", "lag", "shift"), ("delay({0}, by)", 1)),
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
    if char == "=" and not text[:at].strip():
        return "an equation begins without a second '='", place, "leave it out"
    if char == "=" and (assigned := re.match(r"\s*\w+\s*([-+:])=", text[: at + 1])):
        flow = f"{assigned[1]} FLOW in a line under the stock"
        hint = "leave it out" if assigned[1] == ":" else f"write: {flow}"
        return "an equation begins without a second name and '='", place, hint
    if char == ";" and text[at + 1 :].strip():
        whole = re.sub(r"(\d),(\d)", r"\1.\2", " ".join(text.split())).replace(";", ",")
        called = re.fullmatch(r"(\w+)(\(.*\))", whole)
        ours = called and written_here(called[1].lower(), _values(called[2]))
        return "';' stands between values", place, ours or f"write commas: {whole}"
    if char == "±":
        return "'±' is not an operator", place, "a range makes a given a slider: = 5 in 4 .. 6"
    if ours := in_our_signs(text):
        message = _ELSEWHERE.get(char, (f"'{printable(char)}' is not part of an equation",))[0]
        return message, place, ours
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


def in_our_signs(text: str) -> str:
    """The hint that writes an equation with our signs; nothing if it has no other."""
    ours = text.strip()
    for theirs, written in _HERE:
        ours = theirs.sub(written, ours)
    return f"write: {' '.join(ours.split())}" if ours != text.strip() and len(ours) < 200 else ""


def form_of_ours(text: str, words: Sequence[tuple[str, str, int]]) -> tuple[int, str] | None:
    """Where the name of another language's function ends, and the form to write in its place.

    ``words`` are those of the equation from that name on: kind, what each says, where it starts.
    """
    count = next((i for i, (kind, _, _) in enumerate(words) if kind != "word"), 0)
    name = " ".join(said.lower() for _, said, _ in words[:count]).replace("_", " ")
    if words[count][1] != "(" or name not in _THEIRS.keys() | _JOINED:
        return None
    behind = text[words[count][2] :]
    return words[count][2], written_here(name, _values(behind), _points(behind))


def _values(text: str) -> list[str]:
    """What stands between the commas of the bracket that a text begins with."""
    parts, inside, start = [], 0, 1
    for at, sign in enumerate(text):
        inside += (sign == "(") - (sign == ")")
        if (sign == "," and inside == 1) or inside == 0:
            parts.append(" ".join(text[start:at].split()))
            start = at + 1
        if inside == 0:
            return parts
    return [*parts, " ".join(text[start:].split())]


def _points(text: str) -> str:
    """The points of another program's table, as ours; nothing if they are not told in full."""
    plain = re.sub(r"\[[^\]]*\]", "", text)  # what Vensim's picture of the table spans
    pairs = re.findall(rf"\(\s*({_DIGITS})\s*,\s*({_DIGITS})\s*\)", plain)
    row = _values(text)[1:]
    if not pairs and all(re.fullmatch(_DIGITS, each) for each in row):
        pairs = list(zip(row[::2], row[1::2], strict=False))
    along = [float(at) for at, _ in pairs]
    told = len(row) != 2 * len(pairs) - 1 and all(map(operator.lt, along, along[1:]))
    return ", ".join(f"{at}: {value}" for at, value in pairs) if told else ""


def written_here(name: str, parts: Sequence[str] = (), points: str = "") -> str:
    """What to write for a function of another language; nothing if none is called so."""
    if name in _JOINED and parts:
        between, around = _JOINED[name]
        return f"write: {around.format(between.join(parts), n=len(parts))}"
    if name not in _THEIRS:
        return ""
    form, needed = _THEIRS[name]
    # A condition with more than its three values holds a number with a comma: which, nobody knows.
    fits = len(parts) == needed if "if" in form else len(parts) >= needed
    written = form.format(*(parts if fits else "abcd"), points=points or "0: 0, 1: 0.5, 2: 0.8")
    invented = ", with points of your own" if "points" in form and parts and not points else ""
    return f"write{' ' if form.startswith('a ') else ': '}{written}{invented}"
