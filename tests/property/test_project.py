"""Plans survive JSON exactly; any sequence of edits can be undone to any point; geometry survives its blobs."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolmap.messages import Message
from patrolmap.model.edits import Compound, DeleteRows, Edit, InsertRows, SetSetting, UpdateRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.kinds import ShiftMode, TravelMode
from patrolmap.model.message_json import message_from_json, message_to_json
from patrolmap.model.plan import Leg, PatrolPlan, Provenance, Route, Stop, Turn, UnmetVisit, Visit
from patrolmap.model.plan_json import from_dict, to_dict
from patrolmap.model.schedule import Shift, TimeWindow
from patrolmap.project import geometry
from patrolmap.project.check import examine
from patrolmap.project.runs import fid_ranges
from patrolmap.project.store import ProjectStore

TEXT = st.text(max_size=12)
SECONDS = st.integers(0, 200_000)
METRES = st.floats(-1e7, 1e7)
LENGTHS = st.floats(0, 1e12) | st.just(math.inf)
POINTS = st.builds(shapely.Point, METRES, METRES)
LINES = st.lists(st.tuples(METRES, METRES), min_size=2, max_size=5).map(shapely.LineString)
WINDOWS = st.tuples(SECONDS, SECONDS).map(lambda pair: TimeWindow(min(pair), max(pair)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
MESSAGES = st.recursive(
    st.builds(Message, TEXT, st.dictionaries(TEXT, VALUES, max_size=3)),
    lambda inner: st.builds(Message, TEXT, st.dictionaries(TEXT, inner, max_size=2)),
    max_leaves=3,
)
PLAIN = st.recursive(st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT, st.lists)
VISITS = st.builds(
    Visit, TEXT, TEXT, TEXT, TEXT, POINTS, st.lists(WINDOWS, max_size=2).map(tuple), SECONDS, st.booleans(),
    LENGTHS, TEXT, st.integers(1, 9),
)  # fmt: skip
LEGS = st.builds(
    Leg, LINES, LENGTHS, LENGTHS, st.lists(st.builds(Turn, TEXT, TEXT, LENGTHS, METRES), max_size=2).map(tuple)
)
STOPS = st.builds(Stop, VISITS, SECONDS, SECONDS, SECONDS, LEGS, st.booleans())
ROUTES = st.builds(
    Route, TEXT, TEXT, TEXT, TEXT, st.integers(0, 9), st.sampled_from(TravelMode), POINTS, POINTS, SECONDS, SECONDS,
    st.lists(STOPS, max_size=2).map(tuple), st.none() | LEGS, SECONDS, st.none() | SECONDS, TEXT,
    TEXT, TEXT,
)  # fmt: skip
UNMET = st.builds(UnmetVisit, VISITS, MESSAGES, st.none() | MESSAGES, TEXT, LENGTHS)
PROVENANCE = st.builds(
    Provenance,
    TEXT,
    TEXT,
    TEXT,
    st.dictionaries(TEXT, PLAIN, max_size=2),
    st.integers(),
    st.dictionaries(TEXT, TEXT, max_size=2),
)
SHIFTS = st.builds(Shift, TEXT, TEXT, st.dates(), WINDOWS, st.sampled_from(ShiftMode))
PLANS = st.builds(
    PatrolPlan, TEXT, TEXT, SHIFTS, st.lists(ROUTES, max_size=2).map(tuple), st.lists(UNMET, max_size=2).map(tuple),
    PROVENANCE, st.booleans(), st.lists(MESSAGES, max_size=2).map(tuple),
)  # fmt: skip


@settings(max_examples=40)
@given(PLANS)
def test_a_plan_survives_json_exactly(plan: PatrolPlan) -> None:
    """Through text and back it is equal, to the last bit of each coordinate and each infinite length."""
    text = json.dumps(to_dict(plan), allow_nan=False)
    assert from_dict(json.loads(text)) == plan


@settings(max_examples=100)
@given(MESSAGES)
def test_a_message_survives_json_exactly(message: Message) -> None:
    """Nested messages, lists, dicts and infinite numbers come back as what they were."""
    assert message_from_json(json.loads(json.dumps(message_to_json(message), allow_nan=False))) == message


GEOMETRIES = st.one_of(
    st.none(),
    POINTS,
    LINES,
    st.just(shapely.Point()),
    st.just(shapely.LineString()),
    st.just(shapely.MultiPolygon()),
    st.lists(LINES, min_size=1, max_size=3).map(shapely.MultiLineString),
    st.tuples(METRES, METRES).map(lambda xy: shapely.box(*xy, xy[0] + 1, xy[1] + 2)),
)


@settings(max_examples=100)
@given(st.lists(GEOMETRIES, max_size=6), st.integers(-1, 32767))
def test_geometry_survives_its_blobs(shapes: list[shapely.Geometry | None], srs: int) -> None:
    """What is decoded is what was encoded; the header names the system; envelopes are the bounds."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    blobs = geometry.encode(array, srs)
    for shape, blob, back in zip(shapes, blobs, geometry.decode(blobs), strict=True):
        if shape is None:
            assert blob is None
            assert back is None
            continue
        assert blob is not None
        assert shapely.equals_exact(back, shape, 0.0)
        assert int.from_bytes(blob[4:8], "little", signed=True) == srs
        if blob[3] & 0b10:
            min_x, max_x, min_y, max_y = np.frombuffer(blob[8:40], dtype="<f8")
            assert (min_x, min_y, max_x, max_y) == shape.bounds


@given(st.lists(st.integers(1, 60)))
def test_runs_hold_the_fids_and_nothing_else(fids: list[int]) -> None:
    """Runs are ascending, apart from each other, and cover exactly the fids."""
    runs = fid_ranges(fids)
    assert [fid for first, last in runs for fid in range(first, last + 1)] == sorted(set(fids))
    assert all(last + 1 < first for (_, last), (first, _) in itertools.pairwise(runs))


def _rows(numbers: list[int]) -> gpd.GeoDataFrame:
    points = shapely.points([(113 + n / 1000, 34 + n / 500) for n in numbers]) if numbers else np.empty(0, dtype=object)
    rows = {"category": [f"c{n}" for n in numbers], "time_from": ["2026-01-01T00:00:00"] * len(numbers)}
    return gpd.GeoDataFrame(rows, geometry=points, crs="EPSG:4326")


def _edit(project: ProjectStore, draw: st.DataObject) -> Edit:
    there = project.layer("incidents").index.tolist()
    some = draw.draw(st.lists(st.sampled_from(there), unique=True)) if there else []
    kind = draw.draw(st.sampled_from(["insert", "delete", "update", "move", "set", "both"]))
    numbers = draw.draw(st.lists(st.integers(0, 999), min_size=len(some), max_size=len(some)))
    index = pd.Index(some, name="fid", dtype="int64")
    if kind == "insert":
        return InsertRows("incidents", _rows(draw.draw(st.lists(st.integers(0, 999), max_size=4))))
    if kind == "delete":
        return DeleteRows("incidents", tuple(some))
    if kind == "update":
        return UpdateRows("incidents", pd.DataFrame({"category": [f"u{n}" for n in numbers]}, index=index))
    if kind == "move":
        return UpdateRows("incidents", _rows(numbers)[["geometry"]].set_axis(index))
    if kind == "set":
        return SetSetting("k", draw.draw(st.none() | st.integers() | st.lists(TEXT, max_size=2)))
    return Compound((InsertRows("incidents", _rows([1, 2])), DeleteRows("incidents", tuple(some)), SetSetting("k", 1)))


@settings(max_examples=12)
@given(st.data())
def test_any_edits_can_be_undone_to_any_point_and_redone(draw: st.DataObject) -> None:
    """After any edits, each undo gives the state before, each redo the state after, fids and index included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        with ProjectStore.create(path, name="a", frame=SpatialFrame.around(113, 34)) as project:
            states = [_state(project)]
            for _ in range(draw.draw(st.integers(1, 5))):
                project.apply(_edit(project, draw), Message("edit"))
                states.append(_state(project))
        with ProjectStore.open(path) as project:
            for state in states[-2::-1]:
                assert project.undo() == Message("edit")
                assert _state(project) == state
            assert project.undo() is None
            for state in states[1:]:
                assert project.redo() == Message("edit")
                assert _state(project) == state
            assert project.redo() is None
            assert examine(project._opened.connection).findings == ()


def _state(project: ProjectStore) -> tuple[object, ...]:
    layer = project.layer("incidents")
    shapes = shapely.to_wkb(layer.geometry.to_numpy()).tolist()
    return layer.index.tolist(), layer["category"].tolist(), shapes, project.setting("k")


def test_dates_of_a_shift_are_kept() -> None:
    """A leap day and a window past midnight."""
    shift = Shift("s", "夜班", dt.date(2028, 2, 29), TimeWindow(79_200, 108_000), ShiftMode.HEIGHTENED)
    plan = PatrolPlan("p", "d", shift, (), (), Provenance("0", "2028-02-29T20:00:00+08:00", "m"))
    assert from_dict(json.loads(json.dumps(to_dict(plan)))).shift == shift
