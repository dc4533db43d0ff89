"""A chapter takes no longer than it says: its text read aloud, and what is done in between."""

from __future__ import annotations

import re

from flywheel_edu.widgets.explorer.core import read_setting
from flywheel_edu.widgets.quiz.core import read_questions
from tests.course.test_chapters import (
    COURSE,
    cells,
    chapters,
    code,
    prose,
    questions_asked,
)

# Adults read English aloud at 183 words a minute (Brysbaert, "How many words do we read per
# minute?", Journal of Memory and Language 109, 2019, from 77 studies). Many of ours read a second
# language, and numbers.
WORDS_A_MINUTE = 130
A_QUESTION = 0.5  # minutes, to think; its words are read besides
A_CELL = 0.75  # minutes, to read what it does, run it, and look
A_BLANK = 3  # minutes, to write a line of one's own
DEEDS = {"Order": 2, "Predict": 3, "Story": 3, "Canvas": 8, "Cockpit": 12}
A_STAGE = 3  # minutes, of an explorer


def words(text: str) -> int:
    return len(re.findall(r"\w[\w'’.,-]*", text))


def minutes(path) -> dict[str, float]:
    asked = [
        question
        for bank, name in questions_asked(path)
        for question in read_questions((COURSE / f"questions/{bank:02}.txt").read_text("utf-8"))
        if question.name == name
    ]
    read = sum(
        words(each.ask)
        + sum(words(answer.text) for answer in each.answers)
        + max(words(answer.why) for answer in each.answers)
        for each in asked
    )
    text = "\n".join(code(path))
    stages = [
        len(read_setting(COURSE / name)["stages"]) or 1
        for name in re.findall(r'Explorer\.read\("(.+?)"', text)
    ]
    done = sum(
        each * len(re.findall(rf"\b{name}(?:\.read)?\(", text)) for name, each in DEEDS.items()
    )
    others = [each for each in code(path) if not re.search(r"^[^#\n]*\b[A-Z]\w+(\.read)?\(", each)]
    return {
        "text": words(prose(path)) / WORDS_A_MINUTE,
        "questions": read / WORDS_A_MINUTE + A_QUESTION * len(asked),
        "widgets": done + A_STAGE * sum(stages),
        "cells": A_CELL * len(others),
        "blanks": A_BLANK * sum(bool(re.search(r"^# (?!NBVAL)", each, re.M)) for each in others),
    }


@chapters
def test_a_chapter_read_aloud_and_done_takes_no_more_than_its_minutes(path):
    said = re.search(r"takes about (\d+) minutes", cells(path)[0][1])
    needed = minutes(path)
    assert sum(needed.values()) <= int(said[1]), needed


def test_the_teacher_is_told_how_the_minutes_are_counted():
    told = (COURSE / "README.md").read_text("utf-8")
    assert f"{WORDS_A_MINUTE} words a minute" in told
    assert f"{A_STAGE} minutes for a stage of an explorer" in told
