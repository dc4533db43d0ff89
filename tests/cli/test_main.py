"""The command as a whole: its messages, its exit codes, and no traceback."""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys

import pytest

from flywheel_edu.cli import main, models, say
from flywheel_edu.cli.command import COMMANDS
from flywheel_edu.errors import FlywheelError
from tests import needs

EVERYONE = "lab doctor models show loops run draw convert facts validate check pack".split()
TEACHER = "release collect grade mark feedback report export".split()


def flywheel(capsys, *arguments):
    """What the command gives: exit code, what it prints, what it complains of."""
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def raising(problem):
    def run(_args):
        raise problem

    return run


def test_without_arguments_it_says_what_it_can_do(capsys):
    code, out, err = flywheel(capsys)
    assert (code, err) == (0, "")
    for name in (
        "lab",
        "doctor",
        "models",
        "show",
        "loops",
        "run",
        "draw",
        "convert",
        "facts",
        "validate",
    ):
        assert f"\n    {name} " in out


def test_help_and_version_end_with_0(capsys):
    assert flywheel(capsys, "--help")[0] == 0
    code, out, _err = flywheel(capsys, "--version")
    assert (code, out) == (0, "flywheel_edu 0.2.0\n")


def test_a_misspelt_command_is_answered_with_the_nearest_one(capsys):
    assert flywheel(capsys, "sohw", "retail") == (
        1,
        "",
        "flywheel: no command is called 'sohw'\n  hint: did you mean 'show'?\n",
    )
    assert flywheel(capsys, "xyzzy") == (
        1,
        "",
        "flywheel: no command is called 'xyzzy'\n  hint: flywheel --help lists them\n",
    )


def test_an_argument_that_makes_no_sense_ends_with_2_and_the_usage(capsys):
    code, out, err = flywheel(capsys, "models", "--colour")
    assert (code, out) == (2, "")
    assert err.startswith("usage: flywheel models")
    assert err.endswith("error: this makes no sense here: --colour\n")


@pytest.mark.parametrize(
    ("problem", "code", "words"),
    [
        (FlywheelError("the wheel is square"), 1, "flywheel: the wheel is square\n"),
        (
            PermissionError(13, "Permission denied", "out.csv"),
            1,
            "flywheel: out.csv: permission denied\n",
        ),
        (KeyboardInterrupt(), 130, "flywheel: stopped\n"),
        (
            RuntimeError("oh"),
            1,
            "flywheel: this is a fault in flywheel_edu, not in what you typed: RuntimeError: oh\n"
            "  hint: set FLYWHEEL_TRACEBACK=1, run it again and send us what it prints\n",
        ),
    ],
)
def test_whatever_goes_wrong_is_one_readable_message(capsys, monkeypatch, problem, code, words):
    monkeypatch.delenv("FLYWHEEL_TRACEBACK", raising=False)
    monkeypatch.setattr(models, "run_models", raising(problem))
    assert flywheel(capsys, "models") == (code, "", words)


def test_a_fault_of_ours_shows_its_traceback_to_who_asks_for_it(monkeypatch):
    monkeypatch.setenv("FLYWHEEL_TRACEBACK", "1")
    monkeypatch.setattr(models, "run_models", raising(RuntimeError("oh")))
    with pytest.raises(RuntimeError, match="oh"):
        main(["models"])


def test_a_console_of_few_letters_gets_question_marks_instead_of_an_error():
    code = "from flywheel_edu.cli.say import *; make_safe(); say('Räder → \\u2192 [bold] :tada:')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252:strict", "PYTHONUTF8": "0"},
    )
    assert done.stdout.decode("cp1252").strip() == "Räder ? ? [bold] :tada:"


def test_a_name_cannot_style_the_console(capsys):
    say.say_table(("a", "b"), [("[red]x[/red]", "customer/month [1] \x1b[31m")])
    assert capsys.readouterr().out.splitlines()[1].split() == [
        "[red]x[/red]",
        "customer/month",
        "[1]",
        "?[31m",
    ]


def test_a_row_in_a_pipe_is_never_broken(capsys):
    say.say_table(("a", "b"), [("x" * 90, "words " * 60)])
    assert len(capsys.readouterr().out.splitlines()) == 2


@needs.posix
def test_a_reader_who_leaves_early_is_no_error():
    command = f"{sys.executable} -m flywheel_edu facts derived | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


@needs.posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_console_that_is_closed_is_no_error(closed):
    command = f"{sys.executable} -m flywheel_edu show aws {closed}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_module_runs_as_the_command_does():
    shown = [sys.executable, "-m", "flywheel_edu", "--version"]
    done = subprocess.run(shown, capture_output=True, text=True, check=True)
    assert done.stdout == "flywheel_edu 0.2.0\n"


def test_every_command_explains_itself(capsys):
    commands = Recorder()
    for command in COMMANDS:
        command.add(commands)
    assert all(commands.helps.values())
    for name in commands.helps:
        code, out, _err = flywheel(capsys, name, "--help")
        assert code == 0
        assert out.startswith(f"usage: flywheel {name}")


class Recorder:
    """Stands in for argparse's list of commands, and notes what each says it is for."""

    def __init__(self):
        self.helps = {}
        self._commands = argparse.ArgumentParser().add_subparsers()

    def add_parser(self, name, **options):
        self.helps[name] = options.get("help", "")
        return self._commands.add_parser(name, **options)


def test_output_goes_to_whoever_holds_stdout_now(monkeypatch):
    """In a notebook and in tests sys.stdout is not the console's own."""
    held = io.StringIO()
    monkeypatch.setattr(sys, "stdout", held)
    say.say("here")
    assert held.getvalue() == "here\n"
