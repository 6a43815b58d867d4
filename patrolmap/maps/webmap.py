"""The web map: one file that works from a stick, with the network cable out."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from patrolmap import __version__
from patrolmap.i18n import current_language, tr
from patrolmap.maps.geojson import layer_features, lonlat_layer, to_features
from patrolmap.maps.legend import LegendEntry, legend_entries
from patrolmap.maps.markup import SafeHtml, as_html, fill, script_json
from patrolmap.maps.overlay_looks import OVERLAY_TITLES, look_json, overlay_look
from patrolmap.maps.packing import pack_map
from patrolmap.maps.page import OfflineMap
from patrolmap.maps.page_addresses import asset_bytes
from patrolmap.maps.style_json import style_json
from patrolmap.maps.tile_grid import TileGrid
from patrolmap.model.small_counts import SMALL_COUNT
from patrolmap.model.style import map_style, symbol_outline
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.style_types import MapStyle
    from patrolmap.progress import Cancel, Progress

__all__ = ["OVERLAY_LAYERS", "WebMapTexts", "webmap_html"]

_VECTORS: Final = ("boundary", "grid_cells", "hotspots", "rings", "routes", "sites", "stops")
OVERLAY_LAYERS: Final = (
    "ring_reach", "ring_blocks", "ring_districts", "ring_crossings", "ring_passes", "ring_leaks", "ring_cut", "ring_places",
    "ring_drill",
)  # fmt: skip
"""Layers of what was computed about rings, from the lowest to the topmost."""

_OVERLAY_TOLERANCE_M: Final = 2.0
_MOST_CELLS: Final = 4_000
_TOLERANCES_M: Final = {"routes": 1.0, "hotspots": 1.0, "rings": 1.0, "boundary": 2.0, "grid_cells": 2.0}
_HEAD: Final = (
    # The browser itself refuses whatever would go out to a network.
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:\">"
    '<meta name="referrer" content="no-referrer"><title>%%title%%</title>'
)
_SCRIPTS: Final = (
    "leaflet/leaflet.js", "web/draw.js", "web/layers.js", "web/labels.js", "web/streets.js", "web/webmap.js",
)  # fmt: skip
_SHEETS: Final = ("leaflet/leaflet.css", "web/map.css", "web/webmap.css")


@dataclass(frozen=True)
class WebMapTexts:
    """
    What stands in the head and foot of a web map.

    Parameters
    ----------
    title : str
        Name of the district.
    subtitle : str, default ""
        The shift, or what else the map is of.
    made : str, default ""
        When it was made.
    """

    title: str
    subtitle: str = ""
    made: str = ""


def webmap_html(
    layers: Mapping[str, gpd.GeoDataFrame],
    frame: SpatialFrame,
    texts: WebMapTexts,
    *,
    overlays: Mapping[str, gpd.GeoDataFrame] | None = None,
    publish: bool = False,
    small_count: int = SMALL_COUNT,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> str:
    """
    Make a web map.

    Parameters
    ----------
    layers : mapping of str to geopandas.GeoDataFrame
        Layers by name, in the stored system; those without rows are left out. Incidents are never shown as points.
    frame : SpatialFrame
        The project's frame.
    texts : WebMapTexts
        Head and foot.
    overlays : mapping of str to geopandas.GeoDataFrame or None
        What was computed about rings: names of `OVERLAY_LAYERS`, columns ``kind``, ``rank``, ``title`` and ``rows`` (JSON pairs
        of label and value, translated). Left out of a published map.
    publish : bool, default False
        For readers outside the office: small counts are suppressed, and duty hours, owners, routes and stops are
        left out.
    small_count : int, default 5
        Counts below it are small.
    progress, cancel : Progress, Cancel
        Report and stop.

    Returns
    -------
    str
        A page of HTML that loads nothing.

    Raises
    ------
    CancelledError
        If `cancel` says so.
    """
    shown = {name: layer for name, layer in layers.items() if not layer.empty and _wanted(name, layer, publish=publish)}
    raise_if_cancelled(cancel)
    below = small_count if publish else 0
    data = _data(shown, frame, texts, below, progress=progress, cancel=cancel)
    if overlays and not publish:
        _add_overlays(data, overlays, frame)
    progress(0.9)
    near, far = (4, -8) if frame.is_planar else (19, 8)
    made = OfflineMap.made(_bounds(shown, frame), planar=frame.is_planar, min_zoom=far, max_zoom=near, zoom_snap=0.25)
    head = "\n".join(
        [
            fill(_HEAD, {"title": texts.title}),
            *(f"<style>{_inline(name)}</style>" for name in _SHEETS),
            *(f"<script>{_inline(name)}</script>" for name in _SCRIPTS),
        ]
    )
    start = SafeHtml('document.addEventListener("DOMContentLoaded", function () { patrolmap.startWebMap(map_main); });')
    body = fill(
        '<noscript>%%sorry%%</noscript><script type="application/json" id="pm-data">%%data%%</script>',
        {"sorry": as_html(tr("This map needs JavaScript.")), "data": script_json(data)},
    )
    return made.with_parts(SafeHtml(head), start, body)


def _wanted(name: str, layer: gpd.GeoDataFrame, *, publish: bool) -> bool:
    if publish and name in {"routes", "stops"}:
        return False
    if name == "grid_cells":
        return len(layer) <= _MOST_CELLS
    return name in {*_VECTORS, "streets", "barriers"}


def _data(
    layers: Mapping[str, gpd.GeoDataFrame],
    frame: SpatialFrame,
    texts: WebMapTexts,
    below: int,
    *,
    progress: Progress,
    cancel: Cancel,
) -> dict[str, Any]:
    style = map_style()
    bounds = _bounds(layers, frame)
    grid = TileGrid.of(frame, (bounds[1] + bounds[3]) / 2)
    ground = {name: grid.project(layers[name], frame) for name in ("streets", "barriers") if name in layers}
    packed = pack_map(ground.get("streets"), ground.get("barriers"), grid)
    progress(0.5)
    raise_if_cancelled(cancel)
    features = {
        name: layer_features(
            name,
            layers[name],
            frame,
            publish=bool(below),
            small_count=below,
            tolerance_m=_TOLERANCES_M.get(name, 0.0),
        )
        for name in _VECTORS
        if name in layers
    }
    return {
        "title": texts.title,
        "subtitle": texts.subtitle,
        "foot": [text for text in _foot(texts, publish=bool(below)) if text],
        "language": current_language(),
        "bounds": bounds,
        "style": style_json(style),
        "ground": packed,
        "layers": features,
        "legend": [_entry_json(entry) for entry in legend_entries(style, layers)],
        "texts": _texts(),
    }


def _add_overlays(data: dict[str, Any], overlays: Mapping[str, gpd.GeoDataFrame], frame: SpatialFrame) -> None:
    style = map_style()
    for name in OVERLAY_LAYERS:
        layer = overlays.get(name)
        if layer is None or layer.empty:
            continue
        shown = frame.to_metric(layer)
        shown = shown.set_geometry(shown.geometry.simplify(_OVERLAY_TOLERANCE_M))
        properties = [
            {
                "title": row["title"],
                "rows": json.loads(row["rows"]),
                "kind": row["kind"],
                "look": look_json(overlay_look(style, row["kind"], int(row["rank"]))),
            }
            for row in layer.to_dict("records")
        ]
        data["layers"][name] = to_features(lonlat_layer(shown, frame), properties, planar=frame.is_planar)
        pairs = sorted({(str(kind), int(rank)) for kind, rank in zip(layer["kind"], layer["rank"], strict=True)})
        entries = [_overlay_entry(style, name, kind, rank) for kind, rank in pairs]
        # Colours that only keep neighbours apart have one title: one entry stands for all.
        data["legend"] += [_entry_json(entry) for entry in {entry.title: entry for entry in reversed(entries)}.values()]


def _overlay_entry(style: MapStyle, layer: str, kind: str, rank: int) -> LegendEntry:
    look, titles = overlay_look(style, kind, rank), OVERLAY_TITLES[kind]
    is_area = kind in {"reach", "block"}
    fills = (look.fill,) if look.fill else ()
    line = look.line if is_area or not fills else replace(look.line, width_mm=max(look.line.width_mm, 0.5))
    opacity = look.fill_opacity if is_area else 1.0
    return LegendEntry(layer, f"{kind}-{rank}", titles[min(rank, len(titles) - 1)], "area", line, fills, opacity)


def _foot(texts: WebMapTexts, *, publish: bool) -> tuple[str, ...]:
    mark = tr("For publication: small counts are suppressed.") if publish else tr("For internal use; do not pass on.")
    return mark, texts.made, f"patrolmap {__version__}", "Leaflet 1.9.4 (BSD 2-Clause)"


def _bounds(layers: Mapping[str, gpd.GeoDataFrame], frame: SpatialFrame) -> tuple[float, float, float, float]:
    for names in (("boundary", "rings"), tuple(layers)):
        boxes = [lonlat_layer(layers[name], frame).total_bounds for name in names if name in layers]
        if boxes:
            low, high = np.array(boxes)[:, :2].min(axis=0), np.array(boxes)[:, 2:].max(axis=0)
            return float(low[0]), float(low[1]), float(high[0]), float(high[1])
    return (-500.0, -500.0, 500.0, 500.0) if frame.is_planar else (113.0, 34.0, 114.0, 35.0)


def _inline(name: str) -> str:
    content, _ = asset_bytes(name)
    text = content.decode("utf-8")
    text = re.sub(r"(?m)^//# sourceMappingURL=.*$", "", text)
    if name.endswith(".css"):
        return re.sub(r"url\([^)]*\)", "none", re.sub(r"(?s)/\*.*?\*/", "", text))
    # The link in Leaflet's credit is not needed: the credit stands in the foot, and the control is off.
    return text.replace("https://leafletjs.com", "#")


def _entry_json(entry: LegendEntry) -> dict[str, Any]:
    made = asdict(entry)
    made["title"] = tr(entry.title)
    if entry.site is not None:
        made["outline"] = symbol_outline(entry.site.shape)
    return made


def _texts() -> dict[str, str]:
    return {
        "search": tr("Search streets, sites, teams"),
        "nothing": tr("Nothing found"),
        "layers": tr("Layers"),
        "legend": tr("Legend"),
        "ground": tr("Streets, water, green"),
        "names": tr("Names"),
        "sites": tr("Checkpoints and key sites"),
        "rings": tr("Defence rings"),
        "hotspots": tr("Hotspots"),
        "boundary": tr("District boundary"),
        "grid_cells": tr("Grid cells"),
        "routes": tr("Patrol routes"),
        "ring_reach": tr("Reached in 1, 3 and 5 minutes"),
        "ring_blocks": tr("Blocks"),
        "ring_crossings": tr("Crossings"),
        "ring_leaks": tr("Ways in"),
        "ring_passes": tr("Ways from ring to ring"),
        "ring_places": tr("New posts"),
        "ring_districts": tr("Districts of the posts"),
        "ring_cut": tr("Places that would close the rings"),
        "ring_drill": tr("Cordon drill"),
        "teams": tr("Teams"),
        "all": tr("All teams"),
        "stops": tr("stops"),
        "print": tr("Print"),
        "whole": tr("Whole district"),
        "panel": tr("Panel"),
        "street": tr("Street"),
        "km": tr("km"),
        "m": tr("m"),
    }
