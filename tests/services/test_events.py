"""Claims about entering events and bringing them to their end, by hand and from the patrol log."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.i18n import set_language
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.events import EventState
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.patrol_log import LogState
from patrolmap.project.store import ProjectStore
from patrolmap.services.event_types import event_types, set_event_type, type_named
from patrolmap.services.events import SaidOfEvent, add_event, advance_event, overdue_events
from patrolmap.services.patrol_log import SaidOfStop, record_stops
from tests.exchange.conftest import on_earth
from tests.helpers.city import METRIC_CRS, city_streets
from tests.sheets.samples import made_plan, made_route

NOW = dt.datetime(2026, 11, 22, 9)
HERE = shapely.Point(450_100, 3_840_000)
FRAME = SpatialFrame("EPSG:4326", METRIC_CRS)


@pytest.fixture
def project(tmp_path):
    with ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=FRAME) as store:
        yield store


def test_an_event_walks_its_whole_way(project):
    """Each step keeps its time and note; each is one undo; after the last none is left."""
    event = add_event(project, SaidOfEvent("street_light", "老街", HERE, note="两盏"), now=NOW)
    assert event.due_at - NOW == dt.timedelta(hours=72)
    walk = ((EventState.ASSIGNED, {"unit": "路灯所"}), (EventState.HANDLED, {}), (EventState.FED_BACK, {}))
    for number, (state, more) in enumerate((*walk, (EventState.RATED, {"rating": 5})), start=1):
        moment = NOW + dt.timedelta(hours=number)
        event = advance_event(project, event.event_id, state, note=f"n{number}", now=moment, **more)
    assert [step.note for step in event.steps] == ["两盏", "n1", "n2", "n3", "n4"]
    assert (event.unit, event.rating, event.next_state) == ("路灯所", 5, None)
    project.undo()
    assert project.events()[0].state is EventState.FED_BACK


def test_a_place_is_found_by_its_words(project):
    """A junction in words becomes its point; words that are not clear are refused."""
    project.apply(InsertRows("streets", city_streets()), Message("streets"))
    event = add_event(project, SaidOfEvent("other", "经2路与纬2街交叉口"), now=NOW)
    assert event.point.distance(shapely.Point(450_200, 3_840_200)) < 1
    with pytest.raises(InputError, match="not clear"):
        add_event(project, SaidOfEvent("other", "没有这条路"), now=NOW)
    with pytest.raises(InputError, match="where"):
        add_event(project, SaidOfEvent("other"), now=NOW)


@pytest.mark.parametrize(
    "wrong", [{"note": "联系13812345678"}, {"type": "nothing"}, {"happened_at": "2026-11-23 10:00"}]
)
def test_what_is_refused(project, wrong):
    """A telephone number, an unknown type and a time to come are refused, and nothing is kept."""
    with pytest.raises(InputError):
        add_event(project, replace(SaidOfEvent("other", "x", HERE), **wrong), now=NOW)
    assert project.events() == ()


def test_types_of_the_office(project):
    """A type is found by its name in any language; the office adds its own and changes hours, each with undo."""
    assert type_named(project, "路灯不亮").key == "street_light"
    set_event_type(project, "共享单车淤积", 6)
    set_event_type(project, "Street light out", 12)
    assert type_named(project, "共享单车淤积").due_hours == 6
    assert event_types(project)["street_light"].due_hours == 12
    project.undo()
    assert event_types(project)["street_light"].due_hours == 72


def test_the_longest_overdue_comes_first(project):
    """Only events past their due time and not handled are listed."""
    for kind in ("street_light", "fire_hazard", "flooding"):
        add_event(project, SaidOfEvent(kind, "x", HERE), now=NOW)
    late = overdue_events(project, NOW + dt.timedelta(hours=13))
    assert [event.type for event in late] == ["fire_hazard", "flooding"]


def test_what_a_patrol_found_becomes_an_event(project):
    """A stop with an event type gives one event at its place, however often it is recorded, in the same undo step."""
    set_language("zh")
    plan = made_plan(on_earth(made_route(4, "T07")))
    project.save_plan(plan, label=Message("plan"))
    for note in ("", "换了两盏"):
        said = SaidOfStop(LogState.DONE, arrived="19:40", left="19:55", event="路灯不亮", note=note)
        record_stops(project, plan, "T07", ["2"], said)
    record_stops(project, plan, "T07", ["3"], SaidOfStop(LogState.DONE, event="新鲜事"))
    lamp, new = project.events()
    stop = plan.routes[0].stops[1]
    assert (lamp.type, lamp.place, lamp.happened_at) == (
        "street_light",
        stop.visit.name,
        dt.datetime(2026, 11, 21, 19, 40),
    )
    assert lamp.point.distance(stop.visit.point) < 0.01
    assert (new.type, new.steps[0].note) == ("other", "新鲜事")
    project.undo()
    assert len(project.events()) == len(project.log_entries(plan.plan_id)) == 1


def test_a_time_with_an_offset_is_brought_to_local_time(project):
    """Half past one in universal time is half past nine here; what only looks like an offset changes nothing."""
    late = NOW + dt.timedelta(hours=2)
    event = add_event(project, SaidOfEvent("other", "x", HERE, happened_at="2026-11-22T01:30:00Z"), now=late)
    assert event.happened_at == dt.datetime(2026, 11, 22, 9, 30)
    event = add_event(project, SaidOfEvent("other", "x", HERE, happened_at="2026-11-22 08:30+08:00"), now=late)
    assert event.happened_at == dt.datetime(2026, 11, 22, 8, 30)


def test_a_place_far_from_the_streets_is_refused(project):
    """Longitude and latitude of zero are a slip, not a place; 10 km off may be meant."""
    project.apply(InsertRows("streets", city_streets()), Message("streets"))
    with pytest.raises(InputError, match="km away"):
        add_event(project, SaidOfEvent("other", "x", shapely.Point(0, 0)), now=NOW)
    assert add_event(project, SaidOfEvent("other", "x", shapely.Point(450_000, 3_830_000)), now=NOW).event_id


@pytest.mark.parametrize("note", ["车主身份证360681199001011234", "报警人：王小明", "赣L·A1234堵住通道"])
def test_persons_in_a_note_are_refused(project, note):
    """A mistyped identity number, a name after its part, and a plate."""
    with pytest.raises(InputError, match="person"):
        add_event(project, SaidOfEvent("other", "x", HERE, note=note), now=NOW)
