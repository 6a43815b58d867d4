"""A small hand-made city: a grid of named streets in metres, for the tests of every room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

from patrolmap.streets.build import build_graph

if TYPE_CHECKING:
    from patrolmap.streets.network import StreetGraph

METRIC_CRS = "EPSG:32649"
ORIGIN_XY = (450_000.0, 3_840_000.0)
CLASSES = ("primary", "residential", "tertiary", "residential")


def city_streets(
    columns: int = 5, rows: int = 4, spacing_m: float = 200.0, *, oneway_row: int | None = None
) -> gpd.GeoDataFrame:
    """
    Draw a grid of streets with a common vertex at every junction.

    Parameters
    ----------
    columns, rows : int
        Streets that run north (经1路, 经2路, ... from the west) and east (纬1街, 纬2街, ... from the south), at least 2.
    spacing_m : float
        Distance of neighbours.
    oneway_row : int or None
        The east-west street, from 0, that is one-way to the east.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns of the layer ``streets``, metric. The junction of column c and row r stands at
        ``ORIGIN_XY + (c, r) * spacing_m``.
    """
    x0, y0 = ORIGIN_XY
    north = [
        (f"经{c + 1}路", CLASSES[c % 4], None, [(x0 + c * spacing_m, y0 + r * spacing_m) for r in range(rows)])
        for c in range(columns)
    ]
    east = [
        (
            f"纬{r + 1}街",
            CLASSES[r % 4],
            "yes" if r == oneway_row else None,
            [(x0 + c * spacing_m, y0 + r * spacing_m) for c in range(columns)],
        )
        for r in range(rows)
    ]
    streets = north + east
    frame = gpd.GeoDataFrame(
        {
            "name": [street[0] for street in streets],
            "highway": [street[1] for street in streets],
            "oneway": [street[2] for street in streets],
        },
        geometry=[shapely.LineString(street[3]) for street in streets],
        crs=METRIC_CRS,
    )
    return frame.rename_axis("fid").set_index(frame.index + 1)


def city_graph(
    columns: int = 5, rows: int = 4, spacing_m: float = 200.0, *, oneway_row: int | None = None
) -> StreetGraph:
    """
    Build the graph of `city_streets`.

    Parameters
    ----------
    columns, rows, spacing_m, oneway_row
        As of `city_streets`.

    Returns
    -------
    StreetGraph
        A node at each junction; the four corners are no nodes where both streets agree, which never happens here
        because their names differ.
    """
    return build_graph(city_streets(columns, rows, spacing_m, oneway_row=oneway_row)).graph


def junction_xy(column: int, row: int, spacing_m: float = 200.0) -> tuple[float, float]:
    """
    Tell where a junction stands.

    Parameters
    ----------
    column, row : int
        Which, from 0, from the south-west.
    spacing_m : float
        As of `city_streets`.

    Returns
    -------
    (float, float)
        Metres.
    """
    return ORIGIN_XY[0] + column * spacing_m, ORIGIN_XY[1] + row * spacing_m
