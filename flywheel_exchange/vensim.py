"""From a Vensim file to a model, by way of XMILE.

The way to XMILE is pysimlin's, an optional package. On some files it ends the whole Python process,
so it runs in one of its own, with a limit on its time and memory.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from html import unescape
from importlib.util import find_spec
from pathlib import Path

from flywheel_edu.errors import ExchangeError, ModelError, Place, printable
from flywheel_edu.model import Model
from flywheel_exchange.document import UTF16, Element, contents_of, document_of
from flywheel_exchange.entries import heads, made_ready, place_in, refuse_data, refuse_lost
from flywheel_exchange.labels import same_name
from flywheel_exchange.unrolling import Unrolled, main_model
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
_SKETCH = "\\\\\\---///"
# The word that our reader knows for what the converter would turn into a plain LOOKUP.
_EXTRAPOLATE = re.compile(r"\bLOOKUP\s+EXTRAPOLATE\b", re.IGNORECASE)
_WORDS = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")  # of several words in Vensim
# Where, in bytes, and why the converter could not read on.
_WHERE = re.compile(r" at (\d+)\.\.\d+: ([^}]+)")


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
        told = f"'{path.name}' is a file of Vensim, which is read with the help of another package"
        raise ExchangeError(told, hint=f'python -m pip install "flywheel-edu[vensim]"; {_BY_HAND}')
    text = _decoded(data)
    lines = text.splitlines()
    equations, sketch, rest = text.partition(_SKETCH)
    refuse_data(equations)
    ready = made_ready(equations) + sketch + rest
    document = document_of(_converted(ready, path.name, lines), path)
    spans = {name: span.groupdict() for name, _, span in heads(text) if span}
    for each in main_model(document.root).under():
        if span := spans.get(same_name(each.attributes.get("name", ""))):
            each.children.append(Element("range", span, each.place))
    try:
        refuse_lost(equations, Unrolled(document).root.variables.values())
        return model_of(document, vensim=True)
    except ModelError as error:
        raise _in_vensim(error, document.lines, equations) from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-16" if data.startswith(UTF16) else "utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _converted(text: str, name: str, lines: list[str]) -> bytes:
    text = "{UTF-8}" + _EXTRAPOLATE.sub("LOOKUP EXTRAPOLATED", text)
    failed = f"'{name}' could not be converted"
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "model.mdl")
        copy.write_text(text, encoding="utf-8", newline="")
        command = [sys.executable, "-c", _CONVERT, str(copy)]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise ExchangeError(f"{failed} within {_SECONDS} seconds", hint=_BY_HAND) from None
        except OSError:
            told = "no other program can be started here to convert it"
            message = f"'{name}' is a file of Vensim, and {told}"
            raise ExchangeError(message, hint=_BY_HAND) from None
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").partition("says: ")[2].strip().split("\n")[0]
        place = None
        if found := _WHERE.search(said):
            row, said = text.encode().count(b"\n", 0, int(found[1])), found[2]
            place = Place(row + 1, lines[row], 0, len(lines[row]))
        failed += f": {printable(said[:200])}" if said else "; the converter broke off"
        raise ExchangeError(failed, place, _BY_HAND)
    return done.stdout


def _in_vensim(error: ModelError, there: Sequence[str], equations: str) -> ModelError:
    if error.place is None or error.place.text not in there:  # it speaks of Vensim's file
        return error
    message = _WORDS.sub(lambda word: word[0].replace("_", " "), error.message)
    message = message.replace("NAN says", "A FUNCTION OF says")
    above = "\n".join(there[: error.place.line])
    owners = re.findall(r'<(?:stock|flow|aux|macro) name="([^"]*)"', above)
    wanted = same_name(unescape(owners[-1])) if owners else ""
    places = (place_in(equations, *at) for name, at, _ in heads(equations) if name == wanted)
    return type(error)(message, next(places, None), error.hint)
