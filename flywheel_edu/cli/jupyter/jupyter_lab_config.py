"""What JupyterLab loads beside its own settings, in `flywheel lab` and on a hub."""

from pathlib import Path

_HERE = Path(__file__).parent
c.LabApp.extra_labextensions_path = [str(_HERE / "labextensions")]  # type: ignore[name-defined]  # noqa: F821
