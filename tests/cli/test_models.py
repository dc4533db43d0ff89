"""The commands on models: the same for a name of the library and a file of one's own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

import flywheel_edu as fw
from flywheel_edu.cli import main
from flywheel_edu.flywheels import library, sketches

SHOP = """\
# A shop that grows by word of mouth.
time month from 0 to 4 step 1

stock customers [customer] = 100
    + joiners

joiners [customer/month] = customers * word_of_mouth
given word_of_mouth [1/month] = 0.1 in 0 .. 0.5  # illustrative
"""


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.flywheel"
    path.write_text(SHOP, encoding="utf-8")
    return str(path)


@pytest.fixture
def flywheel(capsys):
    """Run a command that must succeed, and give what it prints."""

    def run(*arguments):
        code = main(arguments)
        out, err = capsys.readouterr()
        assert (code, err) == (0, "")
        return out

    return run


@pytest.fixture
def complaint(capsys):
    """Run a command that must fail, and give what it complains of."""

    def run(*arguments):
        code = main(arguments)
        out, err = capsys.readouterr()
        assert (code, out) == (1, "")
        return err

    return run


def test_models_lists_every_model_and_every_published_drawing(flywheel):
    first_words = {line.split()[0] for line in flywheel("models").splitlines() if line.strip()}
    assert {*library(), *sketches()} <= first_words


@pytest.mark.parametrize("name", library())
def test_a_library_model_is_shown_as_text_that_reads_back(flywheel, name):
    assert str(fw.load(name)) == flywheel("show", name)


def test_a_file_is_shown_as_text_that_reads_back(flywheel, shop):
    assert fw.Model.parse(flywheel("show", shop)) == fw.Model.parse(SHOP)


def test_loops_are_told_with_their_stories(flywheel, shop):
    assert flywheel("loops", shop) == (
        "A shop that grows by word of mouth.\n\n"
        "R1 (reinforcing): customers -> joiners -> customers\n"
        "Customers up, so joiners up, so customers up: the push comes back the same way, and the "
        "loop reinforces it.\n\n"
        "1 loop.\n"
    )


def test_the_loops_of_a_published_drawing_are_told_too(flywheel):
    assert "R1 (reinforcing)" in flywheel("loops", "vanguard")


def test_what_the_model_does_not_show_is_folded_unless_the_whole_is_asked_for(flywheel, tmp_path):
    path = tmp_path / "shop.flywheel"
    text = SHOP.replace("* word_of_mouth\n", "* word_of_mouth * unserved\n")
    text += "unserved [1] = max(1 - customers / town, 0)\n"
    text += "given town [customer] = 1000 in 500 .. 5000\nshow customers, unserved\n"
    path.write_text(text, encoding="utf-8")
    assert "B1 (balancing): customers -> unserved -> customers" in flywheel("loops", str(path))
    whole = flywheel("loops", str(path), "--whole")
    assert "B1 (balancing): customers -> unserved -> joiners -> customers" in whole


def test_a_model_of_many_loops_tells_a_dozen_and_how_many_more_there_are(flywheel):
    every = fw.find_loops(fw.causal_graph(fw.load("retail"), show=fw.load("retail").shown))
    assert len(every) > 12
    out = flywheel("loops", "retail")
    assert out.endswith(f"\n12 of {len(every)} loops; --all tells them all.\n")
    assert f"\n{every[11]}\n" in out
    assert f"\n{every[12]}\n" not in out
    assert f"\n{every[-1]}\n" in flywheel("loops", "retail", "--all")


def test_a_run_prints_five_moments_of_what_the_model_shows(flywheel, shop):
    lines = flywheel("run", shop).splitlines()
    assert lines[0] == "A shop that grows by word of mouth."
    heads = "quantity unit month 0 month 1 month 2 month 3 month 4"
    assert lines[2].split() == heads.split()
    assert lines[3].split() == ["customers", "[customer]", "100", "110", "121", "133", "146"]


def test_givens_can_be_set_one_by_one_or_together(flywheel, shop):
    twice = flywheel("run", shop, "--set", "word_of_mouth=0.3", "--set", "word_of_mouth=0.2")
    assert twice.splitlines()[3].split()[2:] == ["100", "120", "144", "173", "207"]
    assert twice == flywheel("run", shop, "--set", "word_of_mouth=0.3", "word_of_mouth=0.2")


def test_the_csv_has_every_quantity_at_every_moment(flywheel, shop, tmp_path):
    place = tmp_path / "out.csv"
    assert flywheel("run", shop, "--csv", str(place)).endswith(f"\nWritten: {place}\n")
    rows = list(csv.reader(io.StringIO(place.read_bytes().decode("utf-8"))))
    assert rows[0] == ["month", "customers", "joiners"]
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(
        [100 * 1.1**month for month in range(5)], rel=1e-12
    )


def test_a_dash_prints_the_csv_and_nothing_else(flywheel, shop):
    out = flywheel("run", shop, "--csv", "-", "--show", "customers")
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0] == ["month", "customers"]
    assert len(rows) == 6


def test_rk4_grows_nearer_to_the_exponential_than_euler(flywheel, shop):
    def last(*more):
        return float(flywheel("run", shop, "--csv", "-", *more).split()[-1].split(",")[1])

    exact = 100 * 2.718281828459045**0.4
    assert abs(last("--method", "rk4") - exact) < 1e-3 < abs(last("--method", "euler") - exact)


@pytest.mark.parametrize("name", ["retail", "vanguard"])
def test_a_picture_is_drawn_and_told_in_words(flywheel, tmp_path, name):
    place = tmp_path / "picture.png"
    out = flywheel("draw", name, "--out", str(place))
    assert out.startswith(f"Drawn: {place}\n")
    assert len(out.splitlines()[1]) > 40
    assert place.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("ending", ["flywheel", "xmile", "stmx"])
def test_a_model_goes_there_and_back(flywheel, shop, tmp_path, ending):
    there, back = tmp_path / f"there.{ending}", tmp_path / "back.flywheel"
    assert flywheel("convert", shop, str(there)) == f"Written: {there}\n"
    flywheel("convert", str(there), str(back))
    for name in ("customers", "joiners"):
        assert fw.simulate(fw.read(back))[name].tolist() == pytest.approx(
            fw.simulate(fw.read(shop))[name].tolist(), rel=1e-12
        )


def test_a_model_is_not_written_over_itself(complaint, shop, tmp_path):
    before = Path(shop).read_bytes()
    link = tmp_path / "link.flywheel"
    link.symlink_to(shop)
    for to in (shop, str(link)):
        assert complaint("convert", shop, to) == (
            f"flywheel: '{to}' cannot be written over itself\n"
            "  hint: give the new file another name\n"
        )
    assert Path(shop).read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["show", "retial"],
            "the library has no model called 'retial'\n  hint: did you mean 'retail'?",
        ),
        (
            ["show", "xyzzy"],
            "the library has no model called 'xyzzy'\n"
            "  hint: flywheel models lists them; a file of your own needs its ending",
        ),
        (
            ["run", "vanguard"],
            "'vanguard' is a published drawing: it has arrows but no numbers\n"
            "  hint: flywheel loops and flywheel draw take it",
        ),
        (
            ["run", "retail", "--set", "price"],
            "'price' does not say what to set\n  hint: write NAME=VALUE, as in --set price=20",
        ),
        (["run", "retail", "--set", "price=cheap"], "'cheap' is no number for price"),
        (
            ["run", "retail", "--show", "custmers"],
            "this model has no quantity 'custmers'\n  hint: did you mean 'customers'?",
        ),
        (
            ["draw", "retail", "--out", "picture.bmp"],
            "a picture cannot be written to 'picture.bmp'\n"
            "  hint: end the name in one of .png, .svg, .pdf, .dot, .graphml, .json, .mmd",
        ),
        (
            ["convert", "retail", "retail.docx"],
            "there is no kind of model file that ends in '.docx'\n"
            "  hint: end the name in one of .flywheel, .dot, .graphml, .json, .mmd, .stmx, .xmile",
        ),
        (
            ["run", "retail", "--csv", "no/such/folder.csv"],
            "no/such/folder.csv: no such file or directory",
        ),
        (
            ["facts", "derived", "--check"],
            "--check looks at all tables\n  hint: leave the name of the table out",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_words(complaint, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert complaint(*arguments) == f"flywheel: {words}\n"
    assert not list(tmp_path.iterdir())


def test_a_mistake_in_a_file_is_shown_where_it_stands(complaint, tmp_path):
    path = tmp_path / "shop.flywheel"
    path.write_text(SHOP.replace("customers * word", "custmers * word"), encoding="utf-8")
    assert complaint("run", str(path)) == (
        "flywheel: nothing is called 'custmers'\n"
        "  line 7: joiners [customer/month] = custmers * word_of_mouth\n"
        "                                     ^^^^^^^^\n"
        "  hint: did you mean 'customers'?\n"
    )


def test_a_file_that_is_not_there_is_said_without_python_words(complaint, tmp_path):
    words = complaint("show", str(tmp_path / "gone.flywheel"))
    assert "gone.flywheel" in words
    assert "Error" not in words
    assert "Errno" not in words


def test_facts_lists_the_tables_and_prints_one_with_its_sources(flywheel):
    assert "\nthird_party_share " in flywheel("facts")
    rows = [line.split() for line in flywheel("facts", "third_party_share").splitlines()]
    share = "third_party_share_of_physical_gross_merchandise_sales"
    (row,) = [row for row in rows if row[:2] == [share, "2018"]]
    assert row[2:4] == ["58", "percent"]
    assert " ".join(row).endswith("Amazon 2018 letter to shareholders")


def test_a_table_that_is_not_there_is_answered_with_the_nearest(complaint):
    assert "did you mean 'third_party_share'?" in complaint("facts", "third_party")


def test_the_checks_of_the_figures_all_hold(flywheel):
    out = flywheel("facts", "--check")
    assert "FAILS" not in out
    assert out.rstrip().endswith("hold.")


def test_a_figure_that_fails_its_check_ends_with_1(capsys, monkeypatch):
    from flywheel_edu import facts
    from flywheel_edu.facts import Check

    monkeypatch.setattr(facts, "check", lambda: (Check("two is three", False, "2"),))
    assert main(["facts", "--check"]) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[1].split() == ["FAILS", "two", "is", "three", "2"]
    assert out.endswith("\n1 of 1 fail.\n")


def test_validation_prints_each_model_and_its_checks(flywheel, capsys, monkeypatch):
    from flywheel_edu import flywheels
    from flywheel_edu.facts import Check
    from flywheel_edu.flywheels import validation

    found = {"retail": (Check("it fits", True, "1.5 points"),), "aws": ()}
    monkeypatch.setattr(flywheels, "library", lambda: tuple(found))
    monkeypatch.setattr(flywheels, "validate", lambda name, progress: found[name])
    monkeypatch.setattr(validation, "fit_of", lambda name, progress: None)
    out = flywheel("validate")
    assert out.splitlines()[0] == "retail"
    assert out.splitlines()[2].split() == ["holds", "it", "fits", "1.5", "points"]
    assert out.endswith("\nAll 1 hold.\n")
    found["aws"] = (Check("it fits", False, "90 points"),)
    assert main(["validate"]) == 1
    assert capsys.readouterr().out.endswith("\n1 of 2 fail.\n")


def test_what_a_reader_of_another_programs_file_should_know_is_told_beside_the_output(
    tmp_path, capsys
):
    path = tmp_path / "shop.xmile"
    path.write_text(
        "<xmile><sim_specs><start>0</start><stop>1</stop></sim_specs><model><variables>"
        "<aux name='Data'><eqn>3</eqn></aux></variables></model></xmile>"
    )
    assert main(["show", str(path)]) == 0
    out, err = capsys.readouterr()
    assert "given data_value [?] = 3  # Data\n" in out
    assert err == (
        f"{path}: some names are others here: 'Data' is data_value; the old names answer, too\n"
    )
