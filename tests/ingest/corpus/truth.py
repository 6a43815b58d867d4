"""What a made file says: places with names, and their coordinates in each system.

The shifts to GCJ-02 and BD-09 are written here a second time, after the published formulas, so that the product's own
inverse is judged by something else than itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pyproj

if TYPE_CHECKING:
    import random

    from numpy.typing import NDArray

__all__ = ["SYSTEMS", "Spot", "Street", "System", "in_system", "spots", "streets"]

_SIMPLE: Final = (
    "车站",
    "江南",
    "河北",
    "建设",
    "幸福",
    "和平",
    "中山",
    "人民",
    "解放",
    "文化",
    "东风",
    "航海",
    "黄河",
    "经开",
    "龙湖",
)
_OLD: Final = (
    "車站",
    "江南",
    "河北",
    "建設",
    "幸福",
    "和平",
    "中山",
    "人民",
    "解放",
    "文化",
    "東風",
    "航海",
    "黃河",
    "經開",
    "龍湖",
)
_KINDS: Final = (("卡口", "checkpoint"), ("路口", "intersection"), ("重点部位", "key_site"), ("岗位", "post"))


@dataclass(frozen=True)
class System:
    """
    A coordinate system of the corpus.

    Parameters
    ----------
    name : str
        Its name here.
    told : str
        What the user says with ``--crs``.
    epsg : int
        For files that declare a system; of GCJ-02 and BD-09 that of WGS 84, as careless programs write it.
    is_metric : bool
        Whether coordinates are metres.
    """

    name: str
    told: str
    epsg: int
    is_metric: bool = False


SYSTEMS: Final = {
    system.name: system
    for system in (
        System("wgs84", "auto", 4326),
        System("cgcs2000", "EPSG:4490", 4490),
        System("gcj02", "gcj02", 4326),
        System("bd09", "bd09", 4326),
        System("gauss", "EPSG:4547", 4547, is_metric=True),
        System("gauss_zone", "EPSG:4526", 4526, is_metric=True),
    )
}


@dataclass(frozen=True)
class Spot:
    """A site: id, name, the word and the id of its kind, degrees in WGS 84."""

    id: str
    name: str
    word: str
    kind: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Street:
    """A street: name and (n, 2) degrees in WGS 84."""

    name: str
    lonlat: NDArray[np.float64]


def spots(count: int, rng: random.Random, *, traditional: bool = False) -> list[Spot]:
    """Make sites with names of their own, in a city in the 3-degree zone 38."""
    words = _OLD if traditional else _SIMPLE
    made = []
    for number in range(count):
        word, kind = _KINDS[number % 4]
        if traditional:
            word = {"重点部位": "checkpoint", "岗位": "post"}.get(word, word)
            kind = "checkpoint" if word == "checkpoint" else kind
        name = (
            f"{words[number % len(words)]}路{number + 1}號"
            if traditional
            else f"{words[number % len(words)]}路{number + 1}号"
        )
        lon, lat = round(rng.uniform(113.55, 113.75), 7), round(rng.uniform(34.68, 34.82), 7)
        made.append(Spot(f"K{number + 1:03d}", name, word, kind, lon, lat))
    return made


def streets(count: int, rng: random.Random, *, traditional: bool = False) -> list[Street]:
    """Make bent lines, each with a name of its own."""
    words = _OLD if traditional else _SIMPLE
    made = []
    for number in range(count):
        start = np.array([rng.uniform(113.55, 113.75), rng.uniform(34.68, 34.82)])
        steps = np.array([[rng.uniform(0.001, 0.003), rng.uniform(-0.002, 0.002)] for _ in range(rng.randint(1, 4))])
        lonlat = np.round(np.vstack([start, start + np.cumsum(steps, axis=0)]), 7)
        assert all(tuple(a) != tuple(b) for a, b in pairwise(lonlat))
        made.append(Street(f"{words[number % len(words)]}{number + 1}路", lonlat))
    return made


def in_system(lonlat: NDArray[np.float64], system: str) -> NDArray[np.float64]:
    """Write (n, 2) degrees of WGS 84 in a system: 7 decimals of a degree, or millimetres."""
    spec = SYSTEMS[system]
    if spec.is_metric:
        return np.round(np.column_stack(_projection(spec.epsg).transform(lonlat[:, 0], lonlat[:, 1])), 3)
    if system in {"gcj02", "bd09"}:
        lonlat = np.array([_gcj02(lon, lat) for lon, lat in lonlat])
    if system == "bd09":
        lonlat = np.array([_bd09(lon, lat) for lon, lat in lonlat])
    return np.round(lonlat, 7)


@cache
def _projection(epsg: int) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(4326, epsg, always_xy=True)


def _gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Shift as the often published program for GCJ-02 does (ellipsoid of Krasovsky)."""
    pi, sin, sqrt = np.pi, np.sin, np.sqrt
    x, y = lon - 105.0, lat - 35.0
    wave = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3 + (
        160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)
    ) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3 + (
        150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)
    ) * 2 / 3
    axis, flat = 6378245.0, 0.00669342162296594323
    bend = 1 - flat * sin(np.radians(lat)) ** 2
    north = north * 180 / (axis * (1 - flat) / (bend * sqrt(bend)) * pi)
    east = east * 180 / (axis / sqrt(bend) * np.cos(np.radians(lat)) * pi)
    return float(lon + east), float(lat + north)


def _bd09(lon: float, lat: float) -> tuple[float, float]:
    turn = np.pi * 3000 / 180
    far = np.hypot(lon, lat) + 0.00002 * np.sin(lat * turn)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * turn)
    return float(far * np.cos(angle) + 0.0065), float(far * np.sin(angle) + 0.006)
