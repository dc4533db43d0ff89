"""The words of the course are read out of the chapters, and lead to where each first stands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_glossary_is_up_to_date():
    done = subprocess.run([sys.executable, ROOT / "scripts" / "glossary", "--check"], check=False)
    assert done.returncode == 0, "run scripts/glossary"


def test_each_word_stands_in_bold_in_the_chapter_that_is_named():
    (cell,) = json.loads((ROOT / "course" / "glossary.ipynb").read_text("utf-8"))["cells"]
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| \[(\d+)\]\((.+?)\) \|", "".join(cell["source"]), re.M)
    assert {"stocks", "delay", "correlation heuristic", "leverage"} <= {word for word, *_ in rows}
    for word, number, name in rows:
        chapter = (ROOT / "course" / name).read_text("utf-8")
        assert name.startswith(f"{int(number):02}")
        assert f"**{word}**" in chapter, word
