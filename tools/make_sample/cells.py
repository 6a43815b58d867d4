"""Grid cells: street offices, communities and basic cells, bounded by streets, river and railway."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.ops import split

from tools.make_sample.curves import lines_of, long_axis, polygons_of
from tools.make_sample.plane import to_lonlat, warp, warp_geometry
from tools.make_sample.words import VILLAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.make_sample.city import City

__all__ = ["CITY_CODE", "OFFICES", "Cells", "make_cells"]

CITY_CODE: Final = "990102"
"""A county code outside the ranges in use."""

OFFICES: Final = (
    # name, place as drawn
    ("鼓楼街道", (0, 0)),
    ("文庙街道", (-2100, 900)),
    ("北关街道", (-900, 2500)),
    ("柳溪街道", (1900, 1900)),
    ("车站街道", (2700, 300)),
    ("南关街道", (600, -1400)),
    ("滨河街道", (-2300, -1000)),
    ("铁东街道", (4500, 1200)),
    ("澄南街道", (-1300, -2800)),
    ("龙湖街道", (900, -4200)),
    ("东河街道", (4200, -2700)),
    ("学府街道", (-3000, -4700)),
    ("西苑街道", (-4500, 1500)),
    ("北苑街道", (-500, 4700)),
    ("长青街道", (2600, 4700)),
    ("石梁镇", (5600, 7000)),
    ("桃园镇", (8200, 600)),
    ("长陵镇", (6800, -6200)),
    ("白沙镇", (1200, -8000)),
    ("云阳镇", (-5600, -6600)),
    ("刘集乡", (-8000, -2000)),
    ("青龙镇", (-7600, 3600)),
    ("北新乡", (-2600, 8000)),
)
_PER_KM2: Final = {"core": 6800, "lanes": 6000, "old": 4500, "new": 3000, "industry": 600, "campus": 900, "park": 40}
_VILLAGE_PER_KM2: Final = 1500
_BASIC: Final = (300, 500)
_COMMUNITY: Final = 2600


@dataclass(frozen=True, eq=False)
class Cells:
    """
    The grid.

    Parameters
    ----------
    table : geopandas.GeoDataFrame
        Columns of the file, in WGS 84.
    offices : list of (str, shapely.Polygon)
        Street offices and townships with their areas in metres.
    communities : list of (str, str, shapely.Polygon)
        Name, office and area in metres.
    """

    table: gpd.GeoDataFrame
    offices: list[tuple[str, Polygon]]
    communities: list[tuple[str, str, Polygon]]


def make_cells(city: City, rng: np.random.Generator) -> Cells:
    """
    Part the district.

    Parameters
    ----------
    city : City
        Streets and ground, as drawn.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    Cells
        Three levels that nest without gaps, and special cells over them.
    """
    district = warp_geometry(city.land.district, 120)
    homes = _Homes(city)
    atoms = _merge_small(_atoms(city, district), homes)
    owner = [_office_of(atom) for atom in atoms]
    rows: list[dict[str, object]] = []
    offices, communities = [], []
    for number, (name, _) in enumerate(OFFICES, start=1):
        mine = [atom for atom, o in zip(atoms, owner, strict=True) if o == number - 1]
        if not mine:
            continue
        area = shapely.union_all(mine)
        code = f"{CITY_CODE}{number:03d}"
        offices.append((name, area))
        rows.append(_row(code, name, "街道", "", homes=homes.count(area), area=area))
        for place, group in enumerate(_communities(mine, homes), start=1):
            whole = shapely.union_all(group)
            title = _community_name(name, place, whole, city)
            communities.append((title, name, whole))
            rows.append(_row(f"{code}{place:03d}", title, "社区", code, homes=homes.count(whole), area=whole))
            basics = [cell for atom in group for cell in _basic(atom, homes, rng)]
            basics.sort(key=lambda cell: (-round(cell.centroid.y, -2), cell.centroid.x))
            for k, cell in enumerate(basics, start=1):
                parent = f"{code}{place:03d}"
                title_k = f"{title}第{k}网格"
                rows.append(_row(f"{parent}{k:02d}", title_k, "基础网格", parent, homes=homes.count(cell), area=cell))
    rows += _special(city, district)
    table = gpd.GeoDataFrame(rows, crs="EPSG:4326")
    return Cells(table, offices, communities)


class _Homes:
    """Households by place: so many to the square kilometre by the use of the block."""

    def __init__(self, city: City) -> None:
        blocks = [(warp_geometry(area), _PER_KM2[style]) for area, style, _ in city.blocks]
        blocks += [(warp_geometry(village), _VILLAGE_PER_KM2) for village in city.villages]
        self._areas = [area for area, _ in blocks]
        self._density = np.array([density for _, density in blocks], float) / 1e6
        self._tree = shapely.STRtree(self._areas)

    def count(self, area: shapely.Geometry) -> int:
        near = self._tree.query(area, predicate="intersects")
        if not len(near):
            return 0
        shared = shapely.area(shapely.intersection(np.array(self._areas, dtype=object)[near], area))
        return round(float((shared * self._density[near]).sum()))


def _row(
    code: str, name: str, level: str, parent: str, *, homes: int, area: shapely.Geometry, special: str = ""
) -> dict[str, object]:
    return {
        "网格编码": code, "网格名称": name, "层级": level, "上级编码": parent, "户数": homes, "专属类型": special,
        "geometry": to_lonlat(area.simplify(0.5) if special else area),
    }  # fmt: skip


def _atoms(city: City, district: Polygon) -> list[Polygon]:
    wide = [warp_geometry(edge.line) for edge in city.skeleton.edges if edge.rank <= 3]
    lines = [
        *wide,
        warp_geometry(city.land.river_line),
        warp_geometry(city.land.railway),
        LineString(district.exterior.coords),
    ]
    noded = shapely.union_all(lines, grid_size=0.5)
    return [face for face in polygons_of(shapely.polygonize(lines_of(noded))) if district.buffer(5).covers(face)]


def _merge_small(atoms: list[Polygon], homes: _Homes) -> list[Polygon]:
    atoms = list(atoms)
    weak = [a for a in atoms if a.area < 25000 or homes.count(a) < 120]
    for atom in sorted(weak, key=lambda a: a.area):
        if atom not in atoms or len(atoms) < 2:
            continue
        others = [other for other in atoms if other is not atom and other.intersects(atom)]
        side = [(other.intersection(atom).length, -i) for i, other in enumerate(others)]
        if not side or max(side)[0] < 1:
            continue
        if atom.area > 1.2e6:
            continue
        best = others[-max(side)[1]]
        joined = atom.union(best)
        if joined.geom_type != "Polygon":
            continue
        atoms = [other for other in atoms if other is not atom and other is not best]
        atoms.append(joined)
    return atoms


def _office_of(atom: Polygon) -> int:
    at = atom.representative_point()
    seeds = warp(np.array([place for _, place in OFFICES], float))
    reach = np.hypot(seeds[:, 0] - at.x, seeds[:, 1] - at.y) / 1000
    town = np.hypot(at.x, at.y) < 6300
    rural = np.array([not name.endswith("街道") for name, _ in OFFICES])
    reach = reach + np.where(rural == town, 4.0, 0.0)
    return int(reach.argmin())


def _communities(atoms: Sequence[Polygon], homes: _Homes) -> list[list[Polygon]]:
    weights = [max(homes.count(atom), 60) for atom in atoms]
    count = max(2, round(sum(weights) / _COMMUNITY))
    return _halve(list(atoms), weights, count)


def _halve(atoms: list[Polygon], weights: list[int], count: int) -> list[list[Polygon]]:
    if count <= 1 or len(atoms) <= 1:
        return [atoms]
    _, axis, _, _ = long_axis(shapely.union_all(atoms).convex_hull)
    order = sorted(range(len(atoms)), key=lambda i: float(np.dot([atoms[i].centroid.x, atoms[i].centroid.y], axis)))
    total, left, first = sum(weights), 0.0, []
    for i in order[:-1]:
        if first and left + weights[i] / 2 > total * (count // 2) / count:
            break
        first.append(i)
        left += weights[i]
    rest = [i for i in order if i not in set(first)]
    halves = [(first, count // 2), (rest, count - count // 2)]
    return [g for ids, n in halves for g in _halve([atoms[i] for i in ids], [weights[i] for i in ids], n)]


def _basic(atom: Polygon, homes: _Homes, rng: np.random.Generator) -> list[Polygon]:
    if homes.count(atom) <= _BASIC[1] or atom.area < 9000:
        return [atom]
    middle, axis, length, _ = long_axis(atom)
    side = np.array([-axis[1], axis[0]]) * 3 * length
    for share in (0.0, 0.08, -0.08, 0.15):
        at = middle + axis * length * (share + rng.uniform(-0.02, 0.02))
        pieces = polygons_of(split(atom, LineString([at - side, at + side])))
        if len(pieces) == 2:
            return [cell for piece in pieces for cell in _basic(piece, homes, rng)]
    return [atom]


def _community_name(office: str, place: int, area: shapely.Geometry, city: City) -> str:
    stem = office.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    if not office.endswith("街道"):
        inside = [
            VILLAGE_NAMES[i]
            for i, v in enumerate(city.villages)
            if area.contains(Point(warp(np.array(v.centroid.coords))[0]))
        ]
        if inside:
            return f"{inside[0]}村" if not inside[0].endswith("村") else inside[0]
    words = (
        "第一",
        "第二",
        "第三",
        "第四",
        "第五",
        "第六",
        "第七",
        "第八",
        "第九",
        "第十",
        "第十一",
        "第十二",
        "第十三",
        "第十四",
        "第十五",
    )
    return f"{stem}{words[place - 1]}社区" if place <= len(words) else f"{stem}第{place}社区"


def _special(city: City, district: Polygon) -> list[dict[str, object]]:
    land = city.land
    campus = shapely.union_all([warp_geometry(area) for area, style, _ in city.blocks if style == "campus"])
    areas = (
        ("澄河水域", "河道", warp_geometry(land.river).intersection(district)),
        ("铁路沿线", "铁路", warp_geometry(land.railway).buffer(30).intersection(district)),
        ("安澄学院", "校园", campus.buffer(12).buffer(-12)),
    )
    return [
        _row(f"{CITY_CODE}9{number:02d}", f"{name}专属网格", "基础网格", "", homes=0, area=area, special=kind)
        for number, (name, kind, area) in enumerate(areas, start=1)
    ]
