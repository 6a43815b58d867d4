"""GCJ-02 and BD-09 against published values, and their inverses against themselves."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.ingest.china_offsets import bd09_to_wgs84, gcj02_to_wgs84, in_china, wgs84_to_bd09, wgs84_to_gcj02

_METRES_PER_DEGREE = 111_320.0


def _places() -> np.ndarray:
    rng = np.random.default_rng(20)
    return np.column_stack([rng.uniform(73.0, 135.0, 20_000), rng.uniform(18.0, 53.0, 20_000)])


def test_published_gcj02_value() -> None:
    """The test value of the published reimplementations comes out to the last digit."""
    shifted = wgs84_to_gcj02(np.array([[121.5272106, 31.1774276]]))
    assert shifted[0] == pytest.approx([121.531541859215, 31.17530398364597], abs=1e-12)


def test_published_bd09_value() -> None:
    """Beijing railway station: BD-09 (116.43351, 39.90851) is GCJ-02 (116.42703, 39.90245), both to five digits."""
    wgs84 = bd09_to_wgs84(np.array([[116.43351, 39.90851]]))
    assert wgs84_to_gcj02(wgs84)[0] == pytest.approx([116.42703, 39.90245], abs=2e-5)


@pytest.mark.parametrize(
    ("there", "back"), [(wgs84_to_gcj02, gcj02_to_wgs84), (wgs84_to_bd09, bd09_to_wgs84)], ids=["gcj02", "bd09"]
)
def test_inverse_is_under_a_millimetre(there, back) -> None:
    """All over China the way there and back ends within 0.1 mm of where it began."""
    places = _places()
    error_m = np.abs(back(there(places)) - places).max() * _METRES_PER_DEGREE
    assert error_m < 1e-4


def test_shift_is_some_hundred_metres() -> None:
    """GCJ-02 moves most places by over 100 m and none by 1.5 km, so taking it for WGS 84 is a visible mistake."""
    places = _places()
    step = (wgs84_to_gcj02(places) - places) * _METRES_PER_DEGREE
    step[:, 0] *= np.cos(np.radians(places[:, 1]))
    distance_m = np.hypot(step[:, 0], step[:, 1])
    assert np.quantile(distance_m, 0.1) > 100
    assert distance_m.max() < 1500


def test_outside_china_nothing_moves() -> None:
    """Chicago is outside the rectangle: no shift either way."""
    chicago = np.array([[-87.6277, 41.7922]])
    assert not in_china(chicago)[0]
    assert np.array_equal(wgs84_to_gcj02(chicago), chicago)
    assert np.allclose(gcj02_to_wgs84(chicago), chicago, atol=1e-12)
