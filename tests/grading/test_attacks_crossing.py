"""Attacks on what tests and answers share: no point, no leak, no stop."""

from __future__ import annotations

import pytest
from attacks import CELLS as OLDER
from attacks_crossing import CELLS, EXERCISE, HONEST, SECRET_NUMBER, SOURCE, TASKS, WRONG
from notebooks import code, position, save, solved

from flywheel_grader.judging.batch import Batch, grade
from flywheel_grader.limits import Limits
from tests import needs

LIMITS = Limits(cell=1.5, call=0.8, submission=6, wall=1.5, disk=16)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    level = needs.level("bwrap", "unshare")
    root = tmp_path_factory.mktemp("crossed")
    source = save(SOURCE, root / "source" / f"{EXERCISE}.ipynb")
    for number, name in enumerate(CELLS):
        made = solved(SOURCE, scale=CELLS[name])  # first, so that it lies in wait for every test
        made["cells"].insert(position(made, "scale"), code(WRONG, "own"))
        save(made, root / "in" / f"cell {number:02}" / source.name)
    save(solved(SOURCE, **HONEST), root / "in" / "zoe" / source.name)
    return grade(root / "in", root / "out", [source], level, limits=LIMITS)


def test_there_are_at_least_sixty_more_kinds():
    assert len(CELLS) >= 60
    assert not set(CELLS) & set(OLDER)


@pytest.mark.parametrize("number", range(len(CELLS)), ids=list(CELLS))
def test_an_attack_gains_no_point_and_learns_nothing(attacked: Batch, number: int):
    result = next(each for each in attacked.results if each.student == f"cell {number:02}")
    got = {task.id: task.points for task in result.tasks}
    assert got == dict.fromkeys((f"test_{name}" for name in TASKS), 0.0)
    assert all(task.message for task in result.tasks)
    for sentence in (*result.problems, *(task.message for task in result.tasks)):
        assert sentence.isprintable()
        assert SECRET_NUMBER not in sentence
        assert "the grader" not in sentence


def test_the_honest_student_beside_them_has_full_marks(attacked: Batch):
    assert not [note for note in attacked.notes if note.startswith(EXERCISE)]
    honest = next(each for each in attacked.results if each.student == "zoe")
    assert [task.message for task in honest.tasks] == [""] * len(TASKS)
    assert (honest.points, honest.problems) == (len(TASKS), [])
