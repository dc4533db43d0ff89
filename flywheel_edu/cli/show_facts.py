"""`flywheel facts`: the sourced figures, and the sums that tie them together."""

from __future__ import annotations

import argparse
from typing import Any

import flywheel_edu as fw
from flywheel_edu.cli.say import say_checks, say_table, verdict
from flywheel_edu.errors import CommandError


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "facts",
        help="list or print the sourced figures, or check them",
        description="Without a TABLE, list the tables; with one, print its figures, each with its "
        "source and how sure it is.",
    )
    parser.add_argument("table", metavar="TABLE", nargs="?", help="print this table")
    parser.add_argument(
        "--check", action="store_true", help="check the sources and the sums; 1 if one fails"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """List, print or check."""
    if args.check and args.table:
        raise CommandError("--check looks at all tables", "leave the name of the table out")
    if args.check:
        checks = fw.facts.check()
        say_checks(checks)
        return verdict(checks)
    if args.table:
        _print(fw.facts.table(args.table))
        return 0
    tables = [(name, fw.facts.table(name)) for name in fw.facts.tables()]
    rows = [(name, str(len(table)), _has(table)) for name, table in tables]
    say_table(("TABLE", "rows", "what it has"), rows, right=("rows",))
    return 0


def _has(rows: Any) -> str:
    if "series" not in rows:
        return ", ".join(rows.columns)
    names = list(dict.fromkeys(rows["series"]))
    rest = f", and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(names[:4]) + rest


def _print(rows: Any) -> None:
    wanted = ("series", "period", "printed", "unit", "confidence", "source")
    heads = [head for head in wanted if head in rows] if "series" in rows else list(rows.columns)
    texts = rows[heads].fillna("").astype(str)
    say_table(heads, texts.itertuples(index=False), right=("printed",))
