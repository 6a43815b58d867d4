"""Claims about visits and teams of a shift, counted by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.model.duty import duty_windows
from patrolmap.model.kinds import ShiftMode, TravelMode
from patrolmap.model.layers import empty_layer
from patrolmap.model.plan import Visit
from patrolmap.model.schedule import DAY_S, Shift, TimeWindow, parse_hours
from patrolmap.planner.crews import teams_on_shift, with_rings
from patrolmap.planner.demand import hotspot_gap_s, hotspot_visits, request_visits, site_visits, with_hotspot_gaps
from patrolmap.planner.settings import PlanSettings

H = 3600
SETTINGS = PlanSettings()


def shift(start_h, end_h, mode=ShiftMode.ROUTINE):
    return Shift("s", "s", dt.date(2026, 11, 20), TimeWindow(start_h * H, end_h * H), mode)


def layer(name, rows):
    columns = list(empty_layer(name, None).columns)
    filled = [{**dict.fromkeys(columns), "geometry": shapely.Point(0, 0), **row} for row in rows]
    return gpd.GeoDataFrame(filled, columns=columns, geometry="geometry")


def sites(*rows):
    return layer("sites", [{"site_id": f"s{k}", "name": f"S{k}", **row} for k, row in enumerate(rows)])


def test_level_1_stands_for_the_whole_shift():
    """20:00 to 24:00 with a dwell of 300 s: starts from 20:00 to 23:55, optional, prize 8."""
    (wanted,) = site_visits(sites({"kind": "checkpoint", "level": 1}), shift(20, 24), SETTINGS)
    assert wanted.visit.windows == (TimeWindow(20 * H, 24 * H - 300),)
    assert (wanted.visit.required, wanted.visit.prize) == (False, 8.0)


def test_level_2_stands_in_its_hours_or_the_key_hours():
    """Own hours 22:00-06:00 give 22:00 to 24:00; without them the key hours 21:00-23:00."""
    own, usual = site_visits(
        sites({"kind": "checkpoint", "level": 2, "hours": "22:00-06:00"}, {"kind": "checkpoint", "level": 2}),
        shift(20, 24),
        SETTINGS,
    )
    assert own.visit.windows == (TimeWindow(22 * H, 24 * H - 300),)
    assert usual.visit.windows == (TimeWindow(21 * H, 23 * H - 300),)


def test_heightened_mode_widens_and_doubles():
    """Level 2 stands for the whole shift, level 3 comes in key hours, each twice; a key site four times."""
    rows = sites(
        {"kind": "checkpoint", "level": 2, "hours": "22:00-06:00"},
        {"kind": "checkpoint", "level": 3},
        {"kind": "key_site"},
    )
    found = site_visits(rows, shift(20, 24, ShiftMode.HEIGHTENED), SETTINGS)
    assert [one.visit.place_id for one in found] == ["s0"] * 2 + ["s1"] * 2 + ["s2"] * 4
    assert found[0].visit.windows == (TimeWindow(20 * H, 24 * H - 300),)
    assert found[2].visit.windows == (TimeWindow(21 * H, 23 * H - 300),)
    routine = site_visits(rows, shift(20, 24), SETTINGS)
    assert [one.visit.place_id for one in routine] == ["s0", "s2", "s2"]


def test_key_sites_are_required_and_spread():
    """Twice in 4 h with a dwell of 600 s: starts span 13,800 s, half of 6,900 s less the dwell are 2,850 s apart."""
    first, second = site_visits(sites({"kind": "key_site"}), shift(20, 24), SETTINGS)
    assert first.visit.required
    assert first.series == second.series == "s0"
    assert first.min_gap_s == 2850
    assert (first.visit.visit_id, second.visit.visit_id) == ("s0#1", "s0#2")


def test_site_off_duty_asks_for_nothing():
    """Hours 08:30-11:30 do not meet an evening."""
    assert not site_visits(sites({"kind": "key_site", "hours": "08:30-11:30"}), shift(20, 24), SETTINGS)


def test_fixed_pairs_and_sizes_follow_the_place():
    """The settings name the only teams and the least members."""
    settings = PlanSettings(fixed_pairs={"s0": ("t1",)}, min_members={"s0": 4})
    found = site_visits(sites({"kind": "key_site"}), shift(20, 24), settings)
    assert {one.only_teams for one in found} == {("t1",)}
    assert {one.visit.min_members for one in found} == {4}


def test_hotspots_come_again_after_two_hours_as_often_as_fits():
    """In 2 h no second visit fits; in 4 h one; prizes run from 10 to 30 with the score, a repeat at 70 %."""
    square = shapely.box(0, 0, 10, 10)
    rows = layer(
        "hotspots",
        [
            {"hotspot_id": "h1", "score": 5.0, "geometry": square},
            {"hotspot_id": "h2", "score": 1.0, "geometry": square},
        ],
    )
    short = hotspot_visits(rows, shift(20, 22), SETTINGS)
    assert [one.visit.visit_id for one in short] == ["h1", "h2"]
    long = hotspot_visits(rows, shift(20, 24), SETTINGS)
    assert [(one.visit.visit_id, one.visit.prize) for one in long] == [
        ("h1#1", 30.0),
        ("h1#2", 21.0),
        ("h2#1", 10.0),
        ("h2#2", 7.0),
    ]
    assert {one.min_gap_s for one in long} == {7200}
    assert all(square.contains(one.visit.point) for one in long)


def test_points_of_a_hotspot_share_its_prize_and_come_again_each():
    """Prize 30 over three points are 10 each, 7 again; every point is a series of its own; all belong to the hotspot."""
    rows = layer("hotspots", [{"hotspot_id": "h1", "name": "市场", "score": 5.0}])
    points = [[shapely.Point(k, 0) for k in range(3)]]
    found = hotspot_visits(rows, shift(20, 24), SETTINGS, points)
    assert [one.visit.visit_id for one in found] == ["h1.1#1", "h1.1#2", "h1.2#1", "h1.2#2", "h1.3#1", "h1.3#2"]
    assert [one.visit.prize for one in found] == [10.0, 7.0] * 3
    assert [one.visit.name for one in found[::2]] == ["市场 (1/3)", "市场 (2/3)", "市场 (3/3)"]
    assert [one.series for one in found] == ["h1.1", "h1.1", "h1.2", "h1.2", "h1.3", "h1.3"]
    assert {one.visit.place_id for one in found} == {"h1"}


def test_one_visit_to_a_hotspot_lies_in_its_peak():
    """Peak 22:00-00:00: the first visit starts from 22:00 to 23:48, the repeat at any time."""
    rows = layer("hotspots", [{"hotspot_id": "h", "score": 1.0, "peak_hours": "22:00-00:00"}])
    first, second = hotspot_visits(rows, shift(20, 24), SETTINGS)
    assert first.visit.windows == (TimeWindow(22 * H, 24 * H - 720),)
    assert second.visit.windows == (TimeWindow(20 * H, 24 * H - 720),)


def test_a_hotspot_says_how_long_and_how_often():
    """15 min, 3 visits, 60 min apart as its row suggests; what the office decided comes before that."""
    row = {"hotspot_id": "h", "score": 1.0, "peak_hours": "", "dwell_min": 15, "visits": 3, "gap_min": 60}
    found = hotspot_visits(layer("hotspots", [row]), shift(20, 24), SETTINGS)
    assert [(one.visit.dwell_s, one.min_gap_s) for one in found] == [(900, 3600)] * 3
    decided = replace(SETTINGS, hotspot_dwell_s=600, hotspot_gap_s=1800, hotspot_visits=1)
    (one,) = hotspot_visits(layer("hotspots", [row]), shift(20, 24), decided)
    assert one.visit.dwell_s == 600
    half = replace(SETTINGS, hotspot_visits=2)
    assert [
        (one.visit.dwell_s, one.min_gap_s) for one in hotspot_visits(layer("hotspots", [row]), shift(20, 24), half)
    ] == [(900, 3600)] * 2


def test_a_silent_hotspot_gets_the_usual():
    """Without a suggestion: 12 min, twice, two hours apart."""
    row = {"hotspot_id": "h", "score": 1.0, "dwell_min": None, "visits": float("nan")}
    found = hotspot_visits(layer("hotspots", [row]), shift(20, 24), SETTINGS)
    assert [(one.visit.dwell_s, one.min_gap_s) for one in found] == [(720, 7200)] * 2


def test_a_plan_remembers_the_gaps_of_its_hotspots():
    """Only gaps other than the usual are noted, and none where the office decided; settings survive as JSON."""
    rows = layer("hotspots", [{"hotspot_id": "a", "gap_min": 60}, {"hotspot_id": "b", "gap_min": 120}])
    noted = with_hotspot_gaps(rows, SETTINGS)
    assert noted.hotspot_gaps_s == {"a": 3600}
    assert [hotspot_gap_s(name, PlanSettings.from_json(noted.to_json())) for name in "ab"] == [3600, 7200]
    decided = with_hotspot_gaps(rows, replace(noted, hotspot_gap_s=1800))
    assert [hotspot_gap_s(name, decided) for name in "ab"] == [1800, 1800]


def test_hours_of_the_day_before_and_after_count():
    """22:00-06:00 serves a shift from 00:00 to 08:00 until 06:00, and one from 20:00 to 32:00 from 22:00 to 30:00."""
    night = parse_hours("22:00-06:00")
    assert duty_windows(night, shift(0, 8)) == (TimeWindow(0, 6 * H),)
    assert duty_windows(night, shift(20, 32)) == (TimeWindow(22 * H, 30 * H),)
    assert duty_windows(parse_hours("24h"), shift(20, 32)) == (TimeWindow(20 * H, 32 * H),)


def test_requests_are_cut_to_the_shift_and_never_lost():
    """A wish for 23:00 to 01:00 ends at 24:00 less its dwell; one at noon stays as it is, to be explained."""
    late = Visit("r1", "r1", "request", "R", shapely.Point(0, 0), (TimeWindow(23 * H, 25 * H),), 600, True, 0.0)
    noon = Visit("r2", "r2", "request", "R", shapely.Point(0, 0), (TimeWindow(12 * H, 13 * H),), 600, True, 0.0)
    first, second = request_visits([late, noon], shift(20, 24), SETTINGS)
    assert first.visit.windows == (TimeWindow(23 * H, 24 * H - 600),)
    assert second.visit.windows == noon.windows


def teams(*rows):
    return layer("teams", [{"team_id": f"t{k}", "name": f"T{k}", **row} for k, row in enumerate(rows)])


def test_teams_without_hours_are_there_for_the_whole_shift():
    """And walk, alone, anywhere."""
    (crew,) = teams_on_shift(teams({}), shift(20, 24))
    assert crew.window == TimeWindow(20 * H, 24 * H)
    assert (crew.mode, crew.members, crew.zone, crew.speed_kph, crew.break_s) == (TravelMode.WALK, 1, "", None, 0)


def test_hours_in_two_parts_are_two_times_on_duty():
    """08:30-11:30 and 13:30-17:00; the break of 20 min belongs to the longer afternoon."""
    found = teams_on_shift(teams({"hours": "08:30-11:30,13:30-17:00", "break_minutes": 20.0}), shift(8, 18))
    assert [(crew.team_id, crew.window.length_s, crew.break_s) for crew in found] == [
        ("t0", 3 * H, 0),
        ("t0#2", int(3.5 * H), 1200),
    ]


def test_teams_off_duty_are_not_there():
    """Morning hours, evening shift."""
    assert teams_on_shift(teams({"hours": "08:30-11:30"}), shift(20, 24)) == ()


def test_teams_name_their_ring_by_kind_or_by_name():
    """Kind in any case, the name as it is; a ring that is not there, and none, give no area."""
    areas = [shapely.box(0, 0, 9, 9), shapely.box(0, 0, 5, 5)]
    rings = layer("rings", [{"kind": "town", "name": "环城圈"}, {"kind": "core", "name": "内圈"}])
    rings = rings.set_geometry(areas, crs=rings.crs)
    found = with_rings(
        teams_on_shift(teams({"ring": "Core"}, {"ring": "环城圈"}, {"ring": "x"}, {}), shift(20, 24)), rings
    )
    assert [crew.ring_area for crew in found] == [areas[1], areas[0], None, None]


def test_unknown_way_of_moving_is_refused():
    """A boat has no streets."""
    with pytest.raises(InputError):
        teams_on_shift(teams({"mode": "boat"}), shift(20, 24))


def test_settings_survive_the_project_file():
    """To JSON and back, and defaults for what is not there."""
    settings = PlanSettings(key_site_visits=3, fixed_pairs={"a": ("t1", "t2")})
    assert PlanSettings.from_json(settings.to_json()) == settings
    assert PlanSettings.from_json(None) == PlanSettings()


@pytest.mark.parametrize("wrong", [{"no_such": 1}, {"hotspot_gap_s": -1}, {"key_hours": "always"}, {"spread": "much"}])
def test_wrong_settings_are_refused(wrong):
    """Unknown names, negative numbers, unreadable hours, wrong types."""
    with pytest.raises(InputError):
        PlanSettings.from_json(wrong)


def test_midnight_shift_reaches_past_the_day():
    """Key sites of a shift from 22:00 to 06:00 may be visited after midnight."""
    first, _ = site_visits(sites({"kind": "key_site"}), shift(22, 30), SETTINGS)
    assert first.visit.windows[-1].end_s == DAY_S + 6 * H - 600
