"""`flywheel doctor` says in plain words what is missing, and never stops at the first thing."""

from __future__ import annotations

import json
import sys
import tempfile
from importlib import metadata

import pytest

import flywheel_edu as fw
from flywheel_edu.cli import doctor, main
from flywheel_edu.cli.doctor import Finding
from flywheel_edu.errors import CommandError


def found_by(look):
    return {(finding.state, finding.subject): finding.words for finding in look()}


def install(root):
    return f'python -m pip install -e "{root}[course]"'


def test_a_machine_on_which_the_tests_run_is_well(capsys):
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.endswith("\nAll is well.\n")
    for what in ("Python", "packages", "models", "JupyterLab", "widgets", "kernel", "course"):
        assert f"\nok    {what} " in "\n" + out


def test_what_is_broken_is_named_at_the_end_and_the_exit_code_is_1(capsys, monkeypatch):
    def broken():
        yield Finding("BROKEN", "wheel", "it is square")

    def well():
        yield Finding("ok", "road", "it is even")

    monkeypatch.setattr(doctor, "LOOKS", (broken, well))
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "it is square" in out
    assert "it is even" in out
    assert out.endswith("\nTo mend: wheel.\n")


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (CommandError("no chapter", "clone again"), "no chapter; clone again"),
        (ZeroDivisionError("division by zero\nand more"), "ZeroDivisionError: division by zero"),
    ],
)
def test_a_look_that_fails_is_itself_a_finding(problem, words):
    def course_files():
        yield Finding("ok", "first", "")
        raise problem

    assert doctor._looked(course_files) == [
        Finding("ok", "first", ""),
        Finding("BROKEN", "course files", words),
    ]


def test_an_old_python_is_broken(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    monkeypatch.setattr(sys, "version", "3.10.1 (main)")
    assert found_by(doctor.python) == {
        ("BROKEN", "Python"): "3.10.1; the course needs 3.11 or later"
    }


def test_a_missing_and_an_old_package_are_told_with_how_to_get_them(monkeypatch, root):
    there = metadata.version

    def version(name):
        if name == "networkx":
            raise metadata.PackageNotFoundError(name)
        return {"pandas": "1.5", "llvmlite": "0.1"}.get(name) or there(name)

    monkeypatch.setattr(metadata, "version", version)
    found = found_by(doctor.packages)
    assert found["BROKEN", "networkx"] == f"is missing: {install(root)}"
    assert found["BROKEN", "pandas"].startswith("is 1.5, but >=")
    assert found["note", "llvmlite"].startswith("is 0.1, but >=")  # we can do without


def test_without_machine_code_models_still_run_and_it_says_so(monkeypatch):
    from flywheel_edu.simulate import machine

    monkeypatch.setattr(machine, "machine", lambda: None)
    assert found_by(doctor.machine_code) == {
        ("note", "machine code"): "not to be had here: llvmlite is missing or does not know the "
        "processor; models run on Python and NumPy instead, with the same numbers, and large "
        "sweeps take longer"
    }


def test_without_jupyterlab_it_says_how_to_install_it(monkeypatch, root):
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    assert found_by(doctor.jupyterlab) == {("BROKEN", "JupyterLab"): f"is missing: {install(root)}"}


def test_a_widget_extension_that_is_off_or_gone_is_told(monkeypatch, tmp_path):
    manager = "@jupyter-widgets/jupyterlab-manager"
    (tmp_path / manager).mkdir(parents=True)
    package = {"name": manager, "version": "5", "jupyterlab": {"_build": {"load": "x.js"}}}
    (tmp_path / manager / "package.json").write_text(json.dumps(package), encoding="utf-8")
    labconfig = tmp_path / "config" / "labconfig"
    labconfig.mkdir(parents=True)
    off = {"disabledExtensions": {manager: True}}
    (labconfig / "page_config.json").write_text(json.dumps(off), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *_parts: [str(tmp_path)])
    monkeypatch.setattr(doctor, "_kernel", lambda: iter(()))
    assert [finding.words for finding in doctor.jupyterlab() if finding.state == "BROKEN"] == [
        f"{manager} is switched off in JupyterLab: jupyter labextension enable {manager}",
        "JupyterLab does not find anywidget: python -m pip install --force-reinstall anywidget",
    ]


def test_a_kernel_that_does_not_start_is_told_in_one_line(monkeypatch):
    def fails(**_options):
        raise RuntimeError("Kernel died before replying\nand a long story")

    monkeypatch.setattr("jupyter_client.manager.start_new_kernel", fails)
    assert list(doctor._kernel()) == [
        Finding("BROKEN", "kernel", "no notebook can run: Kernel died before replying")
    ]


@pytest.mark.parametrize(
    ("level", "state", "words"),
    [
        ("bwrap", "ok", "at level bwrap: no network, and no files but its own, for a submission"),
        (
            "rlimits",
            "note",
            "at level rlimits: a submission can read files and use the network; grade on Linux "
            "with bubblewrap if students are not to be trusted",
        ),
    ],
)
def test_how_well_submissions_are_kept_apart_is_told(monkeypatch, level, state, words):
    from flywheel_grader.jail import levels as jail

    def start(_level, _modules, limits):
        return jail.Jail(level, limits)

    monkeypatch.setattr(jail, "start", start)
    assert found_by(doctor.grading) == {(state, "grading"): words}


def test_a_folder_that_is_closed_is_told(monkeypatch, tmp_path):
    def closed(dir):
        raise PermissionError(13, "Permission denied", str(dir))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "TemporaryFile", closed)
    found = found_by(doctor.writing)
    assert found["BROKEN", "this folder"] == f"{tmp_path} cannot be written to: Permission denied"
    assert ("BROKEN", "temporary files") in found


def test_a_shell_that_does_not_find_the_command_is_told_what_else_to_type(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda _name: None)
    assert found_by(doctor.command) == {
        ("note", "flywheel"): "the shell does not find the command; "
        "`python -m flywheel_edu lab` does the same"
    }


def test_a_broken_library_model_is_found(monkeypatch):
    def fails(_model):
        raise CommandError("the wheel is square")

    monkeypatch.setattr(fw, "simulate", fails, raising=False)
    (finding,) = doctor._looked(doctor.models)
    assert finding == Finding("BROKEN", "models", "the wheel is square")


def test_the_page_of_the_language_is_no_chapter(monkeypatch):
    course = ["00_start", "01_napkin", "02_stocks", "language"]
    names = [f"course/{name}.ipynb" for name in course] + [
        "course/index.md",
        "course/models/1.json",
    ]
    names += ["exercises/01_napkin.ipynb", "exercises/02_stocks.ipynb", "exercises/checks/01.py"]
    monkeypatch.setattr(doctor, "material", lambda: dict.fromkeys(names))
    words = "3 chapters and 2 exercises to hand out"
    assert list(doctor.course()) == [Finding("ok", "course", words)]
