"""Still more attacks: no point, no leak, no stop, and no page or file that falls over them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from attacks import CELLS as OLDER
from attacks import EXERCISE, SECRET_NUMBER, SOURCE, TESTS, all_wrong
from attacks_crossing import CELLS as CROSSING
from attacks_later import ATTACKS, CELLS, FOLDERS, NOTEBOOKS, WRONG
from notebooks import code, position, save, solved
from test_attacks import HONEST, LIMITS

from flywheel_edu.cli import main
from flywheel_grader.handing_in.collect import collect
from flywheel_grader.judging.batch import Batch, grade
from flywheel_grader.judging.results import Result
from tests import needs


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Batch]:
    level = needs.level("bwrap", "unshare")
    root = tmp_path_factory.mktemp("later")
    source = save(SOURCE, root / "source" / f"{EXERCISE}.ipynb")
    for number, name in enumerate(ATTACKS):
        folder = root / "in" / f"eve {number:02}"
        if name in FOLDERS:
            FOLDERS[name](folder)
            continue
        made = all_wrong()
        if name in CELLS:  # in the first answer, so that it lies in wait for every test
            made = solved(SOURCE, growth=CELLS[name])
            made["cells"].insert(position(made, "growth"), code(WRONG, "own"))
        else:
            NOTEBOOKS[name](made)
        save(made, folder / source.name)
    save(solved(SOURCE, **HONEST), root / "in" / "zoe" / source.name)
    return root, grade(root / "in", root / "out", [source], level, limits=LIMITS)


def of(attacked: tuple[Path, Batch], name: str) -> Result:
    return next(each for each in attacked[1].results if each.student == name)


def test_each_is_of_a_kind_of_its_own():
    assert len(ATTACKS) >= 40
    assert not set(ATTACKS) & {*OLDER, *CROSSING}


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=ATTACKS)
def test_an_attack_gains_no_point_and_learns_nothing(attacked: tuple[Path, Batch], number: int):
    result = of(attacked, f"eve {number:02}")
    assert {task.id: task.points for task in result.tasks} == dict.fromkeys(TESTS, 0.0)
    assert all(task.message for task in result.tasks)
    for sentence in (*result.problems, *(task.message for task in result.tasks)):
        assert sentence.isprintable()
        assert SECRET_NUMBER not in sentence
        assert "the grader" not in sentence


def test_the_honest_student_beside_them_has_full_marks(attacked: tuple[Path, Batch]):
    assert (of(attacked, "zoe").points, of(attacked, "zoe").problems) == (10.0, [])


def test_every_page_and_file_is_written_and_runs_nothing(attacked: tuple[Path, Batch]):
    root, batch = attacked
    for command in (["feedback"], ["report"], ["export"], ["export", "--to", "moodle"]):
        assert main([*command, "--out", str(root / "out")]) == 0
    pages = [path.read_text("utf-8") for path in (root / "out").rglob("*.html")]
    assert len(pages) == len(batch.results) + 1
    assert not [page for page in pages if "<script" in page or "onload=" in page]


NAMES = (
    "eve/CON.ipynb", "eve/a./b .ipynb", "eve/NUL", "eve/x:y.ipynb", "eve/\\..\\..\\x.ipynb",
    "eve/A.ipynb", "eve/a.ipynb", "eve/Z\u00f6e.ipynb", "eve/Zo\u0308e.ipynb",
    "eve/n/../../x.ipynb",
    "/eve/root.ipynb", "//host/share.ipynb", "C:/x.ipynb", "eve/dir", "eve/dir/under.ipynb",
    "eve/" + "d/" * 60 + "deep.ipynb", "eve/" + "n" * 300 + ".ipynb", "eve/\ud800.ipynb",
    "eve/.hidden/x.ipynb", "eve/__MACOSX/._x.ipynb", ".DS_Store", "eve/\x07\x1b[2J.ipynb",
)  # fmt: skip


def test_names_in_an_archive_lead_nowhere_and_stop_nobody(tmp_path: Path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in NAMES:
            entry = zipfile.ZipInfo("x")
            entry.filename = name.encode("utf-8", "replace").decode()
            archive.writestr(entry, "{}")
        hard = zipfile.ZipInfo("eve/hard.ipynb")  # a link, and a device, as unzip would make them
        hard.external_attr = 0o120777 << 16
        archive.writestr(hard, "../../source/04_attacked.ipynb")
        device = zipfile.ZipInfo("eve/device.ipynb")
        device.external_attr = 0o020666 << 16
        archive.writestr(device, "x")
        archive.writestr(f"zoe/{EXERCISE}.ipynb", "{}")
    (tmp_path / "class.zip").write_bytes(packed.getvalue())
    found = collect(tmp_path / "class.zip", tmp_path / "a" / "b" / "in")
    assert (tmp_path / "a" / "b" / "in" / "zoe" / f"{EXERCISE}.ipynb").is_file()
    assert "zoe" in found.files
    outside = [path for path in tmp_path.rglob("*") if path.is_file() or path.is_symlink()]
    inside = tmp_path / "a" / "b" / "in"
    assert [path for path in outside if inside not in path.parents] == [tmp_path / "class.zip"]
    assert not [path for path in outside if path.is_symlink()]
    assert all(line.isprintable() for said in found.problems for line in said.split("\n"))
