"""Marking written answers: one page for each task, served on this machine alone.

The page shows the question, the mark scheme and every answer, names hidden until asked for. What
is entered is written at once to `marks/`, beside the results.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from flywheel_grader.judging.marks_given import (
    GivenMark,
    checked,
    file_name,
    read_marks,
    write_marks,
)
from flywheel_grader.judging.results import Result
from flywheel_grader.notebooks.source import Source, Written
from flywheel_grader.telling.html_pages import flowing, page, points, text
from flywheel_grader.writing import write_beside

_LARGEST = 4_000_000  # bytes of marks that are taken
_SCRIPT = (Path(__file__).parent / "marking.js").read_text("utf-8")


@dataclass(frozen=True)
class Marking:
    """One written task of an exercise, with everyone's answer.

    Attributes
    ----------
    exercise : str
    task : Written
    answers : tuple of (str, str)
        Student and answer, blank ones left out.
    """

    exercise: str
    task: Written
    answers: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Of its page and of its file of marks."""
        return f"{file_name(self.exercise)}-{file_name(self.task.id)}"


def markings(results: Sequence[Result], sources: Sequence[Source]) -> list[Marking]:
    """The written tasks that have answers to mark."""
    found = []
    for source in sources:
        own = [result for result in results if result.exercise == source.exercise]
        for task in source.written.values():
            answers = tuple(
                (result.student, answer.answer)
                for result in own
                for answer in result.written
                if answer.id == task.id and not answer.blank
            )
            if answers:
                found.append(Marking(source.exercise, task, answers))
    return found


def marking_page(marking: Marking, marks: dict[str, GivenMark]) -> str:
    """The page of one task."""
    task = marking.task
    body = [
        f"<h1>{text(task.id, 100)}</h1>",
        f'<p class="soft">{text(marking.exercise, 100)}, {points(task.points)} points, '
        f"{len(marking.answers)} answers. Type the points, Enter goes on, J and K move, "
        "C writes a comment, N shows the names.</p>",
        f'<div class="words">{flowing(task.question)}</div>' if task.question else "",
        '<div class="desk">',
        "<details open><summary>Mark scheme</summary>"
        f'<div class="words">{flowing(task.scheme)}</div></details>'
        if task.scheme
        else "",
        '<p><label><input type="checkbox" id="names"> Show names</label> '
        '<button type="button" id="save">Save</button> '
        '<span id="state" role="status" class="soft"></span></p></div>',
        f'<main id="answers" data-exercise="{text(marking.exercise)}" data-task="{text(task.id)}" '
        f'data-name="{text(marking.name)}">',
    ]
    for number, (student, answer) in enumerate(marking.answers, start=1):
        mark = marks.get(student, GivenMark(None))
        value = "" if mark.points is None else points(mark.points)
        body.append(
            f'<section class="answer" tabindex="-1" aria-labelledby="a{number}" '
            f'data-student="{text(student, 300)}"><h2 id="a{number}">Answer {number}'
            f'<span class="who" hidden>: {text(student, 100)}</span></h2>'
            f'<div class="words">{text(answer)}</div>'
            f'<p><label>Points (0 to {points(task.points)}) <input class="points" type="number" '
            f'min="0" max="{points(task.points)}" step="any" value="{value}"></label></p>'
            f'<p><label>Comment<br><textarea class="comment" rows="2" cols="60">'
            f"{text(mark.comment)}</textarea></label></p></section>"
        )
    body.append("</main>")
    return page(f"Mark {task.id}", "\n".join(body), _SCRIPT)


def write_pages(found: Sequence[Marking], folder: Path) -> list[Path]:
    """Write the pages as files: what is marked on one is saved by downloading it."""
    known = read_marks(folder)
    place = folder / "marking"
    place.mkdir(parents=True, exist_ok=True)
    return [
        write_beside(place / f"{each.name}.html", marking_page(each, _of(each, known)))
        for each in found
    ]


def _of(marking: Marking, known: Any) -> dict[str, GivenMark]:
    return {
        student: known[marking.exercise, marking.task.id, student]
        for student, _ in marking.answers
        if (marking.exercise, marking.task.id, student) in known
    }


class Desk:
    """Serves the pages and writes the marks, to this machine and to whoever has the address.

    Parameters
    ----------
    found : sequence of Marking
    folder : Path
        With the results; marks go beside them.
    port : int
        0 for any that is free.
    """

    def __init__(self, found: Sequence[Marking], folder: Path, port: int = 0) -> None:
        self._markings = {each.name: each for each in found}
        self._folder, self._token = folder, secrets.token_urlsafe(16)
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                desk._get(self)

            def do_POST(self) -> None:
                desk._post(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing of each request."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._host = f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def address(self) -> str:
        """Of the list of tasks; the part after the host keeps others out."""
        return f"http://{self._host}/{self._token}/"

    def serve(self) -> None:
        """Serve until interrupted."""
        self._server.serve_forever(poll_interval=0.2)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()

    def _get(self, request: BaseHTTPRequestHandler) -> None:
        name = self._asked_for(request)
        if name is None:
            self._say(request, HTTPStatus.NOT_FOUND, "there is nothing here", "text/plain")
        elif name == "":
            self._say(request, HTTPStatus.OK, self._list())
        elif name in self._markings:
            marking = self._markings[name]
            known = _of(marking, read_marks(self._folder))
            self._say(request, HTTPStatus.OK, marking_page(marking, known))
        else:
            self._say(request, HTTPStatus.NOT_FOUND, "there is no such task", "text/plain")

    def _post(self, request: BaseHTTPRequestHandler) -> None:
        marking = self._markings.get(self._asked_for(request) or "")
        size = request.headers.get("Content-Length", "")
        of_ours = request.headers.get("Origin", f"http://{self._host}") == f"http://{self._host}"
        if marking is None or not of_ours or not size.isdigit() or int(size) > _LARGEST:
            self._say(request, HTTPStatus.NOT_FOUND, "there is nothing here", "text/plain")
            return
        try:
            data = json.loads(request.rfile.read(int(size)))
            marks = {student: checked(data["marks"][student]) for student, _ in marking.answers}
        except (ValueError, KeyError, TypeError, AttributeError):
            self._say(request, HTTPStatus.BAD_REQUEST, "these are no marks", "text/plain")
            return
        write_marks(self._folder, marking.exercise, marking.task.id, marks)
        self._say(request, HTTPStatus.OK, "saved", "text/plain")

    def _asked_for(self, request: BaseHTTPRequestHandler) -> str | None:
        """The name after our token, if the request is for us and knows the token."""
        if request.headers.get("Host") != self._host:
            return None  # another site's name that was made to lead here
        before, _, name = request.path.lstrip("/").partition("/")
        return name if secrets.compare_digest(before.encode(), self._token.encode()) else None

    def _list(self) -> str:
        known = read_marks(self._folder)
        rows = []
        for name, marking in self._markings.items():
            done = sum(mark.points is not None for mark in _of(marking, known).values())
            rows.append(
                f'<tr><th scope="row"><a href="{text(name)}">{text(marking.task.id, 100)}</a></th>'
                f"<td>{text(marking.exercise, 100)}</td>"
                f'<td class="n">{done} of {len(marking.answers)}</td></tr>'
            )
        table = (
            '<table><thead><tr><th scope="col">Task</th><th scope="col">Exercise</th>'
            f'<th scope="col" class="n">Marked</th></tr></thead><tbody>{"".join(rows)}</tbody>'
            "</table>"
        )
        return page("To mark", f"<h1>To mark</h1>{table}")

    def _say(
        self,
        request: BaseHTTPRequestHandler,
        status: HTTPStatus,
        words: str,
        kind: str = "text/html",
    ) -> None:
        data = words.encode()
        request.send_response(status)
        request.send_header("Content-Type", f"{kind}; charset=utf-8")
        request.send_header("Content-Length", str(len(data)))
        request.send_header("Cache-Control", "no-store")
        request.send_header("Referrer-Policy", "no-referrer")
        request.end_headers()
        request.wfile.write(data)
