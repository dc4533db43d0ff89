"""Collecting from wherever work is handed in, packing it, and what strangers put into archives."""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from pathlib import Path

import pytest
from notebooks import answer, check, code, notebook, released, save, solved, written

from flywheel_edu.cli import main
from flywheel_grader.handing_in.collect import aliases, collect, read_roster
from flywheel_grader.handing_in.pack import pack, readiness, restore
from flywheel_grader.handing_in.release import read_secret, release, released_text
from flywheel_grader.words import GradingError
from tests import needs

SOURCE = notebook(
    code('ticket = ""', "ticket"),
    code('import flywheel_edu as fw\nmodel = "mine.flywheel"', "setup"),
    answer("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "x"),
    check("assert x == 1", "test"),
    written("Words.", "why"),
)


def _zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def _shown(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if _shown(p)}


@pytest.mark.parametrize(
    ("files", "collected"),
    [
        (  # Moodle
            {
                "Ada Lovelace_41_assignsubmission_file_/ex.ipynb": b"1",
                "Ada Lovelace_41_assignsubmission_file_/data/a.csv": b"2",
                "Zoë O'Neil_42_assignsubmission_file_/ex.ipynb": b"3",
            },
            {"Ada Lovelace/ex.ipynb", "Ada Lovelace/data/a.csv", "Zoë O'Neil/ex.ipynb"},
        ),
        (  # Canvas
            {
                "lovelaceada_11_222_ex.ipynb": b"1",
                "oneilzoe_LATE_12_223_ex-2.ipynb": b"2",
                "oneilzoe_LATE_12_224_a_b.csv": b"3",
            },
            {"lovelaceada/ex.ipynb", "oneilzoe/ex.ipynb", "oneilzoe/a_b.csv"},
        ),
        (  # one file each
            {"ada.ipynb": b"1", "bob.ipynb": b"2"},
            {"ada/ada.ipynb", "bob/bob.ipynb"},
        ),
        (  # one folder each, with what systems leave in them
            {"ada/ex.ipynb": b"1", "ada/.ipynb_checkpoints/ex.ipynb": b"2", "bob/ex.ipynb": b"3"},
            {"ada/ex.ipynb", "bob/ex.ipynb"},
        ),
    ],
)
@pytest.mark.parametrize("packed", [True, False])
def test_work_is_collected_from_where_it_was_handed_in(
    files: dict[str, bytes], collected: set[str], packed: bool, tmp_path: Path
):
    source = tmp_path / "in"
    if packed:
        source = _zip(tmp_path / "in.zip", files)
    else:
        for name, data in files.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes(data)
    assert collect(source, tmp_path / "out").problems == []
    assert _files(tmp_path / "out") == collected


def test_an_nbgrader_course_is_collected(tmp_path: Path):
    save(SOURCE, tmp_path / "course" / "submitted" / "ada" / "ps1" / "ex.ipynb")
    save(SOURCE, tmp_path / "course" / "source" / "ps1" / "ex.ipynb")
    collect(tmp_path / "course", tmp_path / "out")
    assert _files(tmp_path / "out") == {"ada/ps1/ex.ipynb"}


def test_a_class_list_tells_who_is_who(tmp_path: Path):
    roster = tmp_path / "class.csv"
    roster.write_text("\ufeffstudent,name,number\nal1,Ada Lovelace,41\nbb1,Bob,42\nbb2,Bob,43\n")
    known = aliases(read_roster(roster))
    source = _zip(
        tmp_path / "in.zip",
        {
            "Ada Lovelace_7_assignsubmission_file_/ex.ipynb": b"1",
            "Bob_43_assignsubmission_file_/ex.ipynb": b"2",
        },
    )
    collect(source, tmp_path / "out", known)
    assert _files(tmp_path / "out") == {"al1/ex.ipynb", "bb2/ex.ipynb"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name\nada\n", "has a row without a student\n  hint: it needs a column `student`"),
        ("student\nada\nAda \n", "names 'Ada' twice"),
        ("student\n../ada\n", "'../ada' cannot be the name of a folder"),
        ("student\n", "is empty"),
    ],
)
def test_a_doubtful_class_list_is_refused(text: str, says: str, tmp_path: Path):
    (tmp_path / "class.csv").write_text(text)
    with pytest.raises(GradingError) as caught:
        read_roster(tmp_path / "class.csv")
    assert says in str(caught.value)


def _link(name: str, target: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.create_system = 3
    made.external_attr = (stat.S_IFLNK | 0o777) << 16
    made.comment = target.encode()
    return made


@pytest.mark.parametrize(
    "name",
    ["../../evil.ipynb", "/tmp/evil.ipynb", "ada/../../evil.ipynb", "C:\\evil.ipynb",
     "ada\\..\\..\\evil.ipynb", "ada/x/../../../evil.ipynb", "//host/share/evil.ipynb"],
)  # fmt: skip
def test_an_archive_cannot_write_outside_its_folder(name: str, tmp_path: Path):
    source = _zip(tmp_path / "in.zip", {"ada/ex.ipynb": b"1", name: b"evil"})
    found = collect(source, tmp_path / "deep" / "out")
    assert _files(tmp_path) == {"in.zip", "deep/out/ada/ex.ipynb"}
    assert [each for each in found.problems if "leads out of its folder" in each]


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("ada/ex.ipynb", b"1")
        archive.writestr(_link("ada/key.txt", "/etc/passwd"), "/etc/passwd")
    found = collect(tmp_path / "in.zip", tmp_path / "out")
    assert _files(tmp_path / "out") == {"ada/ex.ipynb"}
    assert found.problems == [
        "ada/key.txt in in.zip is a link or a device, not a file; it was left out"
    ]


@needs.pipes
def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path: Path):
    save(SOURCE, tmp_path / "in" / "ada" / "ex.ipynb")
    (tmp_path / "in" / "eve").mkdir()
    (tmp_path / "in" / "eve" / "ex.ipynb").symlink_to(tmp_path / "in" / "ada" / "ex.ipynb")
    os.mkfifo(tmp_path / "in" / "eve" / "pipe.ipynb")
    found = collect(tmp_path / "in", tmp_path / "out")
    assert _files(tmp_path / "out") == {"ada/ex.ipynb"}
    assert found.problems == [
        "eve/ex.ipynb is a link to another place; it was left out",
        "pipe.ipynb is not an ordinary file; it was not opened",
    ]


def test_an_archive_in_an_archive_is_looked_into_as_closely(tmp_path: Path):
    deepest = _zip(tmp_path / "deepest.zip", {"../../../evil.ipynb": b"evil"})
    with zipfile.ZipFile(tmp_path / "work.zip", "w") as archive:
        archive.writestr("ex.ipynb", b"1")
        archive.writestr(_link("bea.ipynb", "../bea/ex.ipynb"), "../bea/ex.ipynb")
        archive.writestr("../bea/ex.ipynb", b"evil")
        archive.writestr("deepest.zip", deepest.read_bytes())
        archive.writestr("handed-in.json", '{"student": "bea"}')
    source = _zip(
        tmp_path / "in.zip",
        {
            "Mal_7_assignsubmission_file_/work.zip": (tmp_path / "work.zip").read_bytes(),
            "Bea_8_assignsubmission_file_/ex.ipynb": b"2",
        },
    )
    found = collect(source, tmp_path / "deep" / "out")
    assert _files(tmp_path / "deep") == {
        f"out/{name}"
        for name in ("Bea/ex.ipynb", "Mal/ex.ipynb", "Mal/deepest.zip", "Mal/handed-in.json")
    }
    assert (tmp_path / "deep" / "out" / "Bea" / "ex.ipynb").read_bytes() == b"2"
    assert found.problems == [
        "bea.ipynb in work.zip is a link or a device, not a file; it was left out",
        "../bea/ex.ipynb in work.zip leads out of its folder; it was left out",
        "../../../evil.ipynb in deepest.zip in work.zip leads out of its folder; it was left out",
        f"deepest.zip of Mal was not opened; unpack it in {tmp_path}/deep/out/Mal, then grade",
    ]


def test_strange_names_of_files_are_told_without_what_is_strange_in_them(tmp_path: Path):
    names = ["=cmd|x!A1.ipynb", "\x1b[2Jred.ipynb", "\u202egnp.ipynb", "a\nb.ipynb", "-rf.ipynb"]
    files = {f"ada/{name}": b"1" for name in names} | {f"../{names[1]}": b"1"}
    found = collect(_zip(tmp_path / "in.zip", files), tmp_path / "out")
    assert len(_files(tmp_path / "out")) == len(names)
    assert found.problems == ["../?[2Jred.ipynb in in.zip leads out of its folder; it was left out"]
    assert list(found.files) == ["ada"]


def test_a_zip_bomb_is_left_out_and_the_others_are_collected(tmp_path: Path):
    bomb = _zip(tmp_path / "bomb.zip", {f"{n}.ipynb": b"0" * 60_000_000 for n in range(5)})
    zeros = _zip(tmp_path / "zeros.zip", {"ex.ipynb": b"0" * 90_000_000})
    source = _zip(
        tmp_path / "in.zip",
        {"eve/bomb.zip": bomb.read_bytes(), "mal/zeros.zip": zeros.read_bytes(),
         "max/not.zip": b"PK\x03\x04 no", "ada/ex.ipynb": b"1"},
    )  # fmt: skip
    found = collect(source, tmp_path / "out")
    assert "ada/ex.ipynb" in _files(tmp_path / "out")
    assert sum(p.stat().st_size for p in (tmp_path / "out").rglob("*.ipynb")) < 140_000_000
    assert "ex.ipynb in zeros.zip is larger than is taken (64 MiB); it was left out" in (
        found.problems
    )
    assert "not.zip is no zip archive that can be read; it was left out" in found.problems


@pytest.mark.parametrize("made", ["nothing", "text", "empty"])
def test_nothing_to_collect_is_said_in_words(made: str, tmp_path: Path):
    place = tmp_path / "in"
    if made == "text":
        place.write_text("hello")
    elif made == "empty":
        place.mkdir()
    says = "nothing was found in" if made == "empty" else "is neither a folder nor a zip archive"
    with pytest.raises(GradingError, match=says):
        collect(place, tmp_path / "out")


def test_an_unfinished_notebook_is_not_packed_and_says_what_is_missing(tmp_path: Path):
    path = save(released(SOURCE), tmp_path / "ex.ipynb")
    with pytest.raises(GradingError) as caught:
        pack(path)
    assert str(caught.value) == (
        "ex.ipynb is not complete:\n  not answered yet: x\n  not answered yet: why\n"
        "  not beside the notebook: mine.flywheel\n"
        "  hint: finish it and save the notebook, or add --anyway to hand it in as it is"
    )
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("answer", "blank"),
    [
        ("def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()", True),
        ('def f(x):\n    """Says."""\n    raise NotImplementedError()', True),
        ("# YOUR CODE HERE\nraise NotImplementedError()", True),
        ("# nothing but a comment", True),
        ("def f(x):\n    return x\n    raise NotImplementedError()", False),
        ("def f(x):\n    if x < 0:\n        raise NotImplementedError()\n    return x", False),
        ("x = 1\nraise NotImplementedError()", False),
        ("def f(x:", False),
        ("def f(x):\n    pass", False),
    ],
)
def test_an_answer_is_blank_if_it_does_nothing_before_the_stub(
    answer: str, blank: bool, tmp_path: Path
):
    path = save(solved(SOURCE, x=answer, why="Because."), tmp_path / "ex.ipynb")
    assert readiness(path).blank == (("x",) if blank else ())


def test_a_packed_file_holds_what_is_needed_and_can_be_restored(tmp_path: Path):
    made = solved(SOURCE, x="x = 1", why="Because.", ticket='ticket = "ada:0123"')
    path = save(made, tmp_path / "ex.ipynb")
    (tmp_path / "mine.flywheel").write_text("time month from 0 to 1 step 1")
    (tmp_path / "other.csv").write_text("not named in the notebook")
    packed = pack(path)
    assert packed.name == "ex-ada.zip"
    assert pack(path, tmp_path / "a new" / "folder").name == packed.name
    with zipfile.ZipFile(packed) as archive:
        assert set(archive.namelist()) == {"handed-in.json", "ex.ipynb", "mine.flywheel"}
        manifest = json.loads(archive.read("handed-in.json"))
    assert (manifest["student"], manifest["exercise"]) == ("ada", "ex")
    path.write_text("lost")
    with pytest.raises(GradingError, match=r"there is no file .*none\.zip"):
        restore(tmp_path / "none.zip", tmp_path)
    restored = restore(packed, tmp_path)
    assert [each.name for each in restored] == [
        "ex (restored 2).ipynb",
        "mine (restored 2).flywheel",
    ]
    assert json.loads(restored[0].read_text()) == made
    assert path.read_text() == "lost"


def test_what_was_packed_is_collected_and_graded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    source = save(SOURCE, tmp_path / "ex.ipynb")
    made = solved(SOURCE, x="x = open('mine.flywheel').read().count('time')", why="Because.")
    work = save(made, tmp_path / "work" / "ex.ipynb")
    (tmp_path / "work" / "mine.flywheel").write_text("time month from 0 to 1 step 1")
    (tmp_path / "in").mkdir()
    assert main(["pack", str(work), "--out", str(tmp_path / "in"), "--student", "ada"]) == 0
    assert main(["collect", str(tmp_path / "in"), "--out", str(tmp_path / "got")]) == 0
    alone = collect(next((tmp_path / "in").iterdir()), tmp_path / "alone")
    assert (set(alone.files), alone.problems) == ({"ada"}, [])
    arguments = ["--submissions", str(tmp_path / "got"), "--out", str(tmp_path / "out")]
    assert main(["grade", *arguments, "--source", str(source)]) == 0
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    assert [(each["student"], each["points"]) for each in found] == [("ada", 1)]
    assert "1 written answer to mark" in capsys.readouterr().out


def test_two_files_that_claim_the_same_student_are_kept_apart(tmp_path: Path):
    made = save(solved(SOURCE, x="x = 1"), tmp_path / "work" / "ex.ipynb")
    (tmp_path / "in").mkdir()
    for name in ("ada", "eve"):
        packed = pack(made, tmp_path / "in", "ada", anyway=True)
        packed.rename(packed.with_name(f"{name}.zip"))
    found = collect(tmp_path / "in", tmp_path / "out")
    assert set(found.files) == {"ada", "ada - eve"}
    assert found.problems == ["eve.zip and ada.zip say ada"]


def test_the_packed_files_of_one_student_are_one_student(tmp_path: Path):
    for name in ("01_ex", "02_ex", "03_ex"):
        made = save(solved(SOURCE, x="x = 1"), tmp_path / "work" / f"{name}.ipynb")
        packed = pack(made, tmp_path / "in", "ada", anyway=True)
    (tmp_path / "in" / "03_ex-ada (1).zip").write_bytes(packed.read_bytes())  # loaded down twice
    found = collect(tmp_path / "in", tmp_path / "out")
    assert (set(found.files), found.problems) == ({"ada"}, [])
    books = {name for name in _files(tmp_path / "out") if name.endswith(".ipynb")}
    # Each with what was packed with it: two exercises may read files of one name.
    assert books == {f"ada/0{n}_ex-ada/0{n}_ex.ipynb" for n in (1, 2, 3)}


@pytest.mark.parametrize(
    ("other", "folders"),
    [
        # Two that call themselves ada hand in the same exercise: whose 02 it is, nobody knows.
        ("01_ex-ada (1).zip", {"ada", "ada - 01_ex-ada", "ada - 02_ex-ada"}),
        # What is not called as `pack` calls it is somebody else's who wrote "ada".
        ("03_ex-eve.zip", {"ada", "ada - 02_ex-ada", "ada - 03_ex-eve"}),
    ],
)
def test_two_students_never_become_one(other: str, folders: set[str], tmp_path: Path):
    for name in ("01_ex", "02_ex"):
        made = save(solved(SOURCE, x="x = 1"), tmp_path / "work" / f"{name}.ipynb")
        pack(made, tmp_path / "in", "ada", anyway=True)
    stem = other.partition("-")[0]
    theirs = save(solved(SOURCE, x="x = 2"), tmp_path / "hers" / f"{stem}.ipynb")
    pack(theirs, tmp_path / "x", "ada", anyway=True).rename(tmp_path / "in" / other)
    assert set(collect(tmp_path / "in", tmp_path / "out").files) == folders


def test_a_packed_file_beside_a_folder_of_that_name_stays_apart(tmp_path: Path):
    save(solved(SOURCE, x="x = 1"), tmp_path / "in" / "ada" / "01_ex.ipynb")
    made = save(solved(SOURCE, x="x = 2"), tmp_path / "work" / "02_ex.ipynb")
    pack(made, tmp_path / "in", "ada", anyway=True)
    found = collect(tmp_path / "in", tmp_path / "out")
    assert set(found.files) == {"ada", "ada - 02_ex-ada"}


def test_what_cannot_be_read_and_who_is_in_no_list_is_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    for student in ("ada", "bob", "eve"):
        save(solved(SOURCE, x="x = 1"), tmp_path / "in" / student / "ex.ipynb")
    (tmp_path / "in" / "bob" / "ex.ipynb").write_text("")
    (tmp_path / "class.csv").write_text("student\nada\nbob\ncy\n")
    arguments = [str(tmp_path / "in"), "--out", str(tmp_path / "out")]
    assert main(["collect", *arguments, "--students", str(tmp_path / "class.csv")]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "bob: ex.ipynb is empty",
        f"collected the work of 3 students into {tmp_path / 'out'}",
        "nothing from cy",
        "in no row of class.csv: eve",
    ]


def _named(student: str, text: bytes) -> bytes:
    """A packed file in which someone has written a name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("handed-in.json", json.dumps({"student": student}))
        archive.writestr("ex.ipynb", text)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("known", "files", "collected"),
    [
        (  # Canvas, where its own name for a student is all there is
            {},
            {"evil_12_9_work.zip": _named("lovelaceada", b"2"), "lovelaceada_11_8_ex.ipynb": b"1"},
            {"lovelaceada/ex.ipynb": b"1", "lovelaceada - 12/ex.ipynb": b"2"},
        ),
        (  # Canvas, with a class list
            {"lovelaceada": "ada", "evil": "eve"},
            {"evil_12_9_work.zip": _named("ada", b"2"), "lovelaceada_11_8_ex.ipynb": b"1"},
            {"ada/ex.ipynb": b"1", "eve/ex.ipynb": b"2"},
        ),
        (  # a folder for one, a packed file of another
            {},
            {"Eve.zip": _named("ada", b"2"), "ada/ex.ipynb": b"1"},
            {"ada/ex.ipynb": b"1", "ada - Eve/ex.ipynb": b"2"},
        ),
    ],
)  # fmt: skip
def test_nobody_hands_in_over_the_work_of_another(
    known: dict[str, str], files: dict[str, bytes], collected: dict[str, bytes], tmp_path: Path
):
    collect(_zip(tmp_path / "in.zip", files), tmp_path / "out", known)
    out = tmp_path / "out"
    found = {name: (out / name).read_bytes() for name in _files(out) if "handed-in" not in name}
    assert found == collected


def test_a_list_of_contents_that_cannot_be_read_stops_no_collecting(tmp_path: Path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("handed-in.json", "[" * 100_000)
        archive.writestr("ex.ipynb", b"2")
    source = _zip(tmp_path / "in.zip", {"eve.zip": packed.getvalue(), "zoe.ipynb": b"1"})
    collect(source, tmp_path / "out")
    assert {"eve/ex.ipynb", "zoe/zoe.ipynb"} <= _files(tmp_path / "out")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Jo_71_assignsubmission_file_/a.ipynb", "Jo_72_assignsubmission_file_/a.ipynb"),
        ("smithjo_71_905_a.ipynb", "smithjo_72_906_a.ipynb"),
    ],
)  # fmt: skip
def test_two_students_of_one_name_are_kept_apart(first: str, second: str, tmp_path: Path):
    source = _zip(tmp_path / "in.zip", {first: b"1", second: b"2"})
    found = collect(source, tmp_path / "out")
    name = first.split("_")[0]
    assert found.files == {name: ["a.ipynb"], f"{name} - 72": ["a.ipynb"]}
    assert (tmp_path / "out" / name / "a.ipynb").read_bytes() == b"1"
    assert found.problems == [
        f"{name} is the name of two; the one with number 72 has a folder of their own"
    ]


def test_a_student_can_check_a_notebook_before_handing_it_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = save(solved(SOURCE, x="x = 2"), tmp_path / "ex.ipynb")
    assert main(["check", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "test: this did not hold: assert x == 1",
        "not answered yet: why",
        "not beside the notebook: mine.flywheel",
        "what you can see of the checks gives 0 of 1 points; further checks decide the mark",
    ]


def test_each_student_is_handed_a_ticket_and_no_other_difference(tmp_path: Path):
    source = save(SOURCE, tmp_path / "ex.ipynb")
    plain, ada = released_text(source), released_text(source, "ada:01")
    assert plain.replace('ticket = \\"\\"', 'ticket = \\"ada:01\\"') == ada
    without = save(notebook(*SOURCE["cells"][1:]), tmp_path / "none.ipynb")
    with pytest.raises(GradingError) as caught:
        released_text(without, "ada:01")
    assert str(caught.value) == (
        "none.ipynb has no place for a student's own numbers\n"
        '  hint: one of its code cells needs the line: ticket = ""'
    )


def test_a_released_notebook_that_is_out_of_date_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    source = save(SOURCE, tmp_path / "ex.ipynb")
    release(source, tmp_path / "out")
    arguments = ["release", str(source), "--out", str(tmp_path / "out"), "--check"]
    assert main(arguments) == 0
    save(notebook(*SOURCE["cells"], code("1 + 1")), source)
    assert main(arguments) == 1
    assert "is not what" in capsys.readouterr().out


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path: Path):
    path = tmp_path / "secret.key"
    made = read_secret(path, make=True)
    assert read_secret(path, make=True) == read_secret(path) == made
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("short")
    with pytest.raises(GradingError, match="too short; 16 characters are the least"):
        read_secret(path)
    with pytest.raises(GradingError, match="`flywheel release --secret` makes it"):
        read_secret(tmp_path / "none")
