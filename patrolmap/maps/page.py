"""The Leaflet page of the window's map, made with folium, every part of it from the scheme ``patrolmap://app``.

How the window embeds it
------------------------
Its scheme handler answers four kinds of addresses:

- ``patrolmap://app/map.html``: `page_html`;
- ``patrolmap://app/names.json``: `TileSource.names_json`, from a thread;
- ``patrolmap://app/assets/<path>``: `asset_bytes`, and for ``assets/qtwebchannel/qwebchannel.js`` the bytes of
  Qt's own resource ``:/qtwebchannel/qwebchannel.js``;
- ``patrolmap://app/tiles/<set>/<theme>/<z>/<x>/<y>/<scale>.png?v=<version>``: `TileSource.render_tile` from a
  thread; `tile_request` reads the address. Sets: ``ground`` and ``streets`` at start, ``grid_cells`` and
  ``incidents`` when first shown.

A `QWebChannel` offers an object named ``bridge`` with a signal ``command(str)`` and a slot ``hear(str)``, both JSON.

The page is up before it knows what to show: it says ``up`` and waits for the command ``start``. All others come after it.

Commands to the page, ``{"do": ...}``:

=============  =======================================================================================
start          bounds, theme, styles, versions, tileSets: makes the map, see `page_setup`
setLayer       name, geojson from `layer_features` (boundary, rings, hotspots, sites, routes, stops,
               grid_cells); or name ``overlays`` with properties ``kind`` = crossing, controlled, gap,
               leak or closure, and ``title``
fetch          name, version: a long `setLayer` waits at ``patrolmap://app/layers/NAME.json``
removeLayer    name
showLayer      name, visible (also ground, streets and the other tile sets)
setOpacity     name, opacity 0 to 1
basemap        visible, opacity, credit (plain text), version: a background under all layers
order          order: layers and tile sets, the topmost first
styles         styles: look for each theme, in place of those of the start
tiles          sets, version, boxes: asks anew for the tiles of these sets that touch one of the boxes
               [min_lon, min_lat, max_lon, max_lat]; for all of them if boxes is null
fit            bounds [min_lon, min_lat, max_lon, max_lat], animate
setView        lon, lat, zoom (optional), animate
zoomBy, panBy  steps; x, y in pixels
highlight      layer, ids (of features; empty for none)
names          visible: names of sites and streets
cursor         CSS cursor
theme          theme: light or dark
=============  =======================================================================================

Events from the page, ``{"event": ...}``: ``up``; ``ready``, after ``start``; ``painted``, when all tiles of streets have come;
``view`` (bounds, lon, lat, zoom, metres_per_pixel,
denominator); ``hover`` (lon, lat, layer, id); ``click``, ``dblclick``, ``contextmenu`` (lon, lat, x, y, layer, id,
shift, ctrl; layer and id are null on the map itself: look up heavy layers by `shapely.STRtree`); ``problem`` (text).

In a plane network lon and lat are x and y in metres.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import folium
from branca.element import Element
from jinja2 import Template

from patrolmap.maps.markup import SafeHtml
from patrolmap.maps.page_addresses import ORIGIN, ZOOMS

if TYPE_CHECKING:
    from branca.element import Figure


__all__ = ["NOTHING", "OfflineMap", "RawPart", "page_html"]

NOTHING: Final = SafeHtml("")
"""No markup."""

_SCRIPTS: Final = (
    "leaflet/leaflet.js",
    "web/draw.js",
    "web/layers.js",
    "web/labels.js",
    "web/streets.js",
    "web/desktop.js",
)
_SHEETS: Final = ("leaflet/leaflet.css", "web/map.css")


class RawPart(Element):
    """
    A piece of HTML that folium passes on as it is, without reading it as a template.

    Parameters
    ----------
    text : SafeHtml
        The piece.
    """

    _template = Template("{{ this.text }}")

    def __init__(self, text: SafeHtml) -> None:
        super().__init__()
        self._name = "RawPart"
        self.text = text


class OfflineMap(folium.Map):
    """A folium map that names no address on the network: scripts and styles are brought by whoever makes it."""

    @classmethod
    def made(
        cls,
        bounds: tuple[float, float, float, float],
        *,
        planar: bool,
        min_zoom: int,
        max_zoom: int,
        zoom_snap: float = 0.5,
    ) -> OfflineMap:
        """
        Make a map without tiles.

        Parameters
        ----------
        bounds : tuple of float
            ``(min_lon, min_lat, max_lon, max_lat)`` to show at first.
        planar : bool
            Whether coordinates are metres of a plane.
        min_zoom, max_zoom : int
            How far and how near the user gets.
        zoom_snap : float, default 0.5
            The map rests at multiples of it.

        Returns
        -------
        OfflineMap
            Its variable in scripts is ``map_main``.
        """
        made = cls(
            location=[(bounds[1] + bounds[3]) / 2, (bounds[0] + bounds[2]) / 2],
            zoom_start=max(min_zoom, 0 if planar else 12),
            tiles=None,
            crs="Simple" if planar else "EPSG3857",
            min_zoom=min_zoom,
            max_zoom=max_zoom,
            prefer_canvas=True,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=zoom_snap,
            fade_animation=False,
            zoom_delta=1,
            wheel_px_per_zoom_level=90,
            box_zoom=True,
            double_click_zoom=False,
        )
        made.default_js, made.default_css = [], []
        made.options.update({"min_zoom": min_zoom, "max_zoom": max_zoom})
        # The same input gives the same page: folium would name its map at random.
        made._id = "main"
        made._name = "map"
        return made

    def with_parts(self, head: SafeHtml, script: SafeHtml, body: SafeHtml = NOTHING) -> str:
        """
        Write the page.

        Parameters
        ----------
        head : SafeHtml
            Added to the head.
        script : SafeHtml
            Added to folium's own script, before the map exists: wait for ``DOMContentLoaded``.
        body : SafeHtml, default ""
            Added to the body, before the map.

        Returns
        -------
        str
            The whole page.
        """
        root = cast("Figure", self.get_root())
        root.header.add_child(RawPart(head), name="parts")
        root.html.add_child(RawPart(body), name="frame")
        root.script.add_child(RawPart(script), name="start")
        return str(root.render())


def page_html(*, planar: bool) -> str:
    """
    Make the page of the window's map: without a place or a look, so that it can be up before a project is opened.

    Parameters
    ----------
    planar : bool
        Whether coordinates are metres of a plane.

    Returns
    -------
    str
        HTML.
    """
    min_zoom, max_zoom = ZOOMS[planar]
    made = OfflineMap.made((0.0, 0.0, 0.0, 0.0), planar=planar, min_zoom=min_zoom, max_zoom=max_zoom)
    links = [f'<link rel="stylesheet" href="{ORIGIN}/assets/{name}">' for name in _SHEETS]
    links += [f'<script src="{ORIGIN}/assets/{name}"></script>' for name in ("qtwebchannel/qwebchannel.js", *_SCRIPTS)]
    script = SafeHtml('document.addEventListener("DOMContentLoaded", function () { patrolmap.awaitStart(map_main); });')
    return made.with_parts(SafeHtml("\n".join(links)), script)
