"""Questions as Moodle GIFT: the text form that Moodle and many other systems import."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flywheel_edu.widgets.order.core import Lines
from flywheel_edu.widgets.quiz.core import Question


def gift(questions: Iterable[Question | Lines]) -> str:
    """Questions and lines to order as one GIFT text; see "GIFT format" in Moodle's documentation.

    An explanation becomes the feedback of its answer. Where several answers are right, each counts
    its share and a wrong one takes all of it back. Lines to order become a matching question, since
    GIFT has no other form that every version of Moodle reads. Texts are marked as plain, so that
    markup in them is shown, not run.

    >>> from flywheel_edu.widgets.quiz.core import Answer
    >>> print(gift([Question("2 = 1 + 1?", [
    ...     Answer("Yes", "So it is.", right=True), Answer("No", "Count again."),
    ... ], name="sum")]))
    ::sum::[plain]2 \\= 1 + 1? {
        =Yes#So it is.
        ~No#Count again.
    }
    <BLANKLINE>
    """
    return "\n".join(
        _choice(question) if isinstance(question, Question) else _matching(question)
        for question in questions
    )


def _choice(question: Question) -> str:
    share = 100 / max(1, sum(answer.right for answer in question.answers))
    lines = [f"{_head(question)} {{"]
    for answer in question.answers:
        if not question.several:
            mark = "=" if answer.right else "~"
        else:
            mark = f"~%{_percent(share if answer.right else -100)}%"
        lines.append(f"    {mark}{escaped(answer.text)}#{escaped(answer.why)}")
    return "\n".join([*lines, "}", ""])


def _matching(order: Lines) -> str:
    lines = [f"{_head(order)} {{"]
    lines += [f"    ={escaped(line.text.strip())} -> {line.step + 1}" for line in order.mixed]
    whys = " ".join(f"{line.step + 1}. {line.text.strip()}: {line.why}" for line in order.lines)
    return "\n".join([*lines, f"    ####{escaped(whys)}", "}", ""])


def _head(question: Question | Lines) -> str:
    return f"::{escaped(question.name)}::[plain]{escaped(question.ask)}"


def escaped(text: str) -> str:
    r"""A text in which nothing means anything to GIFT.

    >>> print(escaped("price = {a}: 5 ~ 6 # now"))
    price \= \{a\}\: 5 \~ 6 \# now
    """
    marked = re.sub(r"([\\~=#{}:])", r"\\\1", text.strip())
    # An arrow would part a matching pair; a blank line would end the question.
    return re.sub(r"\s*\n\s*", r"\\n", marked).replace("->", "→")


def _percent(share: float) -> str:
    # Moodle knows thirds and sixths by five figures.
    return f"{share:.5f}".rstrip("0").rstrip(".")
