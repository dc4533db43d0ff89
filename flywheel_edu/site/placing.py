"""A finished site put in its place at once, and never over anything that is not an export.

A site carries a list of its files with their fingerprints. So the next export can tell whether the
folder is a former one, and whether anybody has put something of their own into it since.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from flywheel_edu.errors import SiteError, printable

RECORD = ".flywheel-site.json"
MOST_NAMED = 3


def refuse_to_lose(site: Path, source: Path) -> None:
    """Stop if putting a site here would take away something that an export did not write."""
    shown = printable(str(site))
    if source.resolve().is_relative_to(site):
        raise SiteError(f"'{shown}' holds what is to be exported", "name another folder with --to")
    if not site.exists():
        return
    if not site.is_dir():
        raise SiteError(f"'{shown}' is a file", "name a folder with --to")
    if not any(site.iterdir()):
        return
    recorded = _recorded(site)
    if recorded is None:
        raise SiteError(
            f"'{shown}' is there already and is not a site that flywheel wrote",
            "name another folder with --to, or move this one away",
        )
    now = fingerprints(site)
    strange = sorted(name for name in now if now[name] != recorded.get(name))
    if strange:
        named = ", ".join(printable(name) for name in strange[:MOST_NAMED])
        more = f" and {len(strange) - MOST_NAMED} more" if len(strange) > MOST_NAMED else ""
        raise SiteError(
            f"in '{shown}' something was added or changed since the last export: {named}{more}",
            "move it away first, or name another folder with --to",
        )


def fingerprints(site: Path) -> dict[str, str]:
    """Every file of a site by its name in it, but for what is hidden at its top (such as .git)."""
    return {
        path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(site.rglob("*"))
        if path.is_file() and not path.relative_to(site).parts[0].startswith(".")
    }


def place(made: Path, site: Path) -> None:
    """Put a finished site where it belongs, in place of a former one.

    It is first copied beside its place, then renamed, so that a visitor meets the old site or the
    new one. What is hidden at the top of the old one (such as .git) is carried over.
    """
    (made / ".nojekyll").touch()  # or some hosts would leave out folders that begin with _
    (made / RECORD).write_text(json.dumps(fingerprints(made), indent=1), "utf-8")
    site.parent.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(4)
    beside = site.with_name(f".{site.name}.{token}.new")
    former = site.with_name(f".{site.name}.{token}.old")
    try:
        shutil.copytree(made, beside)
        if site.exists():
            site.rename(former)
        try:
            beside.rename(site)
        except OSError:
            if former.exists():
                former.rename(site)
            raise
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    if former.exists():
        for hidden in former.glob(".*"):
            if not (site / hidden.name).exists():
                hidden.rename(site / hidden.name)
        shutil.rmtree(former)


def _recorded(site: Path) -> dict[str, str] | None:
    with suppress(OSError, ValueError):
        read = json.loads((site / RECORD).read_text("utf-8"))
        if isinstance(read, dict):
            return read
    return None
