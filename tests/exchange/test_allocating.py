"""What is scarce goes to those who ask for it, as Vensim and Stella share it out."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel_edu import Model, read, simulate
from flywheel_exchange import read_xmile
from tests.exchange import test_vensim
from tests.exchange.files import aux, file_of, refusal

PRIORITIES = {"East": 1, "South": 2, "West": 3}
ASKED = {"East": 3, "South": 2, "West": 4}
DIM = '<dimensions><dim name="R"><elem name="East"/><elem name="South"/><elem name="West"/></dim>'
# What Vensim itself saves with a normal profile one wide, where there is 10 / 12 and half the 10.
NORMAL = {1: [0.0061119156, 0.0611613704, 0.7660599676], 6: [0.5238217312, 1.0509389876, 3.4252392]}


def in_vensim(folder, kind: object, there: str, width: object = 1) -> Model:
    rows = ";".join(f"{kind},{at},{width},0" for at in PRIORITIES.values())
    return read(
        test_vensim.file_of(
            folder,
            "R: East, South, West ~~|\nP: ptype, ppriority, pwidth, pextra ~~|\n"
            f"asked[R]= 3, 2, 4 ~~|\nprofile[R, P]= {rows}; ~~|\nthere= {there} ~~|\n"
            "got[R]= ALLOCATE AVAILABLE(asked[R], profile[R, ptype], there) ~~|",
        )
    )


def got(model: Model) -> np.ndarray:
    run = simulate(model)
    return np.array([run[f"got_{name.lower()}"] for name in PRIORITIES])


@pytest.mark.filterwarnings("ignore")
def test_a_normal_profile_gives_what_vensim_gives(tmp_path):
    times = got(in_vensim(tmp_path, 3, "10 * Time / 12"))
    for at, right in NORMAL.items():
        np.testing.assert_allclose(times[:, 2 * at], right, atol=1e-7)


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 4, "1 + MODULO(INTEGER(Time), 4)"])
@pytest.mark.filterwarnings("ignore")
def test_all_that_there_is_and_no_more_than_is_asked_for_is_given(tmp_path, kind):
    """Of the kind that says so, each gets the same share; of the others whoever comes first more.

    A kind that changes stands in the profile of all.
    """
    if isinstance(kind, str):
        path = tmp_path / "shop.mdl"
        in_vensim(tmp_path, 1, "Time")
        text = path.read_text(encoding="utf-8")
        lines = (f"profile[{name}, ptype]= {kind} ~~|\n" for name in PRIORITIES)
        lines = [*lines, "profile[R, ppriority]= 1, 2, 3 ~~|\nprofile[R, pwidth]= 1 ~~|\n"]
        head, tail = text.split("profile[R, P]= ", 1)
        path.write_text(head + "".join(lines) + tail.split("|\n", 1)[1], encoding="utf-8")
        model = read(path)
    else:
        model = in_vensim(tmp_path, kind, "Time")
    times = np.linspace(0, 10, 21)
    each = got(model)
    np.testing.assert_allclose(each.sum(0), np.minimum(times, 9), atol=1e-7)
    asked = np.array(list(ASKED.values()))
    assert (each >= -1e-9).all()
    assert (each <= asked[:, None] + 1e-9).all()
    if kind == 0:
        np.testing.assert_allclose(each, np.outer(asked, np.minimum(times / 9, 1)))
    else:
        share = each[:, 1:18] / asked[:, None]
        assert (np.diff(share, axis=0) >= -1e-9).all()
        assert (share[2, 1:8] > share[0, 1:8]).all()


@pytest.mark.filterwarnings("ignore")
def test_rectangles_apart_from_each_other_are_filled_one_after_the_other(tmp_path):
    times = np.linspace(0, 10, 21)
    west, south = np.clip(times, 0, 4), np.clip(times - 4, 0, 2)
    right = [np.clip(times - 6, 0, 3), south, west]
    np.testing.assert_allclose(got(in_vensim(tmp_path, 1, "Time", 0.5)), right, atol=1e-7)
    path = test_vensim.file_of(
        tmp_path,
        "R: East, South, West ~~|\nasked[R]= 3, 2, 4 ~~|\nfirst[R]= 1, 2, 3 ~~|\nn= 3 ~~|\n"
        "got[R]= ALLOCATE BY PRIORITY(asked[R], first[R], n, 0.5, Time) ~~|",
    )
    np.testing.assert_allclose(got(read(path)), right, atol=1e-7)


def of_stella(folder, equation: str):
    lists = "".join(
        f'<element subscript="{name}"><eqn>{value}</eqn></element>' for name, value in ASKED.items()
    )
    first = lists.replace(">3<", ">1<").replace(">4<", ">3<")
    of = '<dimensions><dim name="R"/></dimensions>'
    variables = (
        f'<aux name="asked">{of}{lists}</aux><aux name="first">{of}{first}</aux>'
        f"{aux(equation, 'got', of)}"
    )
    path = file_of(folder, variables)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<model>", f"{DIM}</dimensions><model>"), encoding="utf-8")
    return path


def test_stella_allocates_by_a_list_of_what_is_asked_for_and_one_of_priorities(tmp_path):
    model = read_xmile(of_stella(tmp_path, "ALLOCATE(10 * TIME / 12, R, asked, first, 1, 3)"))
    for at, right in NORMAL.items():
        np.testing.assert_allclose(got(model)[:, 4 * at], right, atol=1e-7)


@pytest.mark.parametrize(
    ("equation", "said"),
    [
        ("ALLOCATE(1, R, asked, first, 1)", "ALLOCATE takes 6 values, and gives an array"),
        ("ALLOCATE(1, R, asked, first, 1, 5)", "a profile of the kind 5 shares out in a way that"),
        ("ALLOCATE_AVAILABLE(asked[R], 3, 1)", "a profile is an element of an array here"),
        ("ALLOCATE_AVAILABLE(asked[R], first[R], 1)", "a profile is three elements: its kind, pr"),
    ],
)
def test_what_cannot_be_shared_out_is_refused_by_line(tmp_path, equation, said):
    told = refusal(of_stella(tmp_path, equation)).split("\n")
    assert told[0].startswith(said)
    assert told[1].startswith("  line ")


@pytest.mark.filterwarnings("ignore")
def test_too_many_who_ask_are_refused_and_not_waited_for(tmp_path):
    path = of_stella(tmp_path, "ALLOCATE(1, R, asked, first, 1, 3)")
    text = path.read_text(encoding="utf-8").replace(DIM, '<dimensions><dim name="R" size="500"/>')
    for name in PRIORITIES:
        text = text.replace(f' subscript="{name}"', f' subscript="{PRIORITIES[name]}"')
    path.write_text(text.replace("</element></aux>", "</element><eqn>1</eqn></aux>"), "utf-8")
    told = refusal(path)
    assert "'got' and what it is written out with are too much for one model" in told
