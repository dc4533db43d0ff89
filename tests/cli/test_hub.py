"""`flywheel hub` lays out a JupyterHub for a class; tests/browser/hub runs it."""

from __future__ import annotations

import pytest

from flywheel_edu.cli import main


def test_everything_a_hub_needs_is_laid_out_for_the_course_and_its_teachers(tmp_path, capsys):
    line = ["hub", "--out", str(tmp_path), "--course", "wheels", "--teacher", "grace"]
    assert main([*line, "--teacher", "alan"]) == 0
    made = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir() if path.is_file()}
    assert sorted(made) == [
        "Containerfile", "README.md", "class.csv", "jupyter_server_config.py",
        "jupyterhub_config.py", "nbgrader_config.py",
    ]  # fmt: skip
    assert 'teachers = {"grace", "alan"}\n' in made["jupyterhub_config.py"]
    assert "podman build --tag wheels-hub ." in made["README.md"]
    assert 'c.CourseDirectory.course_id = "wheels"\n' in made["nbgrader_config.py"]
    assert "Go on with its README.md." in capsys.readouterr().out


def test_what_somebody_changed_stays_and_the_new_version_lies_beside_it(tmp_path, capsys):
    assert main(["hub", "--out", str(tmp_path)]) == 0
    (tmp_path / "class.csv").write_text("student\nada\n")
    (tmp_path / "nbgrader_config.py").write_text("mine")
    capsys.readouterr()
    assert main(["hub", "--out", str(tmp_path), "--course", "wheels"]) == 0
    assert (tmp_path / "class.csv").read_text() == "student\nada\n"
    assert (tmp_path / "nbgrader_config.py").read_text() == "mine"
    assert 'course_id = "wheels"' in (tmp_path / "nbgrader_config-new.py").read_text()
    assert "nbgrader_config.py was changed by you" in capsys.readouterr().out


def test_a_name_that_would_become_code_is_refused(tmp_path, capsys):
    assert main(["hub", "--out", str(tmp_path / "hub"), "--teacher", 'x"}; 1']) == 1
    assert not (tmp_path / "hub").exists()
    assert capsys.readouterr().err == (
        "flywheel: 'x\"}; 1' cannot be the name of an account or a course\n"
        "  hint: use small letters, digits, - and _, and begin with a letter\n"
    )


@pytest.mark.parametrize(
    "name", ["jupyter_server_config.py", "jupyterhub_config.py", "nbgrader_config.py"]
)
def test_the_configuration_is_python(tmp_path, name):
    assert main(["hub", "--out", str(tmp_path)]) == 0
    compile((tmp_path / name).read_text("utf-8"), name, "exec")
