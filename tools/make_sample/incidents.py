"""Two years of incidents with true hot spots, hours, seasons and trends, and the truth about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from tools.make_sample.plane import warp, warp_geometry

if TYPE_CHECKING:
    import pandas as pd
    from shapely import Polygon

    from tools.make_sample.city import City
    from tools.make_sample.network import Network

__all__ = ["CATEGORIES", "FIRST_DAY", "HOTSPOTS", "LAST_DAY", "STRAYS", "TrueHotspot", "make_incidents"]

FIRST_DAY: Final = dt.date(2024, 11, 1)
LAST_DAY: Final = dt.date(2026, 10, 31)
CATEGORIES: Final = ("盗窃电动车", "入室盗窃", "抢劫", "抢夺", "诈骗")

_BACKGROUND: Final = 8600
_SHARES: Final = (0.50, 0.24, 0.04, 0.06, 0.16)
_TREND_A_YEAR: Final = {"盗窃电动车": -0.14, "入室盗窃": -0.08, "抢劫": -0.10, "抢夺": -0.18, "诈骗": 0.12}
_SEASON: Final = {
    "盗窃电动车": (0.22, 6.8),
    "入室盗窃": (0.25, 0.6),
    "抢劫": (0.15, 11.8),
    "抢夺": (0.18, 7.2),
    "诈骗": (0.12, 0.4),
}
_HOURS: Final = {
    # peak hour, spread in hours, share of the rest of the day
    "盗窃电动车": ((12.5, 1.8), (19.5, 2.2)),
    "入室盗窃": ((10.5, 2.0), (2.5, 1.7)),
    "抢劫": ((22.5, 1.8), (1.0, 1.2)),
    "抢夺": ((20.5, 1.8), (18.0, 1.6)),
    "诈骗": ((10.0, 1.8), (15.5, 2.0)),
}


@dataclass(frozen=True)
class TrueHotspot:
    """
    A place where more happens than its streets explain.

    Parameters
    ----------
    name : str
        What stands there.
    place : tuple of (float, float)
        Centre as drawn, in metres.
    radius_m : float
        Standard deviation of its points.
    count : int
        Incidents in two years at a steady rate.
    categories : dict of str to float
        Shares by category.
    hours : tuple of (float, float)
        Peak hour and its spread in hours.
    weekdays : tuple of float
        Weights from Monday to Sunday.
    trend : str, default "steady"
        ``steady``, ``falling`` (to a third in two years) or ``emerging`` (from `since` on).
    since : datetime.date or None
        When an emerging one begins.
    """

    name: str
    place: tuple[float, float]
    radius_m: float
    count: int
    categories: dict[str, float]
    hours: tuple[float, float]
    weekdays: tuple[float, ...] = (1, 1, 1, 1, 1, 1, 1)
    trend: str = "steady"
    since: dt.date | None = None


_WORKDAYS: Final = (1.2, 1.2, 1.2, 1.2, 1.2, 0.5, 0.5)
_WEEKEND: Final = (0.7, 0.7, 0.7, 0.8, 1.3, 1.7, 1.5)

HOTSPOTS: Final = (
    TrueHotspot("安澄站站前广场", (3330, 600), 130, 620, {"盗窃电动车": 0.45, "抢夺": 0.2, "诈骗": 0.35}, (18.5, 2.5)),
    TrueHotspot(
        "鼓楼购物中心", (250, -230), 120, 640, {"盗窃电动车": 0.75, "抢夺": 0.15, "诈骗": 0.1}, (19.5, 2.0), _WEEKEND
    ),
    TrueHotspot(
        "万澄广场", (2150, -480), 115, 520, {"盗窃电动车": 0.8, "抢夺": 0.1, "诈骗": 0.1}, (20.0, 1.8), _WEEKEND
    ),
    TrueHotspot("市第一人民医院", (860, 1480), 110, 480, {"盗窃电动车": 0.7, "诈骗": 0.3}, (9.5, 1.8), _WORKDAYS),
    TrueHotspot(
        "南关农贸市场",
        (360, -1240),
        105,
        430,
        {"盗窃电动车": 0.65, "抢夺": 0.1, "诈骗": 0.25},
        (8.0, 1.5),
        (1, 1, 1, 1, 1, 1.3, 1.3),
        "falling",
    ),
    TrueHotspot(
        "安澄学院北门",
        (-1450, -3800),
        130,
        460,
        {"盗窃电动车": 0.85, "抢夺": 0.05, "诈骗": 0.1},
        (20.5, 1.8),
        _WORKDAYS,
    ),
    TrueHotspot("西关城中村", (-2520, 2640), 150, 440, {"入室盗窃": 0.55, "盗窃电动车": 0.4, "抢劫": 0.05}, (2.5, 1.8)),
    TrueHotspot(
        "铁东出租屋片区", (4640, 2420), 150, 420, {"入室盗窃": 0.45, "盗窃电动车": 0.45, "抢劫": 0.1}, (1.5, 2.0)
    ),
    TrueHotspot(
        "滨河夜市",
        (-1500, -1330),
        110,
        380,
        {"盗窃电动车": 0.55, "抢夺": 0.25, "抢劫": 0.2},
        (22.0, 1.5),
        _WEEKEND,
        "falling",
    ),
    TrueHotspot(
        "龙湖新村",
        (-2350, -4750),
        140,
        420,
        {"入室盗窃": 0.6, "盗窃电动车": 0.4},
        (10.5, 1.6),
        _WORKDAYS,
        "emerging",
        dt.date(2026, 3, 1),
    ),
    TrueHotspot(
        "北苑小区",
        (950, 4380),
        135,
        380,
        {"盗窃电动车": 0.7, "入室盗窃": 0.3},
        (21.0, 1.8),
        (1, 1, 1, 1, 1, 1, 1),
        "emerging",
        dt.date(2026, 6, 1),
    ),
    TrueHotspot("职业技术学校", (4480, -2850), 115, 320, {"盗窃电动车": 0.8, "抢劫": 0.2}, (17.5, 1.5), _WORKDAYS),
)

STRAYS: Final = (
    (114.7425, 35.3391),
    (114.6207, 35.4683),
    (114.4938, 35.2302),
    (113.6400, 34.7500),
    (116.4000, 39.9000),
)
"""Points outside the district, as typing errors and other people's cases leave them in real tables (lon, lat)."""


def make_incidents(city: City, network: Network, district: Polygon, rng: np.random.Generator) -> pd.DataFrame:
    """
    Draw incidents.

    Parameters
    ----------
    city : City
        Blocks and villages, for where people are.
    network : Network
        Streets in the city's plane.
    district : shapely.Polygon
        Where they stay, in metres.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    pandas.DataFrame
        x, y (metres), category, start, end (NaT if there is one moment), hotspot (number or -1), by time.
    """
    import pandas as pd

    street = _StreetSpots(city, network)
    parts = [_background(street, rng)]
    parts += [_hotspot(number, spot, street, rng) for number, spot in enumerate(HOTSPOTS)]
    table = pd.concat(parts, ignore_index=True)
    inside = shapely.contains_xy(district.buffer(-30), table.x.to_numpy(), table.y.to_numpy())
    wet = shapely.contains_xy(warp_geometry(city.land.river), table.x.to_numpy(), table.y.to_numpy())
    table = table[inside & ~wet].reset_index(drop=True)
    return _with_intervals(table, rng).sort_values(["start", "x"], kind="stable").reset_index(drop=True)


class _StreetSpots:
    """Places along streets, likelier where more people live."""

    def __init__(self, city: City, network: Network) -> None:
        self.lines = np.array([edge.line for edge in network.edges], dtype=object)
        lengths = shapely.length(self.lines)
        middles = shapely.line_interpolate_point(self.lines, 0.5, normalized=True)
        weight = np.full(len(self.lines), 0.05)
        use = {"core": 2.6, "lanes": 2.8, "old": 1.7, "new": 1.0, "industry": 0.4, "campus": 0.8, "park": 0.35}
        areas = [(warp_geometry(a.buffer(14)), use[s]) for a, s, _ in city.blocks] + [
            (warp_geometry(v), 0.3) for v in city.villages
        ]
        tree = shapely.STRtree([area for area, _ in areas])
        for i, j in tree.query(middles, predicate="within").T.tolist():
            weight[i] = max(weight[i], areas[j][1])
        classes = {"secondary": 1.3, "tertiary": 1.3, "primary": 1.0, "trunk": 0.1, "track": 0.1}
        kind = np.array([0.0 if e.kind else classes.get(e.highway, 1.0) for e in network.edges])
        self.share = lengths * weight * kind
        self.share /= self.share.sum()
        self.tree = shapely.STRtree(self.lines)

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        chosen = self.lines[rng.choice(len(self.lines), count, p=self.share)]
        return self._aside(
            shapely.get_coordinates(shapely.line_interpolate_point(chosen, rng.random(count), normalized=True)), rng
        )

    def pull(self, xy: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        points = shapely.points(xy)
        nearest = self.lines[self.tree.nearest(points)]
        on_street = shapely.get_coordinates(
            shapely.line_interpolate_point(nearest, shapely.line_locate_point(nearest, points))
        )
        return self._aside(on_street, rng)

    @staticmethod
    def _aside(xy: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        angle, off = rng.uniform(0, 2 * np.pi, len(xy)), rng.gamma(3.0, 4.0, len(xy))
        return xy + np.column_stack([np.cos(angle), np.sin(angle)]) * np.minimum(off, 38)[:, None]


def _background(street: _StreetSpots, rng: np.random.Generator) -> pd.DataFrame:
    import pandas as pd

    category = rng.choice(CATEGORIES, _BACKGROUND, p=_SHARES)
    xy = street.draw(_BACKGROUND, rng)
    days = np.concatenate([_days(name, int((category == name).sum()), (1.0,) * 7, rng) for name in CATEGORIES])
    order = np.argsort([CATEGORIES.index(name) for name in category], kind="stable")
    day = np.empty(_BACKGROUND, dtype=int)
    day[order] = days
    hours = np.array([_hour(_HOURS[name], 0.3, rng) for name in category])
    return pd.DataFrame(
        {"x": xy[:, 0], "y": xy[:, 1], "category": category, "start": _moments(day, hours), "hotspot": -1}
    )


def _hotspot(number: int, spot: TrueHotspot, street: _StreetSpots, rng: np.random.Generator) -> pd.DataFrame:
    import pandas as pd

    span = (LAST_DAY - FIRST_DAY).days + 1
    day = rng.choice(span, spot.count * 3, p=_day_weights((0.1, 7.0), 0.0, spot.weekdays))
    if spot.trend == "falling":
        day = day[rng.random(len(day)) < 1.0 - 0.67 * day / span]
    elif spot.trend == "emerging" and spot.since is not None:
        day = day[day >= (spot.since - FIRST_DAY).days]
    day = day[: spot.count]
    centre = warp(np.array([spot.place]))[0]
    xy = street.pull(centre + rng.normal(0, spot.radius_m, (len(day), 2)), rng)
    names = list(spot.categories)
    category = rng.choice(names, len(day), p=list(spot.categories.values()))
    hours = np.array([_hour((spot.hours,), 0.12, rng) for _ in day])
    return pd.DataFrame(
        {"x": xy[:, 0], "y": xy[:, 1], "category": category, "start": _moments(day, hours), "hotspot": number}
    )


def _days(category: str, count: int, weekdays: tuple[float, ...], rng: np.random.Generator) -> np.ndarray:
    weights = _day_weights(_SEASON[category], _TREND_A_YEAR[category], weekdays)
    return rng.choice(len(weights), count, p=weights)


def _day_weights(season: tuple[float, float], trend_a_year: float, weekdays: tuple[float, ...]) -> np.ndarray:
    days = [FIRST_DAY + dt.timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    swing, top = season
    year = np.arange(len(days)) / 365.25
    month = np.array([d.month + d.day / 31 for d in days])
    week = np.array([weekdays[d.weekday()] for d in days])
    weights = (1 + swing * np.cos(2 * np.pi * (month - top) / 12)) * (1 + trend_a_year) ** year * week
    return weights / weights.sum()


def _hour(peaks: tuple[tuple[float, float], ...], flat: float, rng: np.random.Generator) -> float:
    if rng.random() < flat:
        return float(rng.uniform(0, 24))
    peak, spread = peaks[int(rng.integers(len(peaks)))]
    return float(rng.normal(peak, spread) % 24)


def _moments(day: np.ndarray, hours: np.ndarray) -> np.ndarray:
    minutes = np.round(np.asarray(hours) * 60).astype("timedelta64[m]")
    return np.datetime64(FIRST_DAY, "m") + day.astype("timedelta64[D]") + minutes


def _with_intervals(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Thefts are noticed later: what is known is when the thing was last seen and when it was missed."""
    later = {"盗窃电动车": (0.62, 3.2), "入室盗窃": (0.8, 6.0)}
    chance = table.category.map(lambda name: later.get(name, (0.0, 0.0))[0]).to_numpy()
    mean_h = table.category.map(lambda name: later.get(name, (0.0, 1.0))[1]).to_numpy()
    spread = rng.random(len(table)) < chance
    length = np.maximum(np.round(rng.gamma(2.0, np.maximum(mean_h, 0.1) / 2) * 12) * 5, 10).astype("timedelta64[m]")
    before = (rng.random(len(table)) * length.astype(float)).astype(int).astype("timedelta64[m]")
    true = table.start.to_numpy().astype("datetime64[m]")
    first = np.where(spread, np.maximum(true - before, np.datetime64(FIRST_DAY, "m")), true)
    end = np.where(spread, first + length, np.datetime64("NaT"))
    return table.assign(true_time=true, start=first, end=end)
