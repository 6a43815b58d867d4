from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy.stats import norm

from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.lixels import cut_lixels
from patrolmap.hotspots.network_density import NetworkKde, network_density
from patrolmap.progress import CancelledError
from patrolmap.streets.attach import attach
from patrolmap.streets.build import build_graph
from tests.helpers.city import METRIC_CRS, city_graph, junction_xy
from tests.helpers.shared_data import shared_file
from tests.hotspots.samples import incidents_at

BANDWIDTH_M = 300.0
SIGMA_M = BANDWIDTH_M / 7**0.5


def streets(*lines):
    frame = gpd.GeoDataFrame(
        {"name": [f"路{k}" for k in range(len(lines))], "highway": "residential", "oneway": None},
        geometry=[shapely.LineString(line) for line in lines],
        crs=METRIC_CRS,
    )
    return build_graph(frame.rename_axis("fid").set_index(frame.index + 1)).graph


def spread(graph, xy, *, length_m=5.0):
    """Return lixels and the density of one incident."""
    lixels = cut_lixels(graph, length_m)
    piece = lixels.at(attach(graph, np.atleast_2d(np.asarray(xy, dtype=float))))
    return lixels, network_density(lixels, np.bincount(piece, minlength=len(lixels)).astype(float), BANDWIDTH_M)


def star(branches):
    angles = np.linspace(0, 2 * np.pi, branches, endpoint=False)
    return streets(*([(0, 0), (1500 * np.cos(angle), 1500 * np.sin(angle))] for angle in angles))


def on_branch(lixels, density, place, distance_m):
    """Density at a distance from the middle of a star, on the branch towards `place`."""
    target = np.asarray(place) / np.hypot(*place) * distance_m
    return density[np.argmin(np.hypot(*(lixels.middle_xy - target).T))]


def test_on_one_street_density_is_the_normal_law() -> None:
    """Far from junctions and ends, density along the street is Gaussian with deviation h/√7."""
    lixels, density = spread(streets([(0, 0), (3000, 0)]), (1502.5, 0))
    x = lixels.middle_xy[:, 0]
    np.testing.assert_allclose(density, norm.pdf(x, 1502.5, SIGMA_M), atol=0.03 * norm.pdf(0, 0, SIGMA_M))
    mass = density * lixels.length_m
    assert np.sqrt((mass * (x - 1502.5) ** 2).sum()) == pytest.approx(SIGMA_M, rel=1e-3)


@pytest.mark.parametrize("branches", [3, 4, 5])
def test_junctions_split_as_the_equal_split_continuous_kernel(branches: int) -> None:
    """Beyond a junction of n streets 2/n of the kernel goes on in each; (n − 2)/n is turned back with a minus."""
    lixels, density = spread(star(branches), (102.5, 0))
    ahead = (1500 * np.cos(2 * np.pi / branches), 1500 * np.sin(2 * np.pi / branches))
    peak = norm.pdf(0, 0, SIGMA_M)
    for distance_m in (52.5, 152.5, 252.5):
        beyond = 2 / branches * norm.pdf(distance_m + 102.5, 0, SIGMA_M)
        before = norm.pdf(distance_m - 102.5, 0, SIGMA_M) - (branches - 2) / branches * norm.pdf(
            distance_m + 102.5, 0, SIGMA_M
        )
        assert on_branch(lixels, density, ahead, distance_m) == pytest.approx(beyond, abs=0.03 * peak)
        assert on_branch(lixels, density, (1, 0), distance_m) == pytest.approx(before, abs=0.03 * peak)


def test_a_dead_end_turns_density_back() -> None:
    """At the end of a street an incident there has twice the density of one in the middle."""
    lixels, density = spread(streets([(0, 0), (3000, 0)]), (2.0, 0))
    assert density.max() == pytest.approx(2 * norm.pdf(0, 0, SIGMA_M), rel=0.04)
    assert (density * lixels.length_m).sum() == pytest.approx(1.0)


def test_density_integrates_to_the_count_of_each_part() -> None:
    """Nothing is lost or moved between parts that do not connect, with short edges, loops and one-way streets."""
    graph = streets([(0, 0), (400, 0), (400, 300), (0, 0)], [(400, 0), (430, 0)], [(5000, 0), (5200, 0)])
    lixels = cut_lixels(graph, 20.0)
    counts = np.random.default_rng(1).integers(0, 3, len(lixels)).astype(float)
    mass = network_density(lixels, counts, 500.0) * lixels.length_m
    part = graph.component[graph.edge_u][lixels.edge]
    for number in np.unique(part):
        assert mass[part == number].sum() == pytest.approx(counts[part == number].sum())
    assert (mass >= 0).all()


def test_density_does_not_cross_between_parallel_streets() -> None:
    """Thirty metres away as the crow flies but not joined: nothing arrives, unlike over the plane."""
    lixels, density = spread(streets([(0, 0), (800, 0)], [(0, 30), (800, 30)]), (400, 0))
    assert density[lixels.middle_xy[:, 1] > 15].max() == pytest.approx(0.0, abs=1e-12)


def test_finer_pieces_agree() -> None:
    """Pieces of 25 m and of 5 m give the same mass within cells of 200 m to a few hundredths."""
    graph = city_graph(6, 6)
    place = np.add(junction_xy(2, 3), (40.0, 0))
    grid = StudyGrid.over(shapely.box(*junction_xy(0, 0), *junction_xy(5, 5)).buffer(100), 200.0)
    found = []
    for length_m in (25.0, 5.0):
        lixels, density = spread(graph, place, length_m=length_m)
        found.append(grid.counts(lixels.middle_xy, density * lixels.length_m))
    np.testing.assert_allclose(*found, atol=0.02)


def test_scores_of_a_grid_sum_to_the_incidents_on_streets() -> None:
    """Incidents too far from every street are left out; the rest is all there."""
    graph = city_graph(6, 6)
    grid = StudyGrid.over(shapely.box(*junction_xy(0, 0), *junction_xy(5, 5)).buffer(400), 100.0)
    incidents = incidents_at([np.add(junction_xy(2, 2), (30, 10)), junction_xy(4, 1), np.add(junction_xy(0, 0), -390)])
    scores = NetworkKde(cut_lixels(graph), 200.0).scores(grid, incidents, np.datetime64("2026-02-01"), 30)
    assert scores.sum() == pytest.approx(2.0)
    empty = incidents_at(np.empty((0, 2)))
    assert not NetworkKde(cut_lixels(graph), 200.0).scores(grid, empty, np.datetime64("2026-02-01"), 30).any()


def test_pieces_hold_their_places() -> None:
    """The piece of an attached point is the one whose middle is at most half a piece away."""
    graph = city_graph(4, 4)
    lixels = cut_lixels(graph, 30.0)
    xy = np.array(junction_xy(0, 0)) + np.random.default_rng(3).uniform(0, 600, (60, 2))
    places = attach(graph, xy)
    gap = np.hypot(*(lixels.middle_xy[lixels.at(places)] - places.xy).T)
    assert (gap <= lixels.length_m[lixels.at(places)] / 2 + 1e-6).all()
    assert lixels.length_m.sum() == pytest.approx(graph.edge_length_m.sum())
    assert lixels.length_m.max() <= 30.0


def test_places_asked_for_again_are_remembered() -> None:
    """Asking in parts, in any order and with repeats gives the same pieces as asking once."""
    lixels = cut_lixels(city_graph(4, 4), 30.0)
    xy = np.array(junction_xy(0, 0)) + np.random.default_rng(4).uniform(-400, 900, (80, 2))
    once = lixels.at(attach(lixels.graph, xy))
    order = np.random.default_rng(5).integers(0, 80, 200)
    np.testing.assert_array_equal(lixels.locator.pieces(xy[:30]), once[:30])
    np.testing.assert_array_equal(lixels.locator.pieces(xy[order]), once[order])
    assert (once == -1).any()


def test_cancel_is_heard() -> None:
    """The user's wish to stop is heard."""
    lixels = cut_lixels(city_graph(3, 3))
    with pytest.raises(CancelledError):
        network_density(lixels, np.ones(len(lixels)), 200.0, cancel=lambda: True)


def test_a_real_city_keeps_every_accident() -> None:
    """Montreal, 16,188 segments: accidents on streets are all in the density."""
    layer = gpd.read_file(shared_file("montreal/streets_all.geojson")).to_crs(32188)
    points = gpd.read_file(shared_file("montreal/bike_accidents.geojson")).to_crs(32188)
    graph = build_graph(layer.rename_axis("fid").set_index(layer.index + 1)).graph
    lixels = cut_lixels(graph)
    piece = lixels.at(attach(graph, np.c_[points.geometry.x, points.geometry.y]))
    counts = np.bincount(piece[piece >= 0], minlength=len(lixels)).astype(float)
    density = network_density(lixels, counts, 300.0)
    assert (density * lixels.length_m).sum() == pytest.approx((piece >= 0).sum())
    assert (piece >= 0).sum() > 340
