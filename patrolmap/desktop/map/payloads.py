"""What is sent to the map page: GeoJSON of overlays, names of layers, what is highlighted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely

from patrolmap.desktop.theme import current_tokens
from patrolmap.maps.geojson import to_features
from patrolmap.maps.overlay_looks import look_json, overlay_look
from patrolmap.maps.style_json import style_json
from patrolmap.model.map_looks import USUAL_LOOKS
from patrolmap.model.restyle import restyled
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from patrolmap.desktop.map.projector import Projector
    from patrolmap.desktop.map.scene import Overlay
    from patrolmap.desktop.session import Selection
    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.map_looks import MapLooks
    from patrolmap.model.style_types import MapStyle

__all__ = [
    "HEAVY",
    "PAGE_NAMES",
    "TILE_GROUPS",
    "VECTORS",
    "collection_text",
    "gathered",
    "highlight_of",
    "overlay_features",
    "page_setup",
    "page_styles",
    "stored_rows",
]

TILE_GROUPS: Final = (
    (("ground", "streets"), frozenset({"streets", "barriers"})),
    (("grid_cells",), frozenset({"grid_cells"})),
    (("incidents",), frozenset({"incidents"})),
)
"""Tile sets that are painted from the same layers, and these layers: new incidents do not repaint streets."""

HEAVY: Final = frozenset().union(*(layers for _, layers in TILE_GROUPS))
"""Layers that are painted as tiles."""

VECTORS: Final = ("boundary", "rings", "hotspots", "routes", "sites", "stops")
"""Layers that the page draws itself, in the order in which it should get them."""

_FEW: Final = 300
_TOGETHER: Final = 2_000
_MOST_POINTS: Final = 3_000

PAGE_NAMES: Final = {"barriers": "ground"}
"""Names of tile sets where they differ from the layer's."""


def page_setup(bounds: tuple[float, float, float, float], theme: str, versions: Mapping[str, str]) -> dict[str, Any]:
    """
    Write what the page needs to make its map.

    Parameters
    ----------
    bounds : tuple of float
        ``(min_lon, min_lat, max_lon, max_lat)`` to show at first; metres in a plane network.
    theme : str
        ``light`` or ``dark``.
    versions : mapping of str to str
        By tile set: goes into the addresses of tiles, so that new layers are not mixed with old tiles.

    Returns
    -------
    dict of str to Any
        The command ``start``.
    """
    sets = list(TILE_GROUPS[0][0])
    return {
        "do": "start",
        "bounds": list(bounds),
        "theme": theme,
        "versions": dict(versions),
        "tileSets": sets,
        "styles": page_styles(USUAL_LOOKS),
    }


def page_styles(looks: MapLooks) -> dict[str, Any]:
    """
    Write the looks of both themes for the page.

    Parameters
    ----------
    looks : MapLooks
        What the user chose.

    Returns
    -------
    dict of str to Any
        By the name of the theme.
    """
    return {str(each): style_json(restyled(map_style(each), looks)) for each in (Theme.LIGHT, Theme.DARK)}


def stored_rows(rows: gpd.GeoDataFrame, frame: SpatialFrame) -> gpd.GeoDataFrame:
    """
    Bring metric rows into a form that the map room takes.

    Parameters
    ----------
    rows : geopandas.GeoDataFrame
        Metres.
    frame : SpatialFrame
        The project's frame.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows if they declare their system; units of the plane otherwise.
    """
    return frame.to_stored(rows) if frame.is_planar else rows


def overlay_features(overlays: Sequence[Overlay], chosen: Sequence[shapely.Geometry], projector: Projector) -> str:
    """
    Write overlays, and what is selected of layers that are painted as tiles, as GeoJSON.

    Parameters
    ----------
    overlays : sequence of Overlay
        What panels have laid over the map.
    chosen : sequence of shapely.Geometry
        What is selected, metres; many lines or areas are gathered, of many points those are left out that another one hides.
    projector : Projector
        To the coordinates of the page.

    Returns
    -------
    str
        A FeatureCollection; ids count from 0.
    """
    style = map_style(Theme(current_tokens().name))
    marks: list[tuple[shapely.Geometry, dict[str, Any]]] = [
        (one.geometry, _overlay_properties(style, one.kind, one.text, one.rank)) for one in overlays
    ]
    mark = _overlay_properties(style, "selection", "", 0)
    marks += [(shape, mark) for shape in gathered(chosen)]
    texts: list[str] = []
    place = 0
    for part in _by_weight(marks):
        shapes = projector.shapes_to_page([shape for shape, _ in part])
        layer = gpd.GeoDataFrame(geometry=shapes, index=range(place, place + len(part)))
        found = to_features(layer, [properties for _, properties in part], planar=projector.is_planar)
        texts.append(json.dumps(found["features"])[1:-1])
        place += len(part)
    return _collection(texts)


def gathered(shapes: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
    """
    Make few marks of many selected rows, so that the page can draw them.

    Parameters
    ----------
    shapes : sequence of shapely.Geometry
        Metres.

    Returns
    -------
    list of shapely.Geometry
        The same up to 300. Of more, lines and areas some thousand in one; and one point in each square of a grid, as fine as leaves at most
        3,000 of them.
    """
    if len(shapes) <= _FEW:
        return list(shapes)
    all_of = np.empty(len(shapes), dtype=object)
    all_of[:] = shapes
    dimensions = shapely.get_dimensions(all_of)
    found: list[shapely.Geometry] = []
    for dimension, gather in ((1, shapely.multilinestrings), (2, shapely.multipolygons)):
        of_kind = all_of[dimensions == dimension]
        starts = range(0, len(of_kind), _TOGETHER)
        found += [gather(shapely.get_parts(of_kind[start : start + _TOGETHER])) for start in starts]
    return found + list(_thinned(all_of[dimensions == 0]))


def _thinned(points: NDArray[np.object_]) -> NDArray[np.object_]:
    xy = shapely.get_coordinates(shapely.centroid(points))
    side_m = 1.0
    kept = np.arange(len(points))
    while len(kept) > _MOST_POINTS:
        side_m *= 2
        kept = np.unique(np.floor(xy / side_m), axis=0, return_index=True)[1]
    return points[np.sort(kept)]


def collection_text(collection: Mapping[str, Any]) -> str:
    """
    Write a FeatureCollection part by part, so that other threads have their turn.

    Parameters
    ----------
    collection : mapping of str to Any
        GeoJSON.

    Returns
    -------
    str
        ASCII.
    """
    features = collection["features"]
    return _collection([json.dumps(features[start : start + _FEW])[1:-1] for start in range(0, len(features), _FEW)])


def _collection(parts: Iterable[str]) -> str:
    return f'{{"type": "FeatureCollection", "features": [{", ".join(part for part in parts if part)}]}}'


def _by_weight(
    marks: list[tuple[shapely.Geometry, dict[str, Any]]],
) -> Iterator[list[tuple[shapely.Geometry, dict[str, Any]]]]:
    """Cut a list into parts of some thousand points each."""
    part, weight = [], 0
    for one in marks:
        part.append(one)
        weight += int(shapely.get_num_coordinates(one[0])) + 1
        if weight > _TOGETHER:
            yield part
            part, weight = [], 0
    if part:
        yield part


def _overlay_properties(style: MapStyle, kind: str, title: str, rank: int) -> dict[str, Any]:
    return {"kind": kind, "title": title, "look": look_json(overlay_look(style, kind, rank))}


def highlight_of(selection: Selection) -> tuple[str, list[int]]:
    """
    Tell what the page should highlight by itself.

    Parameters
    ----------
    selection : Selection
        What is selected.

    Returns
    -------
    str
        Layer; that of the sites if nothing is.
    list of int
        Features; empty for none.
    """
    if selection.layer in VECTORS:
        return selection.layer, list(selection.fids)
    return "sites", []
