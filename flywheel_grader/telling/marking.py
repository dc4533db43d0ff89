"""Marking written answers: one page for each task, served on this machine alone.

The page shows the question, the mark scheme and every answer, names hidden until asked for. What
is entered is written at once to `marks/`, beside the results; two desks, or two tabs, never write
over what the other wrote.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from flywheel_grader.judging import marks_given as given
from flywheel_grader.judging.marks_given import GivenMark, Marks, file_name, read_marks, row_of
from flywheel_grader.judging.results import Result
from flywheel_grader.notebooks.source import Source, Written
from flywheel_grader.telling.html_pages import page, points
from flywheel_grader.words import safe
from flywheel_grader.writing import placed, write_beside

_LARGEST = 4_000_000  # bytes of marks that are taken


@dataclass(frozen=True)
class Marking:
    """One written task of an exercise, with everyone's answer."""

    exercise: str
    task: Written
    answers: tuple[tuple[str, str], ...]  # student and answer; not those blank, or excused

    @property
    def name(self) -> str:
        return f"{file_name(self.exercise)}-{file_name(self.task.id)}"

    def mark_of(self, student: str, marks: Marks) -> GivenMark:
        return marks.get((self.exercise, self.task.id, row_of(student)), GivenMark(None))

    def done(self, marks: Marks) -> int:
        all_marks = [(self.mark_of(student, marks), text) for student, text in self.answers]
        return sum(mark.points is not None and mark.is_for(text) for mark, text in all_marks)


def markings(
    results: Sequence[Result], sources: Sequence[Source], part: tuple[int, int] = (1, 1)
) -> list[Marking]:
    """The written tasks that have answers to mark; in part (2, 3) every third from the second."""
    found = []
    for source in sources:
        own = [result for result in results if result.exercise == source.exercise]
        for task in source.written.values():
            answers = [
                (result.student, answer.answer)
                for result in own
                for answer in result.written
                if answer.id == task.id and answer.answer and answer.max_points
            ][part[0] - 1 :: part[1]]
            if answers:
                found.append(Marking(source.exercise, task, tuple(answers)))
    return found


def marking_page(marking: Marking, marks: Marks, marker: str = "") -> str:
    """The page of one task."""
    rows = []
    for number, (student, text) in enumerate(marking.answers, start=1):
        mark = marking.mark_of(student, marks)
        had = "no points" if mark.points is None else f"{points(mark.points)} points"
        stale = "" if mark.is_for(text) else f"it had {had}"
        earned = "" if mark.points is None or stale else points(mark.points)
        rows.append((number, row_of(student), student, text, earned, mark, stale))
    return page(
        "marking.html", f"Mark {marking.task.id}", "marking.js", task=marking.task,
        exercise=marking.exercise, name=marking.name, answers=rows, marker=marker,
    )  # fmt: skip


def write_pages(found: Sequence[Marking], folder: Path) -> list[Path]:
    """Write the pages as files: what is marked on one is saved by downloading it."""
    known = read_marks(folder)
    place = folder / "marking"
    pages = {f"{each.name}.html": marking_page(each, known) for each in found}
    return [write_beside(placed(place / name), text) for name, text in pages.items()]


class Desk:
    """Serves the pages, to this machine and to whoever has the address, and writes the marks.

    Marks go beside the results in the folder. Any port that is free is port 0. The marker is who
    marks, unless the page says otherwise.
    """

    def __init__(
        self, found: Sequence[Marking], folder: Path, port: int = 0, marker: str = ""
    ) -> None:
        self.markings = {each.name: each for each in found}
        self.folder, self.marker = folder, marker
        self.token = secrets.token_urlsafe(16)
        handler = type("Handler", (_Request,), {"desk": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.host = f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def address(self) -> str:
        """Of the list of tasks; the part after the host keeps others out."""
        return f"http://{self.host}/{self.token}/"

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.2)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Request(BaseHTTPRequestHandler):
    desk: Desk

    def do_GET(self) -> None:
        name = self._asked_for()
        if name == "":
            known = read_marks(self.desk.folder)
            rows = [(each, each.done(known)) for each in self.desk.markings.values()]
            self._say(HTTPStatus.OK, page("desk.html", "To mark", rows=rows))
        elif name in self.desk.markings:
            marks = read_marks(self.desk.folder)
            made = marking_page(self.desk.markings[name], marks, self.desk.marker)
            self._say(HTTPStatus.OK, made)
        else:
            self._say(HTTPStatus.NOT_FOUND, "there is nothing here", "text/plain")

    def do_POST(self) -> None:
        marking = self.desk.markings.get(self._asked_for() or "")
        size = self.headers.get("Content-Length", "")
        home = f"http://{self.desk.host}"
        of_ours = self.headers.get("Origin", home) == home
        if marking is None or not of_ours or not size.isdigit() or int(size) > _LARGEST:
            self._say(HTTPStatus.NOT_FOUND, "there is nothing here", "text/plain")
            return
        answers = {row_of(student): (student, text) for student, text in marking.answers}
        changes: dict[str, tuple[GivenMark, GivenMark]] = {}
        try:
            data = json.loads(self.rfile.read(int(size)))
            marker = safe(data.get("by", ""), 60)
            for row, change in data["rows"].items():
                student, text = answers[row]
                seen = given.checked(change["seen"])
                # A mark that had been given for another text was shown without its points.
                there = marking.mark_of(student, read_marks(self.desk.folder))
                if not there.is_for(text):
                    seen = replace(seen, points=there.points)
                new = replace(given.checked(change), by=marker, answer=given.digest_of(text))
                changes[student] = (seen, new)
        except (ValueError, KeyError, TypeError, AttributeError):
            self._say(HTTPStatus.BAD_REQUEST, "these are no marks", "text/plain")
            return
        between = given.merge_marks(self.desk.folder, marking.exercise, marking.task.id, changes)
        others = {
            row_of(student): {"points": mark.points, "comment": mark.comment, "by": mark.by}
            for student, mark in between.items()
        }
        self._say(HTTPStatus.OK, json.dumps(others), "application/json")

    def _asked_for(self) -> str | None:
        if self.headers.get("Host") != self.desk.host:
            return None  # another site's name that was made to lead here
        before, _, name = self.path.lstrip("/").partition("/")
        return name if secrets.compare_digest(before.encode(), self.desk.token.encode()) else None

    def _say(self, status: HTTPStatus, words: str, kind: str = "text/html") -> None:
        data = words.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""
