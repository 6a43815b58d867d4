"""Claims about plans that come back: what was exported as GPX or KML is the same plan after import."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.store import ProjectStore
from patrolmap.services.exporting import export
from patrolmap.services.plan_import import import_plan
from tests.exchange.conftest import on_earth
from tests.sheets.samples import made_plan, made_route


@pytest.fixture
def plan():
    return made_plan(on_earth(made_route(5, "T01")), on_earth(made_route(2, "T02")), on_earth(made_route(9, "T03")))


@pytest.fixture
def projects(tmp_path, plan):
    frame = SpatialFrame.around(109, 34)
    with (
        ProjectStore.create(tmp_path / "a.gpkg", name="甲", frame=frame) as old,
        ProjectStore.create(tmp_path / "b.gpkg", name="乙", frame=frame) as new,
    ):
        old.save_plan(plan, label=Message("plan"))
        yield old, new


def assert_same_leg(back, leg):
    """Within a millimetre per decimal of degrees, the same ends and length; turns word by word."""
    assert (back.length_m, back.travel_s, back.turns) == (leg.length_m, leg.travel_s, leg.turns)
    assert shapely.hausdorff_distance(back.geometry, leg.geometry) < 0.03


def assert_same(back, plan):
    """Shift, teams, order, visits and times are equal, places within 3 cm; leaders are in no file."""
    assert (back.plan_id, back.district, back.shift) == (plan.plan_id, plan.district, plan.shift)
    assert len(back.routes) == len(plan.routes)
    for here, there in zip(back.routes, plan.routes, strict=True):
        plain = {"stops": (), "way_home": None, "start_point": None, "end_point": None, "leader": "", "phone": ""}
        assert replace(here, **plain) == replace(there, **plain)
        for stop, old in zip(here.stops, there.stops, strict=True):
            assert stop.visit.point.distance(old.visit.point) < 0.03
            assert replace(stop.visit, point=None) == replace(old.visit, point=None)
            assert (stop.arrive_s, stop.start_s, stop.leave_s) == (old.arrive_s, old.start_s, old.leave_s)
            assert_same_leg(stop.leg, old.leg)
        assert_same_leg(here.way_home, there.way_home)


@pytest.mark.parametrize("form", ["gpx", "kml"])
def test_the_plan_comes_back(projects, plan, tmp_path, form):
    """Into another project, from one file."""
    old, new = projects
    (path,) = export(old, tmp_path / f"p.{form}", form).files
    import_plan(new, [path])
    assert_same(new.plan(plan.plan_id), plan)


def test_a_file_each_team(projects, plan, tmp_path):
    """The files of all teams are one plan; one team twice is refused."""
    old, new = projects
    files = export(old, tmp_path / "each", "gpx").files
    assert_same(import_plan(new, files), plan)
    with pytest.raises(InputError, match="not of one plan"):
        import_plan(new, [*files, files[0]])


def test_one_team_over_the_plan_it_came_from(projects, plan, tmp_path):
    """The other teams, the leaders and the reasons stay; undo takes the import back."""
    old, _ = projects
    files = export(old, tmp_path / "each", "gpx").files
    back = import_plan(old, files[:1])
    assert [route.team_id for route in back.routes] == ["T01", "T02", "T03"]
    assert back.routes[0].leader == plan.routes[0].leader
    old.undo()
    assert old.plan(plan.plan_id).provenance == plan.provenance


def test_strangers_are_refused(projects, tmp_path):
    """A GPX file of somebody else, a changed one, and one with a document type."""
    old, new = projects
    (path,) = export(old, tmp_path / "p.gpx", "gpx").files
    text = path.read_text("utf-8")
    for changed in (
        '<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="x"><rte/></gpx>',
        text.replace('"times_s"', '"zeiten"'),
        text.replace("<gpx", "<!DOCTYPE gpx [<!ENTITY a 'b'>]><gpx", 1),
        text[: len(text) // 2],
    ):
        path.write_text(changed, "utf-8")
        with pytest.raises(InputError):
            import_plan(new, [path])
