"""A notebook may bring JavaScript that runs when it opens; once collected, it has none."""

from __future__ import annotations

import zipfile

from flywheel_grader.handing_in.collect import collect

HOSTILE = """
import anywidget
class Hostile(anywidget.AnyWidget):
    _esm = '''
    const run = () => { document.body.dataset.ran = "yes" }
    export default { initialize: run, render: run }
    '''
Hostile()
"""


def test_what_a_notebook_brings_runs_when_it_opens_and_not_once_it_was_collected(
    notebook, lab, new_page, tmp_path
):
    address, folder = lab

    def opened(name, contents):
        (folder / name).write_bytes(contents)
        page = new_page(width=1280, height=900, own=True)
        page.goto(f"{address}/lab/tree/{name}?reset")
        page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.context?.isReady")
        page.locator(".jp-OutputArea-output").first.wait_for()
        return page

    made = notebook(HOSTILE)
    made.wait_for_function("document.body.dataset.ran")
    made.reopen()
    contents = made.file.read_bytes()
    assert b"widget-state" in contents
    opened("hostile.ipynb", contents).wait_for_function("document.body.dataset.ran")

    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("eve/hostile.ipynb", contents)
    collect(tmp_path / "in.zip", tmp_path / "in")
    after = opened("collected.ipynb", (tmp_path / "in" / "eve" / "hostile.ipynb").read_bytes())
    assert after.locator(".jp-OutputArea-output").first.inner_text().strip()
    assert after.evaluate("document.body.dataset.ran ?? 'no'") == "no"
