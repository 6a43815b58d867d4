"""Claims about change, displacement, rates and time charts of a project."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pytest
import shapely

from patrolmap.cli.app import main
from patrolmap.errors import InputError
from patrolmap.hotspots.incidents import IncidentFilter
from patrolmap.messages import Message
from patrolmap.model.edits import DeleteRows
from patrolmap.services.incident_views import (
    change_notices,
    change_of,
    change_period,
    displacement_of,
    grid_rates,
    time_charts,
)
from tests.helpers.city import ORIGIN_XY
from tests.services.test_hotspots import place, project, put  # noqa: F401 - project is a fixture

MARCH = IncidentFilter(date_from=dt.date(2026, 3, 1), date_to=dt.date(2026, 3, 31))


def box(column, row, size=200.0):
    x, y = ORIGIN_XY[0] + column * size, ORIGIN_XY[1] + row * size
    return shapely.box(x, y, x + size, y + size)


@pytest.fixture
def city(project):  # noqa: F811 - pytest's way of asking for a fixture
    """Replace the incidents: cells a and b, ten and ten in February; four and nine in March; one in March 2025."""
    project.apply(DeleteRows("incidents", tuple(project.layer("incidents").index)), Message("test"))
    put(
        project,
        "grid_cells",
        [
            {"cell_id": "a", "level": "community", "households": 100, "geometry": box(1, 1)},
            {"cell_id": "b", "level": "community", "households": 400, "geometry": box(6, 6)},
            {"cell_id": "c", "level": "community", "households": 50, "geometry": box(9, 1)},
        ],
    )
    rows = []
    for count, month, x_m, category in ((10, "2026-02", 300, "theft"), (4, "2026-03", 300, "theft")):
        rows += [(f"{month}-{day + 1:02d}T09:30:00", x_m, 300, category) for day in range(count)]
    for count, month in ((10, "2026-02"), (9, "2026-03")):
        rows += [(f"{month}-{day + 1:02d}T21:30:00", 1300, 1300, "burglary") for day in range(count)]
    rows += [("2026-03-20T10:00:00", 450, 300, "theft"), ("2025-03-05T10:00:00", 300, 300, "theft")]
    put(project, "incidents", [{"time_from": t, "category": c, "geometry": place(x, y)} for t, x, y, c in rows])
    return project


def test_change_counts_both_comparisons(city):
    """March has 14, the 31 days before 20, March of the year before 1."""
    (row,) = change_of(city, MARCH)
    assert (row.previous.after, row.previous.before, row.year.before) == (14, 20, 1)
    assert row.previous.ratio == pytest.approx(14 / 20)
    assert row.previous.before_exposure == 31


def test_without_dates_the_last_four_weeks_count(city):
    """The latest incident is of 20 March: from 21 February there are 14, before that 20, a year before 1."""
    assert change_period(city, IncidentFilter()) == (dt.date(2026, 2, 21), dt.date(2026, 3, 20))
    (row,) = change_of(city, IncidentFilter())
    assert (row.previous.after, row.previous.before, row.year.before) == (14, 20, 1)
    until = IncidentFilter(date_to=dt.date(2026, 3, 4))
    assert change_period(city, until) == (dt.date(2026, 2, 5), dt.date(2026, 3, 4))


def test_days_without_data_are_no_days_without_incidents(city):
    """The incidents begin on 5 March 2025: March 2026 may be compared with both; one year earlier is not covered."""
    assert change_notices(city, replace(MARCH, date_from=dt.date(2026, 3, 5))) == ()
    early = IncidentFilter(date_from=dt.date(2025, 3, 10), date_to=dt.date(2025, 3, 20))
    assert len(change_notices(city, early)) == 2


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("category", {"burglary": (10, 9), "theft": (10, 5)}),
        ("community", {"a": (10, 4), "b": (10, 9), "c": (0, 0)}),
    ],
)
def test_change_by_part(city, by, expected):
    """Each part has its own counts, interval and p."""
    rows = change_of(city, MARCH, by)
    assert {row.part: (row.previous.before, row.previous.after) for row in rows} == expected
    assert all(0 <= row.previous.p <= 1 for row in rows)


def test_displacement_counts_areas_and_surroundings(city):
    """Patrolled a fell by six, its surroundings rose by one; control b fell by one: -6 + 1 + 1 = -4."""
    found = displacement_of(city, MARCH, ("a",), ("b",))
    assert found.wdd == -4
    assert found.standard_error == pytest.approx(np.sqrt(10 + 4 + 10 + 9 + 0 + 1))


def test_grid_rates(city):
    """Community a has the most for its households; one of three had none."""
    view = grid_rates(city, MARCH)
    rates = {cell.cell_id: cell.per_1000 for cell in view.cells}
    assert rates == {"a": 40.0, "b": 22.5, "c": 0.0}
    assert view.free_share == pytest.approx(1 / 3)


def test_time_charts_sum_to_the_incidents(city):
    """The heat map and the months hold every incident once."""
    charts = time_charts(city)
    assert charts.hours.sum() == pytest.approx(35)
    assert sum(month.count for month in charts.months) == 35
    assert charts.hours[:, 21].sum() == pytest.approx(19)


def test_categories_and_what_is_left_out_sum_to_all_incidents(city):
    """Those beyond the boundary have a line of their own."""
    layer = city.layer("incidents")
    rows = [{"time_from": "2026-03-02T09:30:00", "category": "theft", "geometry": place(90_000, 90_000)}] * 3
    put(city, "incidents", rows)
    charts = time_charts(city)
    assert dict(charts.left_out) == {"Outside the study area": 3}
    assert sum(count for _, count in charts.categories) + 3 == len(layer) + 3


def test_what_cannot_be_compared_says_why(city):
    """A period of two years, no such division, unknown or overlapping cells."""
    with pytest.raises(InputError, match="period"):
        change_of(city, replace(MARCH, date_from=dt.date(2024, 3, 1)))
    with pytest.raises(InputError, match="division"):
        change_of(city, MARCH, "phase of the moon")
    with pytest.raises(InputError, match="zz"):
        displacement_of(city, MARCH, ("zz",), ("b",))
    with pytest.raises(InputError, match="overlap"):
        displacement_of(city, MARCH, ("a",), ("a", "b"))
    with pytest.raises(InputError, match="level"):
        grid_rates(city, MARCH, "street")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("change", "--by", "category"), "rows"),
        (("displacement", "--patrolled", "a", "--control", "b"), "wdd"),
        (("grid", "--level", "community"), "free_share"),
        (("times",), "weekday_by_hour"),
    ],
)
def test_commands_tell_it(city, capsys, words, key):
    """Each command gives one JSON document, and lines in the reader's language."""
    city.close()
    period = ["--from", "2026-03-01", "--to", "2026-03-31"]
    assert main(["hotspots", words[0], str(city.path), *words[1:], *period, "--json", "--quiet"]) == 0
    assert key in json.loads(capsys.readouterr().out)
    assert main(["hotspots", words[0], str(city.path), *words[1:], *period, "--lang", "zh", "--quiet"]) == 0
    assert capsys.readouterr().out.strip()
    assert main(["hotspots", "change", str(city.path), "--from", "2026-03-02", "--to", "2026-03-01", "--quiet"]) == 2


def test_a_filter_that_nothing_fits_says_so_plainly(city):
    """The reason names the filter and the project's number, not a zero that passes."""
    with pytest.raises(InputError, match="None of the 35 incidents"):
        time_charts(city, IncidentFilter(categories=frozenset({"arson"})))


def test_cells_and_rings_hold_incidents_to_their_place(city):
    """In cell a lie 15 incidents, within a ring around b its 19, and nothing in both."""
    put(city, "rings", [{"kind": "core", "geometry": box(6, 6)}])
    in_a, in_core = IncidentFilter(cells=frozenset({"a"})), IncidentFilter(ring="core")
    assert time_charts(city, in_a).hours.sum() == pytest.approx(15)
    assert time_charts(city, in_core).hours.sum() == pytest.approx(19)
    assert {one.cell_id: one.incidents for one in grid_rates(city, in_core).cells} == {"a": 0, "b": 19, "c": 0}
    with pytest.raises(InputError, match="Nothing of the district"):
        time_charts(city, IncidentFilter(ring="core", cells=frozenset({"c"})))


def test_change_within_a_cell_by_category(city):
    """The place is held to while the dates move: thefts in a fell from ten to four."""
    rows = change_of(city, IncidentFilter(date_from=MARCH.date_from, date_to=MARCH.date_to, cells=frozenset("a")))
    assert [(row.previous.before, row.previous.after) for row in rows] == [(10, 4)]


def test_unknown_rings_and_cells_are_named(city):
    """A ring or cell that does not exist is refused by its name."""
    with pytest.raises(InputError, match="moat"):
        time_charts(city, IncidentFilter(ring="moat"))
    with pytest.raises(InputError, match="zz"):
        time_charts(city, IncidentFilter(cells=frozenset({"a", "zz"})))


def test_a_place_is_the_study_area_of_its_hotspots(city, capsys):
    """Held to cells a and b, no hotspot leaves them, and the area's share is that of the cells."""
    city.close()
    words = ["hotspots", "find", str(city.path), "--cells", "a", "b", "--method", "kde", "--area-share", "0.5"]
    assert main([*words, "--json", "--quiet"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["hotspots"]
    assert 0 < sum(one["area_m2"] for one in found["hotspots"]) <= 0.5 * 2 * 200**2 * 1.001
