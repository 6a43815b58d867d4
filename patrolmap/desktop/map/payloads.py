"""What is sent to the map page: GeoJSON of overlays, names of layers, what is highlighted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd

from patrolmap.desktop.theme import current_tokens
from patrolmap.maps.geojson import to_features
from patrolmap.maps.overlay_looks import look_json, overlay_look
from patrolmap.maps.style_json import style_json
from patrolmap.model.map_looks import USUAL_LOOKS
from patrolmap.model.restyle import restyled
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolmap.desktop.map.projector import Projector
    from patrolmap.desktop.map.scene import MapScene
    from patrolmap.desktop.session import Selection
    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.map_looks import MapLooks

__all__ = [
    "HEAVY",
    "PAGE_NAMES",
    "TILE_GROUPS",
    "VECTORS",
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


def overlay_features(scene: MapScene, selection: Selection, projector: Projector) -> dict[str, Any]:
    """
    Write overlays, and what is selected of layers that are painted as tiles, as GeoJSON.

    Parameters
    ----------
    scene : MapScene
        Overlays.
    selection : Selection
        What is selected.
    projector : Projector
        To the coordinates of the page.

    Returns
    -------
    dict of str to Any
        A FeatureCollection; ids count from 0.
    """
    shapes = [overlay.geometry for overlay in scene.overlays]
    style = map_style(Theme(current_tokens().name))
    properties = [
        {
            "kind": overlay.kind,
            "title": overlay.text,
            "look": look_json(overlay_look(style, overlay.kind, overlay.rank)),
        }
        for overlay in scene.overlays
    ]
    if selection.layer in HEAVY:
        chosen = scene.selected_geometries()
        shapes += chosen
        properties += [
            {"kind": "selection", "title": "", "look": look_json(overlay_look(style, "selection"))} for _ in chosen
        ]
    layer = gpd.GeoDataFrame(geometry=projector.shapes_to_page(shapes))
    return to_features(layer, properties, planar=projector.is_planar)


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
