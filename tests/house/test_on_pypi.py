"""What PyPI shows: the README of a wheel that was built, drawn by PyPI's own renderer."""

from __future__ import annotations

import email
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from readme_renderer import markdown

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://example.org/someone/flywheel"


def built(room: Path, address: str) -> email.message.Message:
    """The metadata of a wheel of the project at an address."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert project.count('\naddress = ""\n') == 1
    project = project.replace('\naddress = ""\n', f'\naddress = "{address}"\n')
    (room / "pyproject.toml").write_text(project, "utf-8")
    shutil.copy(ROOT / "README.md", room)
    for folder in ("scripts", "flywheel_edu/charts/fonts"):
        shutil.copytree(ROOT / folder, room / folder)
    for package in ("flywheel_edu", "flywheel_exchange", "flywheel_grader"):
        (room / package).mkdir(exist_ok=True)
        shutil.copy(ROOT / package / "__init__.py", room / package)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "made"]
    subprocess.run(build, cwd=room, check=True, capture_output=True)
    with ZipFile(next((room / "made").iterdir())) as wheel:
        (name,) = (n for n in wheel.namelist() if n.endswith("METADATA"))
        return email.message_from_bytes(wheel.read(name))


@pytest.fixture(scope="module", params=["", ADDRESS], ids=["no address", "an address"])
def metadata(request, tmp_path_factory):
    return request.param, built(tmp_path_factory.mktemp("project"), request.param)


def test_every_link_and_picture_of_the_page_leads_to_the_address_or_is_left_out(metadata):
    address, said = metadata
    page = markdown.render(said.get_payload(decode=True).decode())
    led = [place for place in re.findall(r'(?:src|href)="([^"]*)"', page) if place[0] != "#"]
    readme = (ROOT / "README.md").read_text("utf-8")
    files = re.findall(r'(?:\]\(| src=")((?!http)[^)"#]+)[)"]', readme)
    wanted = [
        f"{address}/{'raw' if name.endswith('.png') else 'blob'}/HEAD/{name}"
        for name in files if address
    ]  # fmt: skip
    assert sorted(led) == sorted(wanted)
    assert len(files) > 8
    assert page.count("<img") == (3 if address else 0)
    assert "](" not in page
    assert "the changelog" in re.sub(r"<[^>]*>", "", page)


def test_the_page_says_how_to_install_without_a_copy_of_the_project(metadata):
    page = metadata[1].get_payload(decode=True).decode()
    assert 'python -m pip install "flywheel-edu[course]" && flywheel lab' in page
    assert "pip install -e" not in page
    assert not re.search(r"The second|In a copy|:\n\n(?=\n|[A-Z#])", page)


def test_the_projects_links_stand_where_it_has_an_address(metadata):
    address, said = metadata
    wanted = [
        f"Changelog, {ADDRESS}/blob/HEAD/CHANGELOG.md",
        f"Documentation, {ADDRESS}/blob/HEAD/docs/index.md",
        f"Source, {ADDRESS}",
    ]
    assert sorted(said.get_all("Project-URL", [])) == (wanted if address else [])
