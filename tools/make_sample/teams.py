"""Sixty volunteer teams with their home posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely

from tools.make_sample.plane import to_lonlat

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from shapely import Polygon

    from tools.make_sample.network import Network

__all__ = ["TEAMS", "make_teams"]

TEAMS: Final = 60
_MODES: Final = ("步行",) * 42 + ("电动车",) * 14 + ("汽车",) * 4
_HOURS: Final = ("19:00-23:00",) * 44 + ("18:30-22:30",) * 10 + ("20:00-24:00",) * 4 + ("19:30-22:30",) * 2


def make_teams(
    network: Network, communities: Sequence[tuple[str, str, Polygon]], homes: Sequence[int], rng: np.random.Generator
) -> list[dict[str, object]]:
    """
    Raise teams where people live.

    Parameters
    ----------
    network : Network
        Streets in the city's plane; a home post stands beside one.
    communities : sequence of (str, str, Polygon)
        Name, street office and area.
    homes : sequence of int
        Households of each community.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    list of dict
        Rows with the columns of the file; names of persons and phones are placeholders.
    """
    chosen = _spread(communities, homes)
    lines = [edge.line for edge in network.edges if 2 <= edge.rank <= 5 and not edge.kind]
    tree = shapely.STRtree(lines)
    modes, hours = rng.permutation(_MODES), rng.permutation(_HOURS)
    rows = []
    for number, place in enumerate(chosen, start=1):
        name, office, area = communities[place]
        inner = area.representative_point() if not area.contains(area.centroid) else area.centroid
        street = lines[int(tree.nearest(inner))]
        spot = street.interpolate(street.project(inner))
        home = to_lonlat(shapely.Point(spot.x + rng.uniform(-12, 12), spot.y + rng.uniform(-12, 12)))
        mode = str(modes[number - 1])
        if not office.endswith("街道"):
            mode = "汽车" if rng.random() < 0.5 else "电动车"
        rows.append(
            {
                "队伍编号": f"T{number:02d}", "队伍名称": f"{name}巡逻队", "队长": f"组长{number:02d}", "联系电话": f"000-{number:04d}",
                "人数": int(rng.integers(3, 9)), "巡逻方式": mode, "班次时间": str(hours[number - 1]), "休息分钟": 10 if mode == "步行" else 5,
                "责任区": office, "经度": home.x, "纬度": home.y,
            }
        )  # fmt: skip
    return rows


def _spread(communities: Sequence[tuple[str, str, Polygon]], homes: Sequence[int]) -> list[int]:
    """Every township one, then by households, so that no office is forgotten."""
    offices: dict[str, list[int]] = {}
    for i, (_, office, _) in enumerate(communities):
        offices.setdefault(office, []).append(i)
    chosen = [max(members, key=lambda i: homes[i]) for members in offices.values()]
    share = {office: sum(homes[i] for i in members) for office, members in offices.items()}
    have = dict.fromkeys(offices, 1)
    while len(chosen) < TEAMS:
        free = [o for o in offices if have[o] < len(offices[o])]
        office = max(free, key=lambda o: share[o] / (have[o] + 0.5))
        rest = [i for i in offices[office] if i not in chosen]
        chosen.append(max(rest, key=lambda i: homes[i]))
        have[office] += 1
    return sorted(chosen)
