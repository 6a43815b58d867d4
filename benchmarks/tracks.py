"""Simulated walks on real streets: how many visited stops a GPX track tells of, and how many of those it tells are false.

python -m benchmarks.tracks STREETS.geojson [STREETS.geojson ...] [--walks 200] [--seed 1]

A route of 6 to 12 stops within 450 m, one in seven of them at an earlier place again, is walked along the streets, each at its own pace
(0.8 to 1.2 of the plan's), with stops at lights of 15 to 60 s; a fifth of the stops is left out: half of them passed, half avoided by the
shortest way to the next. Stays last 0.6 to 1.3 of the planned 2 to 12 minutes. The receiver has white noise, or half of its variance drifts with a time constant of 60 s.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from patrolmap.model.kinds import TravelMode
from patrolmap.model.plan import Leg, Route, Stop, Visit
from patrolmap.model.schedule import TimeWindow
from patrolmap.model.stays import Track, found_stays
from patrolmap.streets.attach import attach
from patrolmap.streets.build import build_graph
from patrolmap.streets.paths import legs_for_routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph

SPEED_MPS = 1.2
_AGAIN = 0.15
_DWELLS_MIN = (2, 3, 5, 8, 12)
START_S = 19 * 3600
CASES = [
    (5.0, 5.0, 0),
    (10.0, 1.0, 2),
    (10.0, 5.0, 2),
    (10.0, 15.0, 2),
    (10.0, 30.0, 2),
    (15.0, 5.0, 2),
    (10.0, 5.0, 5),
]
"""Noise in metres on each axis, seconds between moments, gaps of two minutes."""


@dataclass(frozen=True)
class Sky:
    """How a receiver sees."""

    noise_m: float
    beat_s: float
    gaps: int
    drifts: bool


def main() -> None:
    """Walk in every network under every sky, and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("streets", nargs="+")
    parser.add_argument("--walks", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name in options.streets:
        lines = gpd.read_file(name)
        graph = build_graph(lines.to_crs(lines.estimate_utm_crs()).rename(columns={"layer": "level"})).graph
        rng = np.random.default_rng(options.seed)
        routes = list(itertools.islice(_routes(graph, rng), options.walks))
        print(f"{name}: {len(routes)} walks, {sum(len(route.stops) for route, _ in routes)} stops")
        for drifts in (False, True):
            for case in CASES:
                _print(routes, Sky(*case, drifts), options.seed)


def _print(routes: list[tuple[Route, dict[tuple[int, int], NDArray[np.float64]]]], sky: Sky, seed: int) -> None:
    rng = np.random.default_rng(seed + 1000)
    real = found = false = 0
    began = time.process_time()
    for route, ways in routes:
        track, truth = _walked(route, ways, sky, rng)
        place = {stop.visit.visit_id: shapely.to_wkt(stop.visit.point) for stop in route.stops}
        # Which of two rounds past one place was left out is in no track: places are counted, as often as they were visited.
        seen = Counter(place[stay.visit_id] for stay in found_stays(route, track))
        true = Counter(place[visit_id] for visit_id in truth)
        real, found = real + true.total(), found + (seen & true).total()
        false += (seen - true).total()
    print(
        f"  noise {sky.noise_m:2.0f} m{' drifting' if sky.drifts else '':9s} every {sky.beat_s:2.0f} s, {sky.gaps} gaps: "
        f"{100 * found / real:5.1f} % found, {100 * false / max(found + false, 1):4.1f} % of those found false "
        f"({time.process_time() - began:.1f} s)"
    )


def _routes(
    graph: StreetGraph, rng: np.random.Generator
) -> Iterator[tuple[Route, dict[tuple[int, int], NDArray[np.float64]]]]:
    while True:
        made = _route(graph, rng)
        if made is not None:
            yield made


def _route(
    graph: StreetGraph, rng: np.random.Generator
) -> tuple[Route, dict[tuple[int, int], NDArray[np.float64]]] | None:
    """Make a route at places within 1,200 m of each other, with the ways between any two of its stops."""
    main_part = np.flatnonzero(graph.component == 0)
    centre = graph.node_xy[rng.choice(main_part)]
    near = shapely.clip_by_rect(shapely.MultiLineString(list(graph.edge_geometry)), *(centre - 450), *(centre + 450))
    count = int(rng.integers(6, 13))
    on_street = shapely.line_interpolate_point(
        rng.choice(shapely.get_parts(near), count + 1), rng.random(count + 1), normalized=True
    )
    xy = shapely.get_coordinates(on_street) + rng.uniform(-15, 15, (count + 1, 2))
    for number in range(3, count + 1):
        if rng.random() < _AGAIN:
            xy[number] = xy[rng.integers(1, number - 1)]
    places = attach(graph, xy, mode=TravelMode.WALK)
    pairs = list(itertools.combinations(range(count + 1), 2))
    if not np.all(places.attached):
        return None
    paths = legs_for_routes(graph, places, pairs, TravelMode.WALK)
    if any(path is None for path in paths):
        return None
    ways = {
        pair: shapely.get_coordinates(path.geometry)
        for pair, path in zip(pairs, paths, strict=True)
        if path is not None
    }
    return _planned(ways, xy, rng), ways


def _planned(
    ways: dict[tuple[int, int], NDArray[np.float64]], places_xy: NDArray[np.float64], rng: np.random.Generator
) -> Route:
    now_s, stops = float(START_S), []
    for number in range(1, len(places_xy)):
        line = shapely.LineString(ways[number - 1, number])
        dwell_s = int(rng.choice(_DWELLS_MIN)) * 60
        leg = Leg(line, line.length, line.length / SPEED_MPS)
        arrive_s = round(now_s + leg.travel_s)
        point = shapely.Point(places_xy[number])
        window = (TimeWindow(START_S, START_S + 8 * 3600),)
        visit = Visit(f"V{number}", f"P{number}", "request", f"P{number}", point, window, dwell_s, False, 1.0)
        stops.append(Stop(visit, arrive_s, arrive_s, arrive_s + dwell_s, leg))
        now_s = arrive_s + dwell_s
    start = shapely.Point(stops[0].leg.geometry.coords[0])
    return Route(
        "T", "T", "", "", 4, TravelMode.WALK, start, stops[-1].visit.point, START_S, round(now_s), tuple(stops), None
    )


def _walked(
    route: Route, ways: dict[tuple[int, int], NDArray[np.float64]], sky: Sky, rng: np.random.Generator
) -> tuple[Track, set[str]]:
    pace = SPEED_MPS * rng.uniform(0.8, 1.2)
    fate = rng.random(len(route.stops))
    now_s, at, truth = float(START_S) + rng.uniform(-300, 300), 0, set()
    xy, seconds = [ways[0, 1][0]], [now_s]
    for number, stop in enumerate(route.stops, start=1):
        if fate[number - 1] < 0.1 and number < len(route.stops):
            continue
        for here, there in itertools.pairwise(ways[at, number]):
            now_s += float(np.hypot(*(there - here))) / pace
            xy.append(there)
            seconds.append(now_s)
            if rng.random() < 0.05:
                now_s += rng.uniform(15, 60)
                xy.append(there)
                seconds.append(now_s)
        at = number
        if fate[number - 1] >= 0.2:
            truth.add(stop.visit.visit_id)
            stand = _stand(stop, rng)
            now_s += 5.0
            xy.append(stand)
            seconds.append(now_s)
            now_s += stop.visit.dwell_s * rng.uniform(0.6, 1.3)
            xy.append(stand)
            seconds.append(now_s)
    return _received(np.array(xy), np.array(seconds), sky, rng), truth


def _stand(stop: Stop, rng: np.random.Generator) -> NDArray[np.float64]:
    """Stand somewhere between the street and the place."""
    street, place = shapely.get_coordinates(stop.leg.geometry)[-1], shapely.get_coordinates(stop.visit.point)[0]
    stand: NDArray[np.float64] = street + rng.random() * (place - street)
    return stand


def _received(xy: NDArray[np.float64], seconds: NDArray[np.float64], sky: Sky, rng: np.random.Generator) -> Track:
    beats = np.arange(seconds[0], seconds[-1], sky.beat_s)
    exact = np.column_stack([np.interp(beats, seconds, xy[:, axis]) for axis in (0, 1)])
    white = rng.normal(0, sky.noise_m, exact.shape)
    if sky.drifts:
        keep, drift = np.exp(-sky.beat_s / 60), rng.normal(0, sky.noise_m, exact.shape)
        for number in range(1, len(drift)):
            drift[number] = keep * drift[number - 1] + np.sqrt(1 - keep**2) * drift[number]
        white = (white + drift) / np.sqrt(2)
    kept = np.ones(len(beats), dtype=bool)
    for begin in rng.uniform(beats[0], beats[-1], sky.gaps):
        kept &= ~((beats > begin) & (beats < begin + 120))
    return Track((exact + white)[kept], beats[kept])


if __name__ == "__main__":
    main()
