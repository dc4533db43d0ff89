"""Charts that can be read by every eye, and told to every ear."""

from __future__ import annotations

import base64
from itertools import combinations

import numpy as np
import pytest

from flywheel_edu.charts.amounts import amount, in_full
from flywheel_edu.charts.charts import chart, panels
from flywheel_edu.charts.look import COLOURS, colour
from flywheel_edu.charts.picture import Picture
from flywheel_edu.charts.series import apart

MONTHS = np.arange(0.0, 13.0)


def luminance(tone):
    """Relative luminance, Web Content Accessibility Guidelines 2.2."""
    parts = [int(tone[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def boxes_of(texts, figure):
    figure.draw_without_rendering()
    return [text.get_window_extent() for text in texts]


@pytest.mark.parametrize("name", COLOURS)
def test_small_coloured_text_has_a_contrast_of_four_and_a_half_on_white(name):
    assert 1.05 / (luminance(colour(name, text=True)) + 0.05) >= 4.5


def test_no_two_of_fourteen_lines_share_both_colour_and_dashes():
    page = chart("Many")
    for number in range(14):
        page.line([0, 1], [0, number], f"line {number}")
    drawn = page.axes.lines
    looks = {(line.get_color(), str(line._unscaled_dash_pattern)) for line in drawn}
    assert len(looks) == 14


def test_lines_differ_in_more_than_colour():
    page = chart()
    for number in range(7):
        page.line(MONTHS, MONTHS * number, f"run {number}")
    looks = {(line.get_linestyle(), str(line._dash_pattern)) for line in page.axes.lines}
    assert len(looks) == 7


def test_each_line_is_named_where_it_ends_and_no_name_covers_another():
    page = chart("Close together", across="month")
    for number in range(6):
        page.line(MONTHS, 100 + MONTHS * (10 + 0.01 * number), f"line_{number}", unit="USD")
    figure = page.picture().figure
    names = [t for t in page.axes.texts if t.get_text().startswith("line")]
    assert [name.get_text() for name in names] == [f"line {n}" for n in range(6)]
    boxes = boxes_of(names, figure)
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    edge = page.axes.get_window_extent().x1
    assert all(box.x0 > edge - 20 for box in boxes)
    assert all(box.x1 <= figure.bbox.x1 for box in boxes)


def test_a_long_name_is_folded_and_leaves_the_lines_their_room():
    page = chart("Long names", across="month")
    long = "cash that is left after everything is paid"
    page.line(MONTHS, MONTHS, long, unit="USD")
    page.line(MONTHS, 1.01 * MONTHS, f"{long} twice", unit="USD")
    figure = page.picture().figure
    names = [t for t in page.axes.texts if t.get_text().startswith("cash")]
    assert [" ".join(name.get_text().split()) for name in names] == [long, f"{long} twice"]
    one, other = boxes_of(names, figure)
    assert not one.overlaps(other)
    assert max(one.x1, other.x1) <= figure.bbox.x1
    assert page.axes.get_position().width > 0.6


@pytest.mark.parametrize("layout", [None, "constrained"])
@pytest.mark.parametrize("lines", [2, 9])
def test_on_axes_of_ones_own_no_name_leaves_the_page_or_meets_the_axes_beside(layout, lines):
    import matplotlib.pyplot as plt

    figure, sides = plt.subplots(1, 2, figsize=(7, 4), layout=layout)
    try:
        for axes in sides:
            page = chart("Two", across="month", ax=axes)
            for number in range(lines):
                page.line(MONTHS, MONTHS + 3 * number, f"orders that came {number}")
            page.label_ends()
        figure.draw_without_rendering()
        for axes, edge in zip(sides, (sides[1].get_tightbbox().x0, figure.bbox.x1), strict=True):
            legend = axes.get_legend()
            names = legend.get_texts() if legend else axes.texts
            assert len(names) == lines
            assert all(name.get_window_extent().x1 <= edge + 0.5 for name in names)
    finally:
        plt.close(figure)


def test_names_stand_in_the_order_of_their_lines():
    page = chart()
    for name, end in (("low", 1.0), ("high", 1.02), ("middle", 1.01)):
        page.line([0, 1], [0, end], name)
    page.picture()
    heights = {t.get_text(): t.xyann[1] + t.xy[1] for t in page.axes.texts}
    assert heights["low"] < heights["middle"] < heights["high"]


def test_many_lines_get_a_legend_instead():
    page = chart()
    for number in range(9):
        page.line(MONTHS, MONTHS + number, f"run {number}")
    page.picture()
    assert [t.get_text() for t in page.axes.get_legend().get_texts()] == [
        f"run {n}" for n in range(9)
    ]


def test_a_shared_unit_stands_on_the_axis_and_different_ones_with_their_names():
    page = chart()
    page.line(MONTHS, MONTHS, "price", unit="USD")
    page.line(MONTHS, 2 * MONTHS, "cost", unit="USD")
    page.picture()
    assert {"USD", "price", "cost"} <= {t.get_text() for t in page.axes.texts}
    page = chart()
    page.line(MONTHS, MONTHS, "price", unit="USD")
    page.line(MONTHS, 2 * MONTHS, "orders", unit="order/month")
    page.picture()
    assert {t.get_text() for t in page.axes.texts} == {"price (USD)", "orders (order/month)"}


def test_the_upright_axis_starts_at_zero_unless_told_otherwise():
    page = chart()
    page.line(MONTHS, 1000 + MONTHS, "customers")
    page.picture()
    assert page.axes.get_ylim()[0] == 0
    page = chart(from_zero=False)
    page.line(MONTHS, 1000 + MONTHS, "customers")
    page.picture()
    assert page.axes.get_ylim()[0] > 900


def test_a_chart_is_told_in_words():
    page = chart("Customers come and go", across="month")
    page.line(MONTHS, 100 + 10 * MONTHS, "customers", unit="customer")
    page.line(MONTHS, 20 - (MONTHS - 6) ** 2 / 4, "joiners", unit="customer/month")
    page.points([0, 6], [100, 150], "as_reported", unit="customer")
    page.line(MONTHS, np.full(13, 5.0), "leavers", unit="customer/month")
    page.event(6, "Prime")
    page.span(8, 10, "holidays")
    assert page.alt == (
        "Chart: Customers come and go. Across: month, 0 to 12. "
        "Line customers (customer) rises from 100 to 220. "
        "Line joiners (customer/month) goes from 11 to 11, highest 20 at 6. "
        "Points as reported (customer) rises from 100 to 150. "
        "Line leavers (customer/month) stays at 5. "
        "Marked: Prime at 6. Marked: holidays from 8 to 10."
    )


def test_parts_of_a_whole_are_told_and_named_in_their_areas():
    page = chart("Which loop drives?")
    page.stacked(MONTHS, {"Selection": 1 - MONTHS / 12, "Crowding": -MONTHS / 12})
    assert page.alt == (
        "Chart: Which loop drives? Across: 0 to 12. Area Selection falls from 1 to 0. "
        "Area Crowding falls from 0 to -1."
    )
    page.picture()
    at = {t.get_text(): t.xy for t in page.axes.texts}
    x, y = at["Selection"]
    assert 0 < y < 1 - x / 12
    x, y = at["Crowding"]
    assert -x / 12 < y < 0


def test_a_name_stands_in_its_own_area_or_outside_all():
    # Areas of sharp peaks, where a name that is put amidst the whole would stand on another.
    across = np.linspace(0, 100, 801)
    peaks = np.abs(np.sin(across / 9)) ** 6
    parts = {
        "in the peaks alone": 0.8 * peaks,
        "always": 0.2 + 0 * across,
        "below": -0.6 * peaks,
        "deep": -0.3 * (1 - peaks),
    }
    page = chart("Peaks", across="month")
    page.stacked(across, parts)
    figure = page.picture().figure
    figure.draw_without_rendering()
    edges = {True: np.zeros_like(across), False: np.zeros_like(across)}
    for label, part in parts.items():
        up = label in ("in the peaks alone", "always")
        low, high = sorted((edges[up], edges[up] + part), key=np.sum)
        edges[up] = edges[up] + part
        for text in (t for t in page.axes.texts if t.get_text() == label):
            box = text.get_window_extent().transformed(page.axes.transData.inverted())
            under = (across > box.x0) & (across < box.x1)
            inside = np.all(low[under] < text.xy[1]) and np.all(text.xy[1] < high[under])
            assert inside or box.x0 > 100, label


def test_an_area_too_thin_for_its_name_is_named_at_its_end():
    page = chart("Which loop drives?")
    page.stacked(MONTHS, {"wide": np.ones(13), "thin": np.full(13, 0.02)})
    page.picture()
    at = {t.get_text(): t.xy for t in page.axes.texts}
    assert at["thin"] == pytest.approx((12, 1.01))
    assert 0 < at["wide"][1] < 1


def test_areas_pile_up_to_the_whole():
    page = chart()
    parts = {"a": MONTHS, "b": 2 * MONTHS, "c": -MONTHS}
    page.stacked(MONTHS, parts)
    heights = [c.get_paths()[0].get_extents() for c in page.axes.collections]
    assert [(h.y0, h.y1) for h in heights] == [(0, 12), (0, 36), (-12, 0)]
    assert len({c.get_hatch() for c in page.axes.collections}) == 3


def test_panels_share_their_axis_and_one_picture():
    price, use = panels(["Price", "Use"], across="year")
    price.line(MONTHS, 10 - MONTHS / 2, "price", unit="USD")
    use.line(MONTHS, MONTHS**2, "use", unit="hour")
    picture = price.picture()
    assert picture.figure is use.picture().figure
    assert price.axes.get_xlabel() == ""
    assert use.axes.get_xlabel() == "year"
    assert picture.alt == (
        "Chart: Price. Across: year, 0 to 12. Line price (USD) falls from 10 to 4. "
        "Chart: Use. Line use (hour) rises from 0 to 144."
    )


def test_a_year_is_told_as_a_year_and_not_as_an_amount():
    page = chart(across="year")
    page.line([1999, 2008.5, 2018], [1000, 5000, 3000], "sellers", unit="seller")
    page.event(2005.25, "Prime")
    assert page.alt == (
        "Chart. Across: year, 1999 to 2018. Line sellers (seller) rises from 1,000 to 3,000, "
        "highest 5,000 at 2008.5. Marked: Prime at 2005.25."
    )


def test_gaps_in_a_series_are_left_out_of_its_words():
    page = chart()
    page.line([0, 1, 2, 3], [np.nan, 5, np.nan, 7], "measured")
    assert page.alt == "Chart. Across: 1 to 3. Line measured rises from 5 to 7."


def test_a_chart_without_series_is_still_a_picture():
    assert chart("Nothing yet").picture().alt == "Chart: Nothing yet."


def test_signs_of_other_trades_in_names_are_drawn_as_they_stand():
    page = chart("$a$ and $b$", across="$t$")
    page.line(MONTHS, MONTHS, "x_$y$_z$", unit="$")
    page.picture()
    assert "x $y$ z$" in {t.get_text() for t in page.axes.texts}
    words = [*page.axes.texts, page.axes.title, page.axes.xaxis.label]
    assert not any(word.get_parse_math() for word in words if word.get_text())


def test_a_notebook_gets_the_chart_with_its_words():
    page = chart("Growth")
    page.line(MONTHS, MONTHS, "sales")
    data, metadata = page._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == page.alt == metadata["image/png"]["alt"]
    assert metadata["image/png"]["width"] == 700


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_chart_gives_the_same_file(tmp_path, suffix):
    files = []
    for number in range(2):
        page = chart("Growth", across="month")
        page.line(MONTHS, MONTHS, "sales", unit="USD")
        page.stacked(MONTHS, {"a": MONTHS / 2})
        files.append(page.picture().save(tmp_path / f"{number}{suffix}").read_bytes())
    assert files[0] == files[1]


def test_a_picture_tells_what_it_is():
    page = chart("Growth")
    assert repr(page.picture()) == "<Picture: Chart: Growth.>"
    assert isinstance(page.picture(), Picture)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999.6, "1,000"), (-0.0, "0"), (1e6, "1 million"), (-2.5e9, "-2.5 billion")],
)
def test_amounts_are_short(value, text):
    assert amount(value) == text


@pytest.mark.parametrize(
    ("value", "figures", "text"),
    [(1.8e8, 10, "180,000,000"), (2001.0, 10, "2001"), (-0.0, 10, "0"), (123_456, 4, "123,500")],
)
def test_a_number_in_full_has_no_powers_of_ten(value, figures, text):
    assert in_full(value, figures) == text


def test_labels_are_moved_apart_as_little_as_can_be():
    assert apart([0, 50], 10) == [0, 50]
    assert apart([0, 0], 10) == [-5, 5]
    assert apart([0, 1, 2], 10) == pytest.approx([-9, 1, 11])
    assert apart([0, 1, 40], 10) == pytest.approx([-4.5, 5.5, 40])
    assert apart([0, 1, 40], 10, lowest=0) == pytest.approx([0, 10, 40])


def test_names_of_lines_that_end_at_nothing_stand_clear_of_the_numbers_below():
    page = chart("All run down", across="month")
    for number in range(3):
        page.line(MONTHS, (12 - MONTHS) * (number + 1), f"line {number}")
    figure = page.picture().figure
    names = boxes_of([t for t in page.axes.texts if t.get_text().startswith("line")], figure)
    numbers = [box for box in boxes_of(page.axes.get_xticklabels(), figure) if box.width]
    assert min((name.y0 + name.y1) / 2 for name in names) > max(box.y1 for box in numbers)


def test_three_years_are_ticked_as_whole_years():
    page = chart(across="year")
    page.line([1999, 2000, 2001], [14, 20, 25], "customers", unit="million")
    assert all(float(tick).is_integer() for tick in page.axes.get_xticks())


def test_the_name_of_a_single_point_keeps_off_the_axis_it_stands_on():
    page = chart("What course will it take?")
    page.line([0, 9], [1, 9], "as it is")
    page.points([0], [0], "the start")
    page.axes.set_ylim(0, 9)
    figure = page.picture().figure
    figure.draw_without_rendering()
    (name,) = (text for text in page.axes.texts if text.get_text() == "the start")
    assert name.get_window_extent().y0 > page.axes.get_window_extent().y0


def test_a_name_in_the_middle_keeps_off_the_line_that_goes_on():
    across = np.linspace(0, 10, 50)
    page = chart("sales", across="year")
    page.line(across, across**2, "sales, in the model", order=0)
    page.points(across[5:40:5], across[5:40:5] ** 2 * 1.1, "sales, measured", order=0)
    figure = page.picture().figure
    figure.draw_without_rendering()
    (axes,) = figure.axes
    (name,) = (text for text in axes.texts if text.get_text() == "sales, measured")
    box = name.get_window_extent()
    for line in axes.lines:
        along, up = axes.transData.transform(line.get_xydata()).T
        met = np.interp(np.linspace(box.x0, box.x1, 50), along, up, left=np.nan, right=np.nan)
        assert not np.any((box.y0 < met) & (met < box.y1))
