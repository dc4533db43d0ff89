"""From a Vensim file to a model, by way of XMILE.

The way to XMILE is pysimlin's, an optional package. On some files it ends the whole Python process,
so it runs in one of its own, with a limit on its time and memory. Two things it passes over in
silence are looked for here: variables whose values are data, and LOOKUP EXTRAPOLATE.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from flywheel_edu.errors import ExchangeError, Place, printable
from flywheel_edu.model import Model
from flywheel_exchange.document import contents_of, document_of
from flywheel_exchange.labels import same_name
from flywheel_exchange.xmile_in import model_of

_SECONDS = 60
_BY_HAND = (
    "or open it in Vensim and save it as XMILE (File, Save As), or let a program such as xmutil "
    "convert it"
)
_CONVERT = """
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
except (ImportError, ValueError, OSError):
    pass
import simlin
try:
    text = simlin.load(sys.argv[1]).project.to_xmile()
except Exception as error:
    sys.exit(f"says: {error}")
sys.stdout.buffer.write(text)
"""
_FILED = re.compile(r"\bGET\s+(?:DIRECT|VDF|123|ODBC)\s+\w+(?=\s*\()", re.IGNORECASE)
_SKETCH = "\\\\\\---///"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
# The word that our reader knows for what the converter would turn into a plain LOOKUP.
_EXTRAPOLATE = re.compile(r"\bLOOKUP\s+EXTRAPOLATE\b", re.IGNORECASE)


def read_vensim(path: str | os.PathLike[str]) -> Model:
    """Read a model from a Vensim file (.mdl).

    Needs the extra ``vensim``: ``pip install "flywheel-edu[vensim]"``.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    Model
        As `read_xmile` gives it.

    Raises
    ------
    ExchangeError
        If the extra is not there, the file cannot be converted, or it holds what our models do not
        have; the message names it, and its line where there is one.
    OSError
        If there is no such file.
    """
    path = Path(path)
    data = contents_of(path)
    if find_spec("simlin") is None:
        raise ExchangeError(
            f"'{path.name}' is a file of Vensim, which is read with the help of another package",
            hint=f'python -m pip install "flywheel-edu[vensim]"; {_BY_HAND}',
        )
    text = _decoded(data)
    lines = text.splitlines()
    _refuse_data(text, lines)
    document = document_of(_converted(text, path.name), path)
    try:
        return model_of(document, vensim=True)
    except ExchangeError as error:
        raise _in_vensim(error, list(document.lines), lines) from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _converted(text: str, name: str) -> bytes:
    text = _EXTRAPOLATE.sub("LOOKUP EXTRAPOLATED", text)
    if not text.startswith("{UTF-8}"):
        text = "{UTF-8}\n" + text
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "model.mdl")
        copy.write_text(text, encoding="utf-8", newline="")
        try:
            done = subprocess.run(
                [sys.executable, "-c", _CONVERT, str(copy)],
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ExchangeError(
                f"'{name}' could not be converted within {_SECONDS} seconds", hint=_BY_HAND
            ) from None
        except OSError:
            raise ExchangeError(
                f"'{name}' is a file of Vensim, and no other program can be started here to "
                "convert it",
                hint=_BY_HAND,
            ) from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").partition("says: ")[2].strip().split("\n")[0]
        raise ExchangeError(
            f"'{name}' could not be converted"
            + (f": {printable(said[:200])}" if said else "; the converter broke off"),
            hint=_BY_HAND,
        )
    return done.stdout


def _refuse_data(text: str, lines: list[str]) -> None:
    """Refuse a variable whose values are data in another file: it says so, or has no equation."""
    if found := _FILED.search(text.split(_SKETCH)[0]):
        row = text.count("\n", 0, found.start())
        raise ExchangeError(
            f"{' '.join(found[0].split())} takes its values from another file, which is not read",
            Place(row + 1, lines[row], lines[row].find(found[0][:3]), len(lines[row])),
            "write the numbers here, or WITH LOOKUP(Time, ...) with its numbers",
        )
    at = 0
    inside_macro = False
    for entry in text.split(_SKETCH)[0].split("|"):
        head = entry.partition("~")[0]
        said = re.sub(r"\{[^{}]*\}", "", head).strip()
        inside_macro = (inside_macro or ":MACRO:" in head) and ":END OF MACRO:" not in head
        plain = _QUOTED.sub("x", said)
        # Neither an equation, a lookup, a range of subscripts, a constraint nor a heading.
        if "~" in entry and plain and not re.search(r"[=(:<*]", plain) and not inside_macro:
            name = said.splitlines()[-1].strip()
            start = text.count("\n", 0, at + head.rindex(name))
            raise ExchangeError(
                f"'{printable(name[:60])}' has no equation; its values are data from another file, "
                "which are not read",
                Place(start + 1, lines[start], lines[start].find(name), len(lines[start])),
                "give it an equation, or WITH LOOKUP(Time, ...) with its numbers",
            )
        at += len(entry) + 1


def _in_vensim(error: ExchangeError, there: list[str], lines: list[str]) -> ExchangeError:
    if error.place is None:
        return error
    for line in reversed(there[: error.place.line]):
        found = re.search(r'<(?:stock|flow|aux|macro|dim) name="([^"]*)"', line)
        if found is None:
            continue
        wanted = same_name(found[1].replace("&quot;", '"'))
        for number, mine in enumerate(lines, 1):
            head = re.split(r"[=(\[:~]", mine, maxsplit=1)[0]
            if head.strip() and same_name(head) == wanted:
                return ExchangeError(
                    error.message, Place(number, mine, 0, len(head.rstrip())), error.hint
                )
        break
    return ExchangeError(error.message, hint=error.hint)
