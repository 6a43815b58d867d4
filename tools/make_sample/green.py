"""Parks, river banks and the woods of the green belt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely
from shapely import Point

from tools.make_sample.blocks import PARKS
from tools.make_sample.curves import blob, polygons_of

if TYPE_CHECKING:
    from tools.make_sample.city import City

__all__ = ["LAKES", "green_areas"]

LAKES: Final = ("龙湖", "人民公园湖", "西湖塘", "莲池", "东陂水库")

_WOODS: Final = (
    # name, place as drawn, radii (m)
    ("西陂林场", (-6350, -4050), (420, 330, 520, 380, 300, 450, 390, 280)),
    ("北郊林带", (-900, 6520), (620, 250, 160, 260, 640, 240, 150, 230)),
    ("东陂湿地", (8300, 3300), (620, 480, 560, 640, 700, 520, 480, 560)),
    ("青龙林带", (-6150, 2500), (230, 420, 620, 300, 210, 380, 560, 260)),
    ("南郊苗圃", (-1500, -6380), (520, 260, 170, 240, 560, 260, 190, 260)),
)


def green_areas(city: City) -> list[tuple[str, str, shapely.Geometry]]:
    """
    Find what is green.

    Parameters
    ----------
    city : City
        Blocks, streets and water, as drawn.

    Returns
    -------
    list of (str, str, shapely.Geometry)
        ``green``, name and area as drawn.
    """
    land = city.land
    roads = shapely.union_all([edge.line for edge in city.network.edges if edge.rank <= 4]).buffer(15)
    wet = shapely.union_all([land.river.buffer(5), land.stream.buffer(4), land.lakes, land.moat.buffer(2)])
    keep_off = shapely.union(roads, wet)
    parks: dict[str, list[shapely.Geometry]] = {}
    for area, style, _ in city.blocks:
        if style == "park":
            at = area.representative_point()
            name = min(PARKS, key=lambda item: at.distance(Point(item[1])))[0]
            parks.setdefault(name, []).append(area)
    bank = land.river.buffer(46).difference(land.river.buffer(4)).intersection(land.built)
    brook = land.stream.buffer(24).difference(land.stream.buffer(3)).intersection(land.built.buffer(-700))
    found = [(name, shapely.union_all(areas)) for name, areas in parks.items()]
    found += [("滨河公园", bank), ("柳溪游园", brook)]
    found += [(name, blob(at, radii)) for name, at, radii in _WOODS]
    return [("green", name, piece) for name, area in found for piece in _pieces(area.difference(keep_off))]


def _pieces(area: shapely.Geometry) -> list[shapely.Geometry]:
    large = [part.simplify(1.0) for part in polygons_of(area.buffer(-1).buffer(1)) if part.area > 3500]
    return [shapely.MultiPolygon(large)] if large else []
