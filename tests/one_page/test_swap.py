"""A swap: somebody's model answered in a form or in code, and read by whoever made it."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

import flywheel_edu as fw


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    (tmp_path / "theirs.flywheel").write_text(str(fw.load("word_of_mouth")), "utf-8")
    return tmp_path / "theirs.flywheel"


def test_an_answer_goes_back_as_a_file_and_its_maker_reads_it(theirs: Path):
    arrow = fw.swap(theirs).arrows[0]
    assert [each.name for each in theirs.parent.iterdir()] == ["theirs.flywheel"]
    fw.swap(theirs, arrow=arrow.replace(" -> ", "→"), why="Who tells whom?\n\n## It is a guess.")
    file = theirs.with_name("for_theirs.md")
    came_back = fw.swap(file)
    assert came_back.said == {
        "arrow": arrow, "why": "Who tells whom?\n\n## It is a guess.", "convince": "", "liked": "",
    }  # fmt: skip
    assert f"## The weakest arrow\n\n{arrow}\n\n## Why it is the weakest\n" in str(came_back)


def test_what_came_back_is_shown_as_it_was_typed(theirs: Path):
    typed = "Who pays $8 stays as long as who pays $12.\n*stars* and <b>bold</b> & more"
    fw.swap(theirs, why=typed)
    shown = fw.swap(theirs.with_name("for_theirs.md"))._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"}  # Markdown would take $ for mathematics
    page = fromstring(shown["text/html"])
    assert "mathjax_ignore" in page.get("class", "").split()
    assert typed in ["".join(part.itertext()) for part in page.iter("p")]
    assert not list(page.iter("b"))


def test_the_form_keeps_each_letter_and_takes_an_answer_up_again(theirs: Path):
    form = fw.swap(theirs).form()
    arrow, why, *_, kept = form.children
    assert kept.value == "What you type is kept at once in for_theirs.md. Send it back."
    why.value = "N"
    why.value = "No count."
    arrow.value = arrow.options[1][1]
    again = fw.swap(theirs)
    assert (again.said["why"], again.said["arrow"]) == ("No count.", arrow.value)
    later = again.form().children
    assert (later[0].value, later[1].value) == (arrow.value, "No count.")
    later[3].value = "The name."
    names = {each.name for each in theirs.parent.iterdir()}
    assert names == {"theirs.flywheel", "for_theirs.md", "for_theirs.before-1.md"}
    assert "No count." in theirs.with_name("for_theirs.before-1.md").read_text("utf-8")


def test_a_file_of_somebody_elses_is_put_aside_first(theirs: Path):
    theirs.with_name("for_theirs.md").write_text("My shopping list.", "utf-8")
    fw.swap(theirs, liked="The name.")
    aside = theirs.with_name("for_theirs.before-1.md").read_text("utf-8")
    assert aside == "My shopping list."


def test_an_answer_to_another_model_of_the_same_file_name_is_not_taken_for_mine(theirs: Path):
    fw.swap(theirs, why="Nobody counted it.")
    theirs.write_text(str(fw.load("bass")), "utf-8")
    answer = fw.swap(theirs, liked="The curve.")
    assert answer.said["why"] == ""
    aside = theirs.with_name("for_theirs.before-1.md").read_text("utf-8")
    assert "Nobody counted it." in aside


def test_what_cannot_be_kept_is_said(theirs: Path, monkeypatch: pytest.MonkeyPatch):
    form = fw.swap(theirs).form()
    theirs.with_name("for_theirs.md").mkdir()
    form.children[1].value = "No count."
    assert form.children[-1].value == "Not kept: Is a directory."


def test_what_is_not_there_is_refused_in_words(theirs: Path):
    with pytest.raises(fw.ModelError) as refused:
        fw.swap(theirs, arrow="users -> joinerz")
    assert str(refused.value).startswith("the model has no arrow 'users -> joinerz'\n  hint: ")
    with pytest.raises(fw.FlywheelError, match=r"swap takes no .wy."):
        fw.swap(theirs, wy="so")


def test_arrows_of_a_list_are_those_that_are_drawn(tmp_path: Path):
    league = "time month from 0 to 12 step 1\nfor club in red, blue:\n    stock fans [1] = 5\n"
    league += "        + won\n    won [1/month] = fans * talk / sum(fans)\n"
    path = tmp_path / "league.flywheel"
    path.write_text(league + "given talk [1/month] = 0.1\nshow fans, won, talk", "utf-8")
    assert fw.swap(path).arrows == ("fans -> won", "won -> fans", "talk -> won")
