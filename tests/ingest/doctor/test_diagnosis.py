"""The doctor on real streets, with points shifted into each system."""

from __future__ import annotations

from functools import lru_cache

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from patrolmap.ingest.china_offsets import wgs84_to_bd09, wgs84_to_gcj02
from patrolmap.ingest.doctor.evidence import Diagnosis, diagnose
from patrolmap.ingest.doctor.hypotheses import hypotheses
from patrolmap.model.frame import SpatialFrame
from tests.helpers.shared_data import shared_file

TOWNS = ("zhengzhou", "guixi", "shenzhen", "beijing")


class _Town:
    """Streets in metres, and the way between degrees and metres."""

    def __init__(self, name: str) -> None:
        layer = gpd.read_file(shared_file(f"{name}/roads.geojson"))
        self.centre = tuple(np.median(layer.get_coordinates().to_numpy(), axis=0))
        frame = SpatialFrame.around(*self.centre)
        self.streets = layer.to_crs(frame.metric_crs).geometry.to_numpy()
        self._way = pyproj.Transformer.from_crs("EPSG:4326", frame.metric_crs, always_xy=True)

    def metric(self, lonlat: np.ndarray) -> np.ndarray:
        return np.column_stack(self._way.transform(lonlat[:, 0], lonlat[:, 1]))

    def points(self, count: int, noise_m: float, seed: int) -> np.ndarray:
        """Draw points beside the streets, WGS 84."""
        rng = np.random.default_rng(seed)
        length = shapely.length(self.streets)
        street = rng.choice(len(length), count, p=length / length.sum())
        at = shapely.line_interpolate_point(self.streets[street], rng.uniform(size=count), normalized=True)
        xy = shapely.get_coordinates(at) + rng.normal(0, noise_m, (count, 2))
        return np.column_stack(self._way.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))

    def examine(self, numbers: np.ndarray) -> Diagnosis:
        return diagnose(hypotheses(numbers, self.centre), self.streets, self.metric)


@lru_cache
def _town(name: str) -> _Town:
    return _Town(name)


def _written(lonlat: np.ndarray, system: str) -> tuple[np.ndarray, str]:
    """Write WGS 84 points in a system; also what import must be told."""
    if system in {"gcj02", "bd09"}:
        return (wgs84_to_gcj02 if system == "gcj02" else wgs84_to_bd09)(lonlat), system
    if system == "wgs84":
        return lonlat, system
    zone = round(float(lonlat[:, 0].mean()) / 3)
    code = 4513 + zone - 25 if system == "zone" else 4534 + zone - 25
    way = pyproj.Transformer.from_crs("EPSG:4326", code, always_xy=True)
    xy = np.column_stack(way.transform(lonlat[:, 0], lonlat[:, 1]))
    return (xy[:, ::-1] if system == "north first" else xy), f"EPSG:{code}"


@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize("system", ["wgs84", "gcj02", "bd09", "meridian", "zone", "north first"])
@pytest.mark.parametrize("count", [50, 200])
def test_systems_are_named(town: str, system: str, count: int) -> None:
    """Points within some 30 m of streets: the right system is named, and its places are the truth within 0.5 m."""
    here = _town(town)
    truth = here.points(count, 30.0, seed=count)
    numbers, code = _written(truth, system)
    advice = here.examine(numbers).advice
    assert advice is not None
    assert advice.hypothesis.crs == code
    assert np.hypot(*(here.metric(advice.hypothesis.lonlat) - here.metric(truth)).T).max() < 0.5


@pytest.mark.parametrize("town", TOWNS)
def test_points_anywhere(town: str) -> None:
    """Points strewn without regard to streets get no advice."""
    here = _town(town)
    rng = np.random.default_rng(4)
    low, high = shapely.total_bounds(here.streets)[:2], shapely.total_bounds(here.streets)[2:]
    xy = rng.uniform(low, high, (200, 2))
    lonlat = np.column_stack(here._way.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
    assert here.examine(lonlat).advice is None


@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize("bearing", [0.6, 2.5, 4.4])
def test_an_unknown_system(town: str, bearing: float) -> None:
    """Points shifted by 120 m, as of an old datum, get no advice: a shift that is no system fits better."""
    here = _town(town)
    shift = np.array([0.0013 * np.sin(bearing), 0.0011 * np.cos(bearing)])
    assert here.examine(here.points(200, 10.0, seed=3) + shift).advice is None


def test_few_points() -> None:
    """Fewer than 20 points are too few."""
    here = _town("zhengzhou")
    diagnosis = here.examine(here.points(15, 5.0, seed=1))
    assert diagnosis.advice is None
    assert "too few" in str(diagnosis.reasons[0])


def test_the_four_figures() -> None:
    """Degrees give WGS 84, CGCS2000, GCJ-02 and BD-09; the first two are one place."""
    here = _town("guixi")
    evidence = here.examine(here.points(60, 5.0, seed=1)).evidence
    assert [one.hypothesis.crs for one in evidence] == ["wgs84", "EPSG:4490", "gcj02", "bd09"]
    assert evidence[1].hypothesis.same_as == "wgs84"
    assert evidence[0].lower_m <= evidence[0].median_m <= evidence[0].upper_m
    assert evidence[0].median_m < min(evidence[2].median_m, evidence[3].median_m)


def test_numbers_from_elsewhere() -> None:
    """Numbers that no system puts near the streets have no evidence."""
    diagnosis = _town("guixi").examine(np.full((50, 2), 12.0))
    assert diagnosis.evidence == ()
    assert diagnosis.advice is None


@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize("system", ["wgs84", "gcj02"])
def test_sites_set_back_from_the_street(town: str, system: str) -> None:
    """Sites 30 to 60 m from any street lie no nearer to streets than the middle of a block does, but evenly: named all the same."""
    here = _town(town)
    rng = np.random.default_rng(8)
    tree, low, high = shapely.STRtree(here.streets), *np.array(shapely.total_bounds(here.streets)).reshape(2, 2)
    xy = rng.uniform(low, high, (6000, 2))
    away_m = tree.query_nearest(shapely.points(xy), all_matches=False, return_distance=True)[1]
    xy = xy[(away_m >= 30) & (away_m <= 60)][:80]
    truth = np.column_stack(here._way.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
    advice = here.examine(_written(truth, system)[0]).advice
    assert advice is not None
    assert advice.hypothesis.crs == system
