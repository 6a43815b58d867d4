"""What the program should find in the sample, kept for the tests."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import shapely

from tools.make_sample.incidents import HOTSPOTS, STRAYS
from tools.make_sample.plane import to_lonlat, warp

if TYPE_CHECKING:
    from tools.make_sample.district import District

__all__ = ["truth_of"]


def truth_of(district: District) -> dict[str, object]:
    """
    Write down what was put into the sample.

    Parameters
    ----------
    district : District
        The sample.

    Returns
    -------
    dict
        Counts, unguarded crossings and true hot spots; places in WGS 84.
    """
    sites = Counter((site.kind, site.ring) for site in district.sites if site.kind == "卡口")
    kinds = Counter(site.kind for site in district.sites)
    return {
        "seed": district.seed,
        "streets": {
            "edges": len(district.network.edges),
            "junctions": len(district.network.at()),
            "components": len(district.network.components()),
        },
        "sites": {
            "total": len(district.sites),
            "checkpoints": {ring.kind: sites["卡口", ring.name] for ring in district.rings.values()},
            "intersections": kinds["路口"],
            "key_sites": kinds["重点部位"],
        },
        "crossings": {kind: len(ring.crossings) for kind, ring in district.rings.items()},
        "unguarded": {
            kind: [{"lon_lat": _lonlat(c.at), "street": c.edge.name, "highway": c.edge.highway} for c in found]
            for kind, found in district.unguarded.items()
        },
        "incidents": {
            "total": len(district.incidents),
            "strays_lon_lat": [list(place) for place in STRAYS],
            **_counts(district),
        },
        "hotspots": [_hotspot(number, district) for number in range(len(HOTSPOTS))],
        "teams": len(district.teams),
        "households": int(district.cells.table.loc[district.cells.table["层级"] == "街道", "户数"].sum()),
    }


def _lonlat(at: np.ndarray) -> list[float]:
    place = to_lonlat(shapely.Point(at))
    return [place.x, place.y]


def _counts(district: District) -> dict[str, object]:
    table = district.incidents
    return {
        "by_category": {str(k): int(v) for k, v in table.category.value_counts().sort_index().items()},
        "in_hotspots": int((table.hotspot >= 0).sum()),
        "with_interval": int(table.end.notna().sum()),
    }


def _hotspot(number: int, district: District) -> dict[str, object]:
    spot = HOTSPOTS[number]
    mine = district.incidents[district.incidents.hotspot == number]
    return {
        "name": spot.name,
        "lon_lat": _lonlat(warp(np.array([spot.place]))[0]),
        "radius_m": spot.radius_m,
        "incidents": len(mine),
        "categories": spot.categories,
        "peak_hour": spot.hours[0],
        "hour_spread": spot.hours[1],
        "weekday_weights": list(spot.weekdays),
        "trend": spot.trend,
        "since": spot.since.isoformat() if spot.since else None,
    }
