"""What a notebook showed, made fit for a page: pictures with their words, and living widgets.

Every widget of ours is an ES module with ``render({ model, el })`` and a state of plain values. A
page keeps that state in a file beside it, and the modules once for the whole site; until a script
brings the widget to life, or where none runs, its still picture stands in its place.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
FOLDER = "flywheel"  # inside _static

# Widgets that only hold others.
BOXES = frozenset({"BoxModel", "VBoxModel", "HBoxModel", "GridBoxModel"})
# A bar that is done is of no use to a reader.
BARS = frozenset({"FloatProgressModel", "IntProgressModel"})

# What Python calls a figure; it says nothing of what is in it.
_NAME = re.compile(r"<Figure size [^<>]*>|<[\w.]+ object at 0x\w+>")


class Shelf:
    """Files that pages share, each under the fingerprint of its contents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, contents: bytes, suffix: str) -> str:
        """Keep the contents, once; the name of the file."""
        name = fingerprint(contents) + suffix
        path = self._folder / name
        if not path.exists():
            path.write_bytes(contents)
        return name


def fingerprint(contents: bytes) -> str:
    """A short name for some contents."""
    return hashlib.sha256(contents).hexdigest()[:16]


def enliven(book: NotebookNode, up: str, shelf: Shelf) -> None:
    """Turn a run notebook's pictures and widgets, in place, into HTML that stands by itself.

    ``up`` is the way from its page to the top of the site; the shelf takes pictures, modules,
    states.
    """
    models = book.metadata.pop("widgets", {}).get(STATE, {}).get("state", {})
    living: dict[str, Any] = {}
    scripts: dict[str, None] = {}
    last: NotebookNode | None = None
    for cell in book.cells:
        if cell.cell_type != "code":
            continue
        kept = []
        for output in cell.outputs:
            data = output.get("data", {})
            view = data.pop(VIEW, {}).get("model_id", "")
            if view and _is_bar(view, models):
                continue
            kept.append(output)
            alive = _collect(view, models, living, scripts, shelf) if view else False
            if "image/png" in data and (alive or "text/html" not in data):
                still = _still(output, up, shelf)
                if still is not None:
                    box = f'<div class="fw-live" data-widget="{escape(view)}">{still}</div>'
                    output["data"] = {"text/html": box if alive else still}
            elif alive:
                words = escape(str(data.get("text/plain", "")))
                box = f'<div class="fw-live" data-widget="{escape(view)}"><p>{words}</p></div>'
                output["data"] = {"text/html": box}
            if alive:
                last = output
        cell.outputs = kept
    if last is not None:
        state = shelf.put(_script("models", living), ".js")
        sources = [f"{up}_static/{FOLDER}/{name}" for name in (*scripts, state)]
        last["data"]["text/html"] += "".join(
            f'<script defer src="{name}"></script>' for name in sources
        )


def _is_bar(view: str, models: Mapping[str, Any]) -> bool:
    inside = [view, *_children(models.get(view, {}))]
    return any(models.get(each, {}).get("model_name") in BARS for each in inside)


def _children(model: Mapping[str, Any]) -> list[str]:
    named = model.get("state", {}).get("children", [])
    return [str(each).removeprefix("IPY_MODEL_") for each in named]


def _collect(
    view: str,
    models: Mapping[str, Any],
    living: dict[str, Any],
    scripts: dict[str, None],
    shelf: Shelf,
) -> bool:
    """Keep what a widget needs to live, with all that it holds; whether it can."""
    if view in living:
        return True
    model = models.get(view, {})
    state = model.get("state", {})
    classes = [str(name) for name in state.get("_dom_classes", [])]
    if model.get("model_name") in BOXES:
        layout = state.get("layout", "").removeprefix("IPY_MODEL_")
        living[view] = {
            "box": model["model_name"].removesuffix("Model"),
            "children": [
                each for each in _children(model) if _collect(each, models, living, scripts, shelf)
            ],
            "classes": classes,
            "layout": _plain(models.get(layout, {}).get("state", {})),
        }
        return True
    if not isinstance(state.get("_esm"), str):
        return False
    code = {"esm": state["_esm"], "css": str(state.get("_css") or "")}
    name = fingerprint(json.dumps(code).encode())
    scripts[shelf.put(_script("code", {name: code}), ".js")] = None
    living[view] = {"code": name, "classes": classes, "state": _plain(state)}
    return True


def _plain(state: Mapping[str, Any]) -> dict[str, Any]:
    own = ("layout", "tabbable", "tooltip")
    return {
        name: value
        for name, value in state.items()
        if not name.startswith("_") and name not in own and value is not None
    }


def _script(shelf: str, contents: Mapping[str, Any]) -> bytes:
    """A script that lays values out for alive.js; a page opened from a disk may load it too."""
    lines = f"Object.assign(((window.flywheelSite ??= {{}}).{shelf} ??= {{}}), "
    return (lines + json.dumps(contents, separators=(",", ":")) + ");\n").encode()


def _still(output: Mapping[str, Any], up: str, shelf: Shelf) -> str | None:
    """The picture of an output with its words; None if it is none."""
    data = output["data"]
    try:
        picture = b64decode(data["image/png"])
        wide, high = struct.unpack(">II", picture[16:24])
    except (NotBase64, ValueError, struct.error):
        return None
    about = output.get("metadata", {}).get("image/png", {})
    words = str(about.get("alt") or data.get("text/plain", ""))
    if _NAME.fullmatch(words):
        words = ""
    try:
        width = round(float(about.get("width", wide)))
    except (TypeError, ValueError):
        width = wide
    height = round(width * high / max(wide, 1))
    name = shelf.put(picture, ".png")
    return (
        f'<img class="fw-still" src="{up}_static/{FOLDER}/{name}" alt="{escape(words)}" '
        f'width="{width}" height="{height}">'
    )


def alive(code: Mapping[str, Any], models: Mapping[str, Any]) -> tuple[str, ...]:
    """The scripts of a page that stands by itself: what its widgets are, and what wakes them.

    Nothing in them can end the element they stand in.
    """
    waker = Path(__file__).with_name("static") / "alive.js"
    laid_out = (_script("code", code).decode(), _script("models", models).decode())
    return (*(text.replace("<", "\\u003c") for text in laid_out), waker.read_text("utf-8"))
