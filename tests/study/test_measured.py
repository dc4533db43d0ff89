"""Data as people have them: tables, files, dates, months, thousands parted by commas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from flywheel_edu.errors import ModelError, SimulationError
from flywheel_edu.model import Model
from flywheel_edu.study.calibrate import fit
from flywheel_edu.study.measured import read_data

LEARNERS = Model.parse("""time month from 0 to 36 step 0.25
stock learners [person] = 100
    + joined
joined [person/month] = learners * rate
given rate [1/month] = 0.1 in 0 .. 1
""")
YEARS = Model.parse("""time year from 2010 to 2020 step 0.25
stock users [person] = 100
""")


def test_a_column_of_months_is_taken_as_the_time(tmp_path):
    path = tmp_path / "learners.csv"
    path.write_text('month,learners\n0,100\n6,"1,200"\n12,\n18,"20,000.5"\n', "utf-8")
    found, told = read_data(LEARNERS, path)
    assert found["learners"].time.tolist() == [0, 6, 18]
    assert found["learners"].value.tolist() == [100, 1200, 20000.5]
    assert told == ()
    frame = pd.DataFrame({"Month": [1, 2, 3], "learners": [110, 121, 133.1]})
    assert fit(LEARNERS, frame, ["rate"], starts=1).values["rate"] == pytest.approx(
        0.0965, abs=1e-3
    )


def test_columns_are_found_as_they_are_drawn_and_notes_are_left_out(tmp_path):
    text = f"{LEARNERS}\nstock streaks_kept [person] = 5\nstock users [person] = 1"
    model = Model.parse(text)  # and stars are no misspelt users
    path = tmp_path / "counts.csv"
    path.write_text("Month,Learners,Streaks kept ,stars,note,\n1,9,5,70,TV,\n2,10,,80,,\n,,,,,\n")
    found, told = read_data(model, path)
    assert {name: list(series.value) for name, series in found.items()} == {
        "learners": [9, 10], "streaks_kept": [5],
    }  # fmt: skip
    assert told == (
        "the column 'stars' is no quantity of the model, and is left out",
        "the column 'note' is no quantity of the model, and is left out",
    )
    with pytest.raises(ModelError, match="did you mean 'learners'"):
        read_data(model, pd.DataFrame({"month": [1], "leaners": [2]}))
    with pytest.raises(ModelError) as caught:
        read_data(model, pd.DataFrame({"month": [1], "downloads": [2], "note": ["x"]}))
    assert str(caught.value) == (
        "no column of the table is called like a quantity of the model: downloads, note\n"
        "  hint: call them as in the model: learners, streaks_kept, users"
    )


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1,100", 1100), ("1 100", 1100), ("1'100", 1100), ("1’100", 1100), ("1\u202f100", 1100),
        ("1\u2009100", 1100), ("1\xa0100", 1100), ("-12 345 678.5", -12345678.5), (" 7 ", 7),
    ],
)  # fmt: skip
def test_thousands_are_read_as_they_are_parted(written: str, number: float):
    found, _ = read_data(LEARNERS, {"learners": {1: written}})
    assert found["learners"].value.tolist() == [number]


@pytest.mark.parametrize("written", ["1 10", "1,10", "1 100,000", "11001 100", "1  100", "1.100,5"])
def test_what_may_be_another_number_is_not_read_as_one(written: str):
    with pytest.raises(SimulationError, match="which is no number"):
        read_data(LEARNERS, {"learners": {1: written}})


@pytest.mark.parametrize(
    "labels",
    [
        ["2024-03-01", "2024-04-01", "2025-03-01"],
        pd.to_datetime(["2024-03-01", "2024-04-01", "2025-03-01"]),
        pd.PeriodIndex(["2024-03", "2024-04", "2025-03"], freq="M"),
        ["March 2024", "April 2024", "March 2025"],
    ],
)
def test_dates_are_counted_in_the_models_months_and_the_text_says_so(labels):
    series = pd.Series([100, 110, 300], index=labels)
    found, told = read_data(LEARNERS, {"learners": series})
    assert found["learners"].time.tolist() == [0, 1, 12]
    assert told == ("dates are counted in months from 2024-03-01, which is month 0",)


def test_names_of_months_are_counted_from_the_first():
    found, _ = read_data(LEARNERS, {"learners": {"January": 1, "February": 2, "April": 3}})
    assert found["learners"].time.tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    "labels", [("Dec-19", "Jan-20", "Dec-20"), ("Dec '19", "Jan '20", "Dec '20")]
)
def test_a_month_with_a_short_year_as_spreadsheets_write_it_is_no_day(labels):
    found, told = read_data(LEARNERS, {"learners": dict(zip(labels, (1, 2, 3), strict=True))})
    assert found["learners"].time.tolist() == [0, 1, 12]
    assert told == ("dates are counted in months from 2019-12-01, which is month 0",)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (("Dec 19", "Jan 20"), "'Dec 19' may be a day or a year\n"
         "  hint: write 2019-01 for a month, or 2024-01-19 for a day"),
        (("November", "December", "January"),
         "the months of the series for 'learners' go on into another year, and no year is named\n"
         "  hint: write them as 2024-11, 2024-12, 2025-01"),
    ],
)  # fmt: skip
def test_times_that_could_be_two_are_refused_in_words(labels, message):
    with pytest.raises(SimulationError) as caught:
        read_data(LEARNERS, {"learners": dict.fromkeys(labels, 1)})
    assert str(caught.value) == message


# 1,250.5 of March and 1,310 of April 2024, as spreadsheets of several countries save them.
MARCH = "dates are counted in months from 2024-03-01, which is month 0"
COMMA = "a comma stands before decimals: 1.250,5 is read as 1250.5"


@pytest.mark.parametrize(
    ("saved", "told"),
    [
        (b"month;learners\n2024-03;1250.5\n2024-04;1310\n", (MARCH,)),
        ("\ufeffMonat;Learners\r\n2024-03;1.250,5\r\n2024-04;1.310\r\n;\r\n".encode(),
         (COMMA, MARCH)),
        ("sep=;\ndate;gr\xf6\xdfe;learners\n1.3.2024;;1.250,5\n1.4.2024;;1.310,0".encode("cp1252"),
         (COMMA, MARCH)),
        ("date\tlearners\n03.2024\t1.250,5 €\n04.2024\t1.310 €".encode("utf-16"),
         ("a comma stands before decimals: 1.250,5 € is read as 1250.5 €", MARCH)),
        (b'Learners,,\ndate,learners,\n03/2024,"1,250.5",\n04/2024,"1,310",\n05/2024,n/a,',
         (MARCH,)),
        (b'date,learners\n3/1/2024,"1250,5"\n4/1/2024,"1310"\n',
         ("a comma stands before decimals: 1250,5 is read as 1250.5", MARCH)),
    ],
)  # fmt: skip
def test_a_table_is_read_as_a_spreadsheet_saved_it(saved, told, tmp_path):
    path = tmp_path / "learners.csv"
    path.write_bytes(saved)
    found, said = read_data(LEARNERS, path)
    assert found["learners"].time.tolist() == [0, 1]
    assert found["learners"].value.tolist() == [1250.5, 1310]
    assert tuple(each for each in said if "column" not in each) == told


@pytest.mark.parametrize(
    ("saved", "message"),
    [
        ("", "learners.csv holds no table\n"
         "  hint: a heading first, with a column for time; then the rows"),
        ("month,learners\n0,1,250\n",
         "a row of learners.csv has more cells than the heading: 0,1,250\n"
         '  hint: a number with a comma in it stands in quotes: "1,250"'),
        ("month;learners\n2024-03;7,5\nSumme;7,5\n",
         "the times of the series for 'learners' are neither numbers nor dates: 'Summe'\n"
         "  hint: count them in [month], or write dates as 2024-01-31"),
        ("month;learners\n0;7,5\n1;7.5\n",  # which of the two is meant?
         "the series for 'learners' has '7,5' at 0, which is no number\n"
         "  hint: write 20000 or 20,000, and leave empty what was not measured"),
        ("month,learners\n3/1/2024,7\n4/2/2024,7\n",
         "'3/1/2024' may be two days: which number is the month?\n"
         "  hint: write dates as 2024-01-31"),
    ],
)  # fmt: skip
def test_a_table_that_can_be_read_in_two_ways_is_not_read_in_one(saved, message, tmp_path):
    path = tmp_path / "learners.csv"
    path.write_text(saved, "utf-8")
    with pytest.raises(SimulationError) as caught:
        read_data(LEARNERS, path)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("first", "second", "months"),
    [("01/03/2024", "01/04/2024", 1), ("3/31/2024", "4/30/2024", 1 - 1 / 930),
     ("31.3.2024", "30.4.2024", 1 - 1 / 930), ("05.03.2024", "05.04.2024", 1 + 4 / 30 - 4 / 31)],
)  # fmt: skip
def test_a_date_that_ends_in_its_year_is_read_by_the_dates_beside_it(first, second, months):
    found, _ = read_data(LEARNERS, {"learners": {first: 1, second: 2}})
    assert np.ptp(found["learners"].time) == pytest.approx(months)


def test_a_yearly_figure_stands_in_the_middle_of_its_year_only_if_asked():
    data = {"users": {2011: 100, 2012: 110}}
    assert read_data(YEARS, data)[0]["users"].time.tolist() == [2011, 2012]
    found, told = read_data(YEARS, data, "middle")
    assert found["users"].time.tolist() == [2011.5, 2012.5]
    assert told == ("yearly figures stand at the middle of their years",)
    halves = {"users": {2011.5: 100, 2012.5: 110}}
    assert read_data(YEARS, halves, "middle")[0]["users"].time.tolist() == [2011.5, 2012.5]


def test_dates_in_a_model_of_years_are_parts_of_their_years():
    found, told = read_data(YEARS, {"users": {"2011-01-01": 1, "2011-07-01": 2}})
    assert found["users"].time == pytest.approx([2011, 2011.5])
    assert told == ("dates are read as parts of their years",)


LEAGUE = Model.parse("""time year from 0 to 12 step 0.25
stock fans [person] = 44000
""")


@pytest.mark.parametrize(
    "label", ["{}-06", "{}-06-30", "30.06.{}", "06/{}", "{}/{:02}", "{}/20{:02}"]
)
def test_the_first_date_is_where_a_time_line_in_years_begins(label):
    labels = [label.format(year, year - 1999) for year in range(2014, 2026)]
    found, told = read_data(LEAGUE, {"fans": dict.fromkeys(labels, 50000)})
    assert found["fans"].time == pytest.approx(range(12))
    assert told[0].startswith("dates are counted in years from 2014-0")
    assert told[0].endswith(", which is year 0")


def test_a_column_of_seasons_is_the_time_and_numbers_written_in_two_ways_are_told_first(tmp_path):
    path = tmp_path / "fans.csv"
    path.write_text(
        "season;note;fans;users\n2014/15;x;44.000;9.1 million\n2015/16;x;46.200;9.6 million\n"
    )
    model = Model.parse(f"{LEAGUE}\nstock users [person] = 9e6")
    found, told = read_data(model, path)
    assert found["fans"].time.tolist() == [0, 1]
    assert told[0] == "a point stands before decimals, as in 9.1 million: so 44.000 is read as 44"
    path.write_text("month;learners\n0;100.5\n6;150.5\n9;1.000\n")
    said = "Look first: a point stands before decimals, as in 100.5: so 1.000 is read as 1\n"
    assert str(fit(LEARNERS, path, ["rate"], starts=1)).startswith(said)


def test_a_season_stands_at_the_year_in_which_it_begins():
    data = {"users": {"2010/11": 1, "2011/12": 2, "2019/20": 3}}
    assert read_data(YEARS, data)[0]["users"].time.tolist() == [2010, 2011, 2019]
    assert read_data(YEARS, data, "middle")[0]["users"].time.tolist() == [2010.5, 2011.5, 2019.5]
    months = {"learners": {"2023/10": 1, "2023/11": 2, "2024/01": 3}}
    assert read_data(LEARNERS, months)[0]["learners"].time.tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    ("model", "data", "hint"),
    [
        (LEAGUE, {"fans": {2014: 1, 2015: 2}},
         "years of the calendar: write time year from 2014 to 2026, or count them as 2014-01, "
         "which is then year 0"),
        (LEAGUE, {"fans": {0: 1, 15: 2}},
         "leave out the points outside, or widen the model's time line"),
        (YEARS, {"users": {"2025-01": 1, "2026-01": 2}},
         "leave out the points outside, or widen the model's time line"),
    ],
)  # fmt: skip
def test_what_lies_outside_the_time_line_is_told_how_to_come_in(model, data, hint):
    with pytest.raises(SimulationError) as caught:
        read_data(model, data)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            pd.DataFrame({"learners": [1, 2, 3]}),
            "the table does not say when its rows were measured: its columns are learners\n"
            "  hint: call the one with the times 'month', or set_index to it",
        ),
        (
            {"learners": {1: "about 20"}},
            "the series for 'learners' has 'about 20' at 1, which is no number\n"
            "  hint: write 20000 or 20,000, and leave empty what was not measured",
        ),
        (
            {"learners": {1: "20,00"}},
            "the series for 'learners' has '20,00' at 1, which is no number\n"
            "  hint: write 20000 or 20,000, and leave empty what was not measured",
        ),
        (
            {"learners": {"soon": 1, "later": 2}},
            "the times of the series for 'learners' are neither numbers nor dates: 'soon'\n"
            "  hint: count them in [month], or write dates as 2024-01-31",
        ),
    ],
)
def test_what_is_no_time_or_no_number_is_told_with_its_place(data, message):
    with pytest.raises(SimulationError) as caught:
        read_data(LEARNERS, data)
    assert str(caught.value) == message


def test_an_empty_cell_is_no_point():
    found, _ = read_data(LEARNERS, {"learners": {1: 5, 2: "", 3: None, 4: np.nan, 5: 7}})
    assert found["learners"].time.tolist() == [1, 5]
