"""
The closed loop: plan, print, log four fifths as done, report.

Every number of the Word file is compared with one computed here from the tables of the GeoPackage by sqlite, pandas,
shapely, scipy's distributions and networkx, without any of the program's services.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import sqlite3
from collections import Counter

import docx
import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from scipy import stats

from patrolmap.i18n import set_language
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.events import EventState
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import empty_layer
from patrolmap.model.patrol_log import LogState
from patrolmap.project.store import ProjectStore
from patrolmap.services.events import advance_event
from patrolmap.services.hotspots import HotspotParams, find_hotspots
from patrolmap.services.patrol_log import SaidOfStop, record_stops
from patrolmap.services.planning import plan_shift, shift_at
from patrolmap.services.report import make_report, write_report
from patrolmap.services.sheets import write_sheets
from tests.helpers.city import METRIC_CRS, ORIGIN_XY, city_streets

pytestmark = pytest.mark.slow
STORED = "EPSG:4326"
SIDE = 9
NIGHTS = (dt.date(2026, 11, 18), dt.date(2026, 11, 20))
PERIODS = {
    "day": (dt.date(2026, 11, 20), dt.date(2026, 11, 20)),
    "week": (dt.date(2026, 11, 16), dt.date(2026, 11, 22)),
    "month": (dt.date(2026, 11, 1), dt.date(2026, 11, 22)),
}
NOW = dt.datetime(2026, 11, 27, 9)
KINDS = ("street_light", "fire_hazard", "passage_blocked")


def at(column, row):
    return shapely.Point(ORIGIN_XY[0] + column * 200.0, ORIGIN_XY[1] + row * 200.0)


def square(low, high):
    return shapely.box(*at(low, low).coords[0], *at(high, high).coords[0])


def put(project, name, rows):
    columns = list(empty_layer(name, None).columns)
    frame = gpd.GeoDataFrame([{**dict.fromkeys(columns), **row} for row in rows], columns=columns, geometry="geometry")
    project.apply(InsertRows(name, frame.set_crs(METRIC_CRS).to_crs(STORED)), Message("test"))


def incidents():
    """Two years and a bit of made-up incidents around two junctions, some with intervals, some outside."""
    random = np.random.default_rng(7)
    rows = []
    for category, count, centre in (
        ("盗窃电动车", 500, (3.2, 3.1)),
        ("入室盗窃", 300, (5.4, 5.2)),
        ("抢夺", 60, (4, 6)),
    ):
        for _ in range(count):
            start = dt.datetime(2025, 9, 1) + dt.timedelta(minutes=int(random.integers(0, 447 * 1440)))
            end = start + dt.timedelta(minutes=int(random.integers(0, 300)))
            where = at(*np.clip(np.add(centre, random.normal(0, 0.9, 2)), -1.5, SIDE + 0.5))
            rows.append(
                {"category": category, "time_from": start.isoformat(), "time_to": end.isoformat(), "geometry": where}
            )
    beyond = {"category": "抢夺", "time_from": "2026-11-18T10:00:00", "geometry": at(-1.4, -1.4)}
    return [*rows, beyond, beyond]


def filled(path):
    """Make the project: plan two nights, print, log, and bring events on their way."""
    project = ProjectStore.create(path, name="测试区", frame=SpatialFrame(STORED, METRIC_CRS))
    put(project, "streets", city_streets(SIDE, SIDE).to_dict("records"))
    put(project, "boundary", [{"name": "测试区", "geometry": square(-1, SIDE)}])
    put(
        project,
        "rings",
        [{"kind": "city", "geometry": square(0.5, 7.5)}, {"kind": "core", "geometry": square(2.5, 5.5)}],
    )
    sites = [("k1", "key_site", 4, 4), ("k2", "key_site", 1, 7), ("k3", "key_site", 8, 8), ("p1", "post", 0, 0)]
    sites += [(f"c{row}", "checkpoint", 2.5, row) for row in (3, 4)] + [
        (f"d{row}", "checkpoint", 0.5, row) for row in range(1, 8)
    ]
    put(
        project,
        "sites",
        [
            {"site_id": name, "name": f"点{name}", "kind": kind, "level": 2, "geometry": at(x, y)}
            for name, kind, x, y in sites
        ],
    )
    put(project, "incidents", incidents())
    teams = [
        {"team_id": f"t{k}", "name": f"队{k}", "mode": "walk", "members": 3, "geometry": at(4 * k, 4)} for k in range(3)
    ]
    put(project, "teams", teams)
    find_hotspots(project, HotspotParams(origins=3, methods=("kde",), area_share=0.05))
    for night in NIGHTS:
        plan_shift(project, shift_at(night, "19:00", "22:00"), iterations=40)
    return project


def walked(project, tmp_path):
    random = np.random.default_rng(1)
    for plan_id in project.plan_ids():
        plan = project.plan(plan_id)
        write_sheets(project, plan_id, tmp_path / "sheets")
        for route in plan.routes:
            for number, stop in enumerate(route.stops, start=1):
                if number % 5 == 0:
                    if number % 10 == 0:
                        record_stops(
                            project, plan, route.team_id, [str(number)], SaidOfStop(LogState.SKIPPED, reason="下雨")
                        )
                    continue
                arrived = plan.moment(stop.start_s) + dt.timedelta(minutes=int(random.integers(-5, 18)))
                left = (
                    arrived
                    + dt.timedelta(seconds=stop.leave_s - stop.start_s)
                    - dt.timedelta(minutes=int(random.integers(0, 4)))
                )
                event = KINDS[number % 3] if number % 2 else ""
                said = SaidOfStop(LogState.DONE, f"{arrived:%Y-%m-%d %H:%M}", f"{left:%Y-%m-%d %H:%M}", event=event)
                record_stops(project, plan, route.team_id, [str(number)], said)
    for number, event in enumerate(project.events()):
        if number % 3 == 2:
            continue
        times = iter(range(1, 9))
        steps = (
            (EventState.ASSIGNED, {"unit": "街道"}),
            (EventState.HANDLED, {}),
            (EventState.FED_BACK, {}),
            (EventState.RATED, {"rating": 4}),
        )
        for state, more in steps[: 1 + number % 4]:
            moment = event.steps[0].at + dt.timedelta(hours=3 * next(times))
            advance_event(project, event.event_id, state, now=moment, **more)


class Book:
    """A report as a reader finds it: sentences, and tables by caption."""

    def __init__(self, path):
        book = docx.Document(str(path))
        self.text = "\n".join(p.text for p in book.paragraphs)
        captions = [p.text for p in book.paragraphs if p.style.name == "Caption" and p.text.startswith("Table")]
        tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in book.tables]
        assert len(captions) == len(tables)
        self.tables = {re.sub(r"^Table \d+  ", "", c): t[1:] for c, t in zip(captions, tables, strict=True)}

    def numbers(self, pattern):
        found = re.search(pattern, self.text)
        assert found, pattern
        return tuple(float(one) for one in found.groups())


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Plan, print and log once for the reports of all periods."""
    set_language("en")
    folder = tmp_path_factory.mktemp("loop")
    project = filled(folder / "p.gpkg")
    walked(project, folder)
    project.close()
    return folder


@pytest.fixture(scope="module", params=PERIODS)
def made(done, request):
    set_language("en")
    with ProjectStore.open(done / "p.gpkg", read_only=True) as project:
        report = make_report(project, request.param, PERIODS[request.param][1], now=NOW)
    path = done / f"{request.param}.docx"
    write_report(report, path)
    return Book(path), done / "p.gpkg", report.facts, PERIODS[request.param]


@pytest.fixture
def book(made):
    return made[0]


@pytest.fixture
def path(made):
    return made[1]


@pytest.fixture
def period(made):
    """First and last day of the report."""
    return made[3]


@pytest.fixture
def facts(made):
    """Give the numbers that the charts draw: a picture cannot be read."""
    return made[2]


@pytest.fixture
def table(path):
    raw = sqlite3.connect(path)
    yield lambda query: pd.read_sql_query(query, raw)
    raw.close()


def layer(path, name):
    return pyogrio.read_dataframe(path, layer=name).to_crs(METRIC_CRS)


def middles(rows):
    start = pd.to_datetime(rows["time_from"])
    return start + (pd.to_datetime(rows["time_to"]).fillna(start) - start) / 2


def counted(path):
    """Incidents inside the boundary, with the middle of their intervals."""
    rows = layer(path, "incidents")
    rows["middle"] = middles(rows)
    return rows[rows.within(layer(path, "boundary").union_all())]


def in_days(rows, first, last):
    return rows[(rows["middle"] >= pd.Timestamp(first)) & (rows["middle"] < pd.Timestamp(last) + pd.Timedelta(days=1))]


def change_row(now, before, year):
    """Exact limits by the F distribution and by chi-squared, as textbooks have them."""

    def limits(k):
        return (stats.chi2.ppf(0.025, 2 * k) / 2 if k else 0.0, stats.chi2.ppf(0.975, 2 * k + 2) / 2)

    def ratio(a, b):
        if not b:
            return "–"
        low = a / (b + 1) / stats.f.ppf(0.975, 2 * (b + 1), 2 * a) if a else 0.0
        return f"×{a / b:.2f} ({low:.2f} – {(a + 1) / b * stats.f.ppf(0.975, 2 * (a + 1), 2 * b):.2f})"

    low, high = limits(now)
    return [str(now), f"{low:.1f} – {high:.1f}", str(before), ratio(now, before), str(year), ratio(now, year)]


def test_incidents(book, path, period):
    """Counts, intervals and changes of all, of every category and of every ring."""
    rows = counted(path)
    first, last = period
    length = last - first + dt.timedelta(days=1)
    periods = (period, (first - length, last - length), (first.replace(year=2025), last.replace(year=2025)))
    parts = [in_days(rows, *one) for one in periods]

    def of(choose):
        return change_row(*(len(choose(part)) for part in parts))

    listed = {
        row[0]: [cell.removesuffix(" *") for cell in row[1:]]
        for row in book.tables["Incidents by category, and their change"]
    }
    assert set(listed) == {*rows["category"], "All"}
    for category in set(rows["category"]):
        assert listed[category] == of(lambda part, name=category: part[part["category"] == name])
    assert listed["All"] == of(lambda part: part)
    rings = layer(path, "rings").set_index("kind").geometry
    core = rings["core"]
    in_ring = {"Core ring": core, "City ring": rings["city"].difference(core)}
    for name, *cells in book.tables["Incidents by the innermost ring they lie in"]:
        assert cells == of(lambda part, area=in_ring[name]: part[part.within(area)])
    outside = sum(int(one) for one in re.findall(r"(\d+) more lies? outside", book.text))
    everything = layer(path, "incidents")
    everything["middle"] = middles(everything)
    assert outside == len(in_days(everything, *period)) - len(parts[0])


def test_hotspots(book, path, table, period):
    """Areas, counts, stops done in each, share of hits and PAI; the back-test as it was kept."""
    spots = layer(path, "hotspots").sort_values("rank")
    days, period = period, in_days(counted(path), *period)
    log = table("SELECT plan_id, visit_id, state FROM patrol_log WHERE state = 'done'")
    stops = layer(path, "stops").merge(log, on=["plan_id", "visit_id"])
    stops = stops[stops["plan_id"].isin(plans_of(table, days)["plan_id"])]
    expected = [
        [
            f"{spot.geometry.area / 1e4:.1f}",
            str(spot["incidents"]),
            str(period.intersects(spot.geometry).sum()),
            str(stops.intersects(spot.geometry).sum()),
        ]
        for _, spot in spots.iterrows()
    ]
    assert [[row[2], row[3], row[4], row[7]] for row in book.tables["Hotspots"]] == expected
    union, area = spots.union_all(), layer(path, "boundary").union_all().area
    hits, count, share, pai = book.numbers(
        r"(\d+) of the (\d+) incidents? of the period lies? in them, ([\d.]+) %: a PAI of (\d+\.\d+)"
    )
    caught = period.intersects(union).sum()
    assert (hits, count) == (caught, len(period))
    assert share == pytest.approx(100 * caught / len(period), abs=0.051)
    assert pai == pytest.approx(caught / len(period) / (union.area / area), abs=0.0051)
    kept = json.loads(spots["provenance"].iloc[0])["backtest"]["rows"]
    assert [row[1:] for row in book.tables["Back-test of the hotspots"]] == [
        [
            f"{100 * r['area_share']:.1f} %",
            f"{100 * r['hit_rate']:.1f} %",
            f"{r['pai']:.2f} ({r['pai_low']:.2f} – {r['pai_high']:.2f})",
            f"{r['pei']:.2f}",
        ]
        for r in kept
    ]


def street_net(path):
    """Build the grid as a graph of its junctions, every piece of street an edge with its middle."""
    net = nx.Graph()
    for line in layer(path, "streets").explode().geometry:
        points = [tuple(np.round(xy, 0)) for xy in line.coords]
        for one, two in itertools.pairwise(points):
            net.add_edge(one, two, line=shapely.LineString([one, two]))
    return net


def test_rings(book, path):
    """Crossings, controlled ones and leaks, by a maximum flow of networkx over junctions in and out of each ring."""
    net, rings = street_net(path), layer(path, "rings").set_index("kind").geometry
    sites = layer(path, "sites")
    posts = sites[sites["kind"] == "checkpoint"].geometry
    listed = {row[0]: row[1:] for row in book.tables["Closure of the rings"]}
    for kind, name in (("city", "City ring"), ("core", "Core ring")):
        inside = {node for node in net if rings[kind].contains(shapely.Point(node))}
        crossing = [(a, b) for a, b in net.edges if (a in inside) != (b in inside)]
        guarded = [edge for edge in crossing if posts.distance(net.edges[edge]["line"]).min() < 1]
        flow = nx.Graph((a, b) for a, b in net.edges if (a, b) not in guarded)
        flow.add_nodes_from(net)
        flow.add_edges_from(("out", node) for node in net if node not in inside)
        flow.add_edges_from((node, "in") for node in inside)
        nx.set_edge_attributes(flow, 1, "capacity")
        for node in net:
            flow.edges["out" if node not in inside else "in", node]["capacity"] = 1000
        leaks, _ = nx.maximum_flow(flow, "out", "in")
        assert [int(cell) for cell in listed[name][:3]] == [len(crossing), len(guarded), leaks]
        assert sum(row[0] == name for row in book.tables["Leaks"]) == min(leaks, 12)
        assert int(listed[name][3]) == sum(row[0] == name for row in book.tables["Places for posts"])
        # Each crossing street is a way in by itself, so the fewest posts on streets or junctions are the fewest vertices
        # that cover the crossing streets: as many as the largest matching has (Koenig 1931).
        still_open = [edge for edge in crossing if edge not in guarded]
        fewest = [len(nx.max_weight_matching(nx.Graph(edges))) for edges in (still_open, crossing)]
        assert [int(listed[name][3]), int(listed[name][4])] == fewest
        # With none between, a leak is one piece of street, from the last junction outside to the first inside.
        lengths = {f"{net.edges[edge]['line'].length / 1000:.2f}" for edge in still_open}
        assert {row[3] for row in book.tables["Leaks"] if row[0] == name} <= lengths


def test_coverage(book, path):
    """Sites, junctions, street length and incidents reached by car from the post, by Dijkstra of networkx."""
    net = street_net(path)
    speeds = {"primary": 50.0, "tertiary": 35.0, "residential": 25.0}
    rows = {row[0]: row[1:] for row in book.tables["Reached from the posts"]}
    assert rows["Junctions"][0] == f"{len(net)}"
    assert rows["Street length"][0] == f"{layer(path, 'streets').length.sum() / 1000:,.0f} km"
    assert rows["Incidents of any date"][0] == f"{len(layer(path, 'incidents')):,}"
    assert rows["Sites of every kind"][0] == str(len(layer(path, "sites")))
    for line, highway in layer(path, "streets").explode()[["geometry", "highway"]].itertuples(index=False):
        points = [tuple(np.round(xy, 0)) for xy in line.coords]
        for one, two in itertools.pairwise(points):
            net.edges[one, two]["s"] = 200 / (speeds[highway] / 3.6)
    start = min(net, key=lambda node: shapely.Point(node).distance(at(0, 0)))
    seconds = nx.single_source_dijkstra_path_length(net, start, weight="s")
    for place, minutes in enumerate((1, 3, 5), start=1):
        reached = sum(value <= minutes * 60 for value in seconds.values())
        assert rows["Junctions"][place] == f"{reached} ({100 * reached / len(net):.1f} %)"
        for name, points in (
            ("Incidents of any date", layer(path, "incidents")),
            ("Sites of every kind", layer(path, "sites")),
        ):
            times = [reached_s(net, seconds, point) for point in points.geometry]
            count = sum(value <= minutes * 60 + 0.01 for value in times)
            assert rows[name][place] == f"{count:,} ({100 * count / len(times):.1f} %)"
        metres = sum(
            min(200.0, sum(max(minutes * 60 - seconds[end], 0) * 200 / piece["s"] for end in ends))
            for *ends, piece in net.edges(data=True)
        )
        said = [float(one) for one in re.findall(r"[\d.]+", rows["Street length"][place].replace(",", ""))]
        assert said == pytest.approx([metres / 1000, metres / 10 / (0.2 * net.size())], abs=0.501)
        assert said[1] == pytest.approx(metres / 10 / (0.2 * net.size()), abs=0.051)


def reached_s(net, seconds, point, farthest_m=250.0):
    """Give the time to the nearest place of the streets, by way of either end of its piece; infinite if far off."""
    one, two, piece = min(net.edges(data=True), key=lambda edge: edge[2]["line"].distance(point))
    if piece["line"].distance(point) > farthest_m:
        return np.inf
    share = piece["line"].project(point, normalized=True)
    if piece["line"].coords[0] != one:
        share = 1 - share
    return min(seconds[one] + share * piece["s"], seconds[two] + (1 - share) * piece["s"])


def test_charts(facts, path, period):
    """The months and hours that the charts draw: counts by the middle, intervals spread over their hours (aoristic)."""
    rows = counted(path)
    by_month = Counter(rows["middle"].dt.strftime("%Y-%m"))
    months = [one for one in sorted(by_month) if one <= f"{period[1]:%Y-%m}"][-13:]
    assert [(one.month, one.count) for one in facts.incidents.months] == [(one, by_month[one]) for one in months]
    for one in facts.incidents.months:
        assert one.low == pytest.approx(stats.chi2.ppf(0.025, 2 * one.count) / 2 if one.count else 0.0)
        assert one.high == pytest.approx(stats.chi2.ppf(0.975, 2 * one.count + 2) / 2)
    hours = np.zeros((7, 24))
    inside = in_days(rows, *period)
    for start, end in zip(pd.to_datetime(inside["time_from"]), pd.to_datetime(inside["time_to"]), strict=True):
        minutes = (
            [start] if pd.isna(end) or end <= start else list(pd.date_range(start, end, freq="min", inclusive="left"))
        )
        for minute in minutes:
            hours[minute.weekday(), minute.hour] += 1 / len(minutes)
    assert np.allclose(facts.incidents.hours, hours, atol=1e-6)


def plans_of(table, period):
    """Plans whose shifts begin in the period."""
    plans = table("SELECT * FROM plans ORDER BY start")
    days = plans["start"].str[:10]
    return plans[(days >= period[0].isoformat()) & (days <= period[1].isoformat())]


def test_patrols(book, table, period):
    """Every figure of every shift from the plans' documents and the log's rows."""
    plans, log = plans_of(table, period), table("SELECT * FROM patrol_log")
    log = log[log["plan_id"].isin(plans["plan_id"])]
    expected = []
    for plan in plans.itertuples():
        document = json.loads(plan.document)
        midnight = pd.Timestamp(document["shift"]["date"])
        mine = log[log["plan_id"] == plan.plan_id].set_index("visit_id")
        stops = [stop for route in document["routes"] for stop in route["stops"]]
        done = [
            (stop, mine.loc[stop["visit"]["visit_id"]])
            for stop in stops
            if stop["visit"]["visit_id"] in mine.index and mine.loc[stop["visit"]["visit_id"], "state"] == "done"
        ]
        stays = [
            (pd.Timestamp(row.left_at) - pd.Timestamp(row.arrived_at)).total_seconds()
            >= stop["leave_s"] - stop["start_s"] - 60
            for stop, row in done
        ]
        prompt = [
            midnight + pd.Timedelta(seconds=stop["arrive_s"] - 600)
            <= pd.Timestamp(row.arrived_at)
            <= midnight + pd.Timedelta(seconds=stop["start_s"] + 600)
            for stop, row in done
        ]
        required = [stop["visit"]["required"] for stop in stops]
        expected.append(
            [
                document["shift"]["date"], str(sum(bool(r["stops"]) for r in document["routes"])), str(len(stops)), str(len(done)),
                f"{100 * len(done) / len(stops):.1f} %", str((mine["state"] == "skipped").sum()),
                f"{sum(stop['visit']['required'] for stop, _ in done)}/{sum(required)}", f"{sum(stays)}/{len(stays)}",
                f"{sum(prompt)}/{len(prompt)}", str(len(document["unmet"])),
            ]
        )  # fmt: skip
    assert [[row[0], *row[2:]] for row in book.tables["Shifts, planned and done"]] == expected
    shifts, planned, done, share, skipped, unknown = book.numbers(
        r"Shifts planned: (\d+), with (\d+) stops\. Done: (\d+) \(([\d.]+) %\); skipped: (\d+); without a record: (\d+)"
    )
    assert (shifts, planned, done) == (
        len(expected),
        sum(int(row[2]) for row in expected),
        (log["state"] == "done").sum(),
    )
    assert share == pytest.approx(100 * done / planned, abs=0.051)
    assert share == pytest.approx(80, abs=8)
    assert skipped + unknown == planned - done
    assert skipped == (log["state"] == "skipped").sum()


def test_events(book, table, period):
    """Events by state and type, in time, late and overdue, from their rows."""
    everything = table("SELECT * FROM events")
    rows = everything
    rows = rows[(rows["happened_at"] >= f"{period[0]}") & (rows["happened_at"] < f"{period[1] + dt.timedelta(days=1)}")]
    titles = {
        "received": "Received",
        "assigned": "Assigned",
        "handled": "Handled",
        "fed_back": "Fed back",
        "rated": "Rated",
    }
    states = Counter(rows["state"])
    assert book.tables["Events of the period by state"] == [[title, str(states[key])] for key, title in titles.items()]
    kinds = {"street_light": "Street light out", "fire_hazard": "Fire hazard", "passage_blocked": "Passage blocked"}
    types = Counter(kinds[one] for one in rows["type"])
    assert {name: int(count) for name, count in book.tables["Events of the period by type"]} == dict(types)
    found, prompt, late = book.numbers(
        r"Events found in the period: (\d+); handled in time: (\d+); handled late: (\d+)"
    )
    handled = rows[rows["handled_at"].notna()]
    assert (found, prompt, late) == (
        len(rows),
        (handled["handled_at"] <= handled["due_at"]).sum(),
        (handled["handled_at"] > handled["due_at"]).sum(),
    )
    overdue = everything[everything["handled_at"].isna() & (everything["due_at"] < NOW.isoformat())]
    assert book.numbers(r"Overdue events, of whatever day: (\d+)") == (len(overdue),)
    hours = {row[0]: row[6] for row in book.tables["Overdue events"]}
    assert hours == {
        one.event_id: f"{(NOW - pd.Timestamp(one.due_at)).total_seconds() / 3600:.0f}"
        for one in overdue.sort_values(["due_at", "event_id"]).head(15).itertuples()
    }


def test_every_part_has_its_source(book, table, period):
    """The appendix names a service for each part, and the plans that were counted."""
    sources = {row[0]: row for row in book.tables["Sources"]}
    assert list(sources) == [
        "Incidents", "Hotspots", "Defence rings", "Coverage in 1, 3 and 5 minutes", "Patrols, planned and done", "Events",
        "Proposals for the next period",
    ]  # fmt: skip
    assert all(plan_id in sources["Patrols, planned and done"][2] for plan_id in plans_of(table, period)["plan_id"])
