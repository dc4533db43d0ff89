"""What JupyterLab loads beside its own settings, in `flywheel lab` and on a hub."""

from pathlib import Path

where = str(Path(__file__).parent / "labextensions")
c.LabApp.extra_labextensions_path = [where]  # type: ignore[name-defined]  # noqa: F821
