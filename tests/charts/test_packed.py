"""Our own PNG files show what matplotlib's show, and another library reads them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from flywheel_edu.charts.picture import figure_bytes


@pytest.mark.parametrize(
    ("paper", "mode"), [("white", "RGB"), ("#fdf6e3", "RGB"), ("none", "RGBA")]
)
def test_a_picture_has_the_dots_and_the_size_that_matplotlib_gives_it(paper, mode):
    figure = Figure((2.3, 1.1), facecolor=paper)
    figure.add_subplot().plot([1, 3, 2], "r--")
    theirs = io.BytesIO()
    figure.savefig(theirs, format="png", dpi=180)
    right, ours = Image.open(theirs), Image.open(io.BytesIO(figure_bytes(figure, ".png")))
    assert ours.mode == mode
    np.testing.assert_array_equal(ours.convert("RGBA"), right.convert("RGBA"))
    assert ours.info["dpi"] == right.info["dpi"] == pytest.approx((180, 180), abs=0.01)
