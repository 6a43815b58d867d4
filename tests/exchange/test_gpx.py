"""Claims about GPX files: they follow the schema, GDAL reads the same stops, times are real, names stay text."""

from __future__ import annotations

import datetime as dt
import itertools

import pyogrio
import pytest

from patrolmap.errors import InputError
from patrolmap.exchange.gpx import gpx_document
from patrolmap.exchange.walks import lonlat_of
from patrolmap.model.frame import SpatialFrame
from tests.exchange.conftest import attacked, parsed

NS = "{http://www.topografix.com/GPX/1/1}"
# The order of the children, from gpx.xsd (sequences).
POINT = [
    "ele",
    "time",
    "magvar",
    "geoidheight",
    "name",
    "cmt",
    "desc",
    "src",
    "link",
    "sym",
    "type",
    "fix",
    "sat",
    "hdop",
    "vdop",
    "pdop",
    "ageofdgpsdata",
    "dgpsid",
    "extensions",
]
LINE = ["name", "cmt", "desc", "src", "link", "number", "type", "extensions"]
ORDER = {
    "gpx": ["metadata", "wpt", "rte", "trk", "extensions"],
    "metadata": ["name", "desc", "author", "copyright", "link", "time", "keywords", "bounds", "extensions"],
    "wpt": POINT,
    "rtept": POINT,
    "trkpt": POINT,
    "rte": [*LINE, "rtept"],
    "trk": [*LINE, "trkseg"],
    "trkseg": ["trkpt"],
    "extensions": ["{urn:patrolmap:plan:1}facts"],
}


def assert_follows_schema(element):
    """Compare children, their order, and the attributes of points with the schema."""
    tag = element.tag.removeprefix(NS)
    children = [child.tag.removeprefix(NS) for child in element]
    places = [ORDER[tag].index(child) for child in children] if tag in ORDER else []
    assert places == sorted(places)
    assert tag in ORDER or not children
    if tag in {"wpt", "rtept", "trkpt"}:
        assert set(element.attrib) == {"lat", "lon"}
        assert -90 <= float(element.get("lat")) <= 90
        assert -180 <= float(element.get("lon")) < 180
    if tag == "time":
        dt.datetime.strptime(element.text, "%Y-%m-%dT%H:%M:%SZ")
    for child in element:
        assert_follows_schema(child)


def test_it_follows_the_schema(plan, frame):
    """GPX 1.1, every element where the schema's sequence puts it, one rte and trk a busy team."""
    root = parsed(gpx_document(plan, plan.routes, frame))
    assert root.tag == f"{NS}gpx"
    assert (root.get("version"), root.get("creator")) == ("1.1", "patrolmap")
    assert_follows_schema(root)
    assert len(root.findall(f"{NS}rte")) == len(root.findall(f"{NS}trk")) == 2


def test_gdal_reads_the_same_stops(plan, frame, tmp_path):
    """Waypoints and route points come back within 1 cm, named and in order."""
    path = tmp_path / "plan.gpx"
    path.write_bytes(gpx_document(plan, plan.routes, frame))
    stops = [(route, number, stop) for route in plan.routes for number, stop in enumerate(route.stops, start=1)]
    wanted = lonlat_of(frame, [stop.visit.point for _, _, stop in stops])
    for layer in ("waypoints", "route_points"):
        read = pyogrio.read_dataframe(path, layer=layer)
        assert read["name"].tolist() == [f"{route.team_id}-{n} {stop.visit.name}" for route, n, stop in stops]
        assert read["cmt"].tolist() == [stop.visit.visit_id for _, _, stop in stops]
        assert all(a.distance(b) < 1e-7 for a, b in zip(read.geometry, wanted, strict=True))
        local = [moment.tz_convert("Asia/Shanghai").tz_localize(None) for moment in read["time"]]
        assert local == [plan.moment(stop.start_s) for _, _, stop in stops]


def test_the_track_is_the_way_on_the_clock(plan, frame):
    """It leaves and returns when the route does, stands at each stop as long as planned, and time never falls."""
    root = parsed(gpx_document(plan, plan.routes[:1], frame))
    route = plan.routes[0]
    times = [dt.datetime.fromisoformat(time.text) for time in root.iterfind(f".//{NS}trkpt/{NS}time")]
    china = dt.timezone(dt.timedelta(hours=8))
    assert times[0] == plan.moment(route.depart_s).replace(tzinfo=china)
    assert times[-1] == plan.moment(route.end_s).replace(tzinfo=china)
    assert all(a <= b for a, b in itertools.pairwise(times))
    stays = [(b - a).total_seconds() for a, b in itertools.pairwise(times)]
    assert sum(stay == 720 for stay in stays) == len(route.stops)


def test_names_stay_text(plan, frame):
    """Markup in a name is read back letter by letter; control characters, which XML forbids, are left out."""
    hostile = attacked(plan)
    root = parsed(gpx_document(hostile, hostile.routes, frame))
    assert root.find(f"{NS}metadata/{NS}name").text.startswith("<b>&amp;\"'</b>]]><script>")
    assert not root.findall(f".//{NS}script")


def test_a_plane_has_no_gpx(plan):
    """A planar network is refused with a way on."""
    with pytest.raises(InputError, match="plane coordinates"):
        gpx_document(plan, plan.routes, SpatialFrame.planar())
