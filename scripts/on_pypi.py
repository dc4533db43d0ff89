"""The README as PyPI shows it: hatchling asks for it whenever a wheel or an sdist is built.

In the project, links and pictures lead to its files. On PyPI they lead to the same files at the
address in `pyproject.toml`; where that is empty, links become words and pictures are left out.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?://|#)([^)\s]+)\)")
_PICTURE = re.compile(r'(?<= src=")(?!https?://)')
_STANDING = re.compile(r"(:?)\n\n(?:!\[[^\]]*\]\([^)\s]+\)|<img [^>]*>)(?=\n)")
# Whoever reads it there has no copy of the project.
_HERE = re.compile(r"In a copy .*?The first (opens.*?\.) The second .*? notebooks\.", re.DOTALL)
_THERE = r"""Then

```sh
python -m pip install "flywheel-edu[course]" && flywheel lab
```

\1"""


class Hook(MetadataHookInterface):
    """Adds the long description and, where the project has an address, its links."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Called by hatchling with the table `project` of `pyproject.toml`."""
        address = self.config["address"].rstrip("/").removesuffix(".git")
        text = described((Path(self.root) / "README.md").read_text("utf-8"), address)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        places = {"Source": "", "Documentation": "/blob/HEAD/docs/index.md"}
        places["Changelog"] = "/blob/HEAD/CHANGELOG.md"
        metadata["urls"] = {name: address + at for name, at in places.items()} if address else {}


def described(readme: str, address: str) -> str:
    """The README for a reader who has none of the project's files."""
    text = _HERE.sub(_THERE, readme)
    if not address:
        text = _STANDING.sub(lambda found: "." if found[1] else "", text)
        return _LINK.sub(r"\2", text)
    text = _PICTURE.sub(f"{address}/raw/HEAD/", text)
    way = {"": "blob", "!": "raw"}
    return _LINK.sub(
        lambda found: f"{found[1]}[{found[2]}]({address}/{way[found[1]]}/HEAD/{found[3]})", text
    )
