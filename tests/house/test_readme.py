"""The README says what is so: its two lines, its example, its links and its pictures."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from flywheel_edu.cli import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [
    'python -m pip install -e ".[course]" && flywheel lab',
    'python -m pip install -e ".[test]" && python -m pytest',
]


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)


def test_two_lines_set_everything_up():
    assert [line for block in blocks("sh") for line in block.splitlines()] == LINES


def test_the_extras_in_the_two_lines_exist():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for line in LINES:
        (extra,) = re.findall(r'"\.\[(\w+)\]"', line)
        assert extra in project["optional-dependencies"]


def test_the_example_of_twelve_lines_runs_and_shows_what_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("python")
    assert len(example.splitlines()) == 12
    names: dict[str, object] = {}
    exec(compile(example, "README.md", "exec"), names)
    shown = {line.strip() for block in blocks("text") for line in block.splitlines()}
    assert str(names["loops"][0]) in shown
    assert f"{names['run']['customers'][-1]:.0f}" in README


@pytest.mark.parametrize(
    "line", re.findall(r"^\| `flywheel ([^`]*)` \|", README, flags=re.MULTILINE)
)
def test_every_command_in_the_table_works(line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    arguments = shlex.split(line)
    if arguments[0] in ("lab", "doctor", "export"):  # tried in tests of their own
        arguments.append("--help")
    assert main(arguments) == 0, capsys.readouterr().err


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_leads_somewhere(link):
    if not link.startswith(("http://", "https://")):
        assert (ROOT / link).exists()


def test_every_picture_is_there_and_told_in_words():
    pictures = re.findall(r"!\[(?P<words>.*?)\]\((?P<place>.*?)\)", README)
    pictures += [
        (re.search(r'alt="(.*?)"', tag)[1], re.search(r'src="(.*?)"', tag)[1])
        for tag in re.findall(r"<img .*?>", README)
    ]
    assert len(pictures) >= 2
    for words, place in pictures:
        assert len(words) > 40, place
        assert (ROOT / place).read_bytes().startswith(b"\x89PNG")
        assert (ROOT / place).stat().st_size < 200_000


def test_the_changelog_begins_with_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert headings[0] == version
