"""The letters that ship: which there are, and by what right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flywheel_edu.charts import lettering

FONTS = Path(lettering.__file__).parent / "fonts"


def test_each_font_ships_with_its_licence():
    fonts = {file.stem.partition("-")[0] for file in FONTS.glob("*.ttf")}
    assert fonts == {"Kalam", "OpenSans"}
    for name in fonts:
        licence = (FONTS / f"{name}-LICENSE.txt").read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence
        assert "Copyright" in licence
        assert "Reserved Font Name" not in licence.partition("PREAMBLE")[0]


@pytest.mark.parametrize("face", [lettering.PRINT, lettering.HAND])
@pytest.mark.parametrize("bold", [False, True])
def test_the_letters_of_europe_are_there(face, bold):
    from matplotlib.font_manager import findfont, get_font

    font = get_font(findfont(lettering.font(face, bold)))
    assert font.family_name == face
    there = set(font.get_charmap())
    assert not [c for c in "AZaz09+-?!àéîõüßñçøåœğłőžšđ€£%&()'\"–—…×" if ord(c) not in there]


@pytest.mark.parametrize("face", [lettering.PRINT, lettering.HAND])
def test_a_text_is_as_wide_as_its_outline(face):
    vertices, codes = lettering.outline("flywheel", face, True)
    assert len(vertices) == len(codes)
    seen = np.ptp(vertices[:, 0])
    assert lettering.width("flywheel", 1.0, face, True) == pytest.approx(seen, rel=0.06)


def test_a_letter_that_no_font_has_is_no_warning_and_takes_room():
    assert lettering.width("\N{EGYPTIAN HIEROGLYPH A001}", 10.0) > 0
    assert len(lettering.outline("\N{EGYPTIAN HIEROGLYPH A001}", lettering.HAND, False)[0])
