"""KML 2.2 (OGC 12-007r2) and KMZ: routes, stops, rings, sites and hotspots with the colours of the map."""

from __future__ import annotations

import html
import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import shapely

from patrolmap.exchange.local_time import iso_local
from patrolmap.exchange.markup import Element, child, legal, xml_bytes
from patrolmap.exchange.plan_facts import route_facts, stop_facts
from patrolmap.exchange.walks import lonlat_of, require_earth
from patrolmap.exchange.words import stop_line
from patrolmap.i18n import tr
from patrolmap.model.layers import BLOCK_STATES, LAYERS
from patrolmap.model.style import SITE_TITLES, map_style
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.plan import PatrolPlan, Route

__all__ = ["kml_document", "kmz_archive"]

_NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
_DECIMALS: Final = 7
_FACTS_KEY: Final = "patrolmap"
_PIXELS_PER_MM: Final = 3.8
_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "boundary": (),
    "rings": ("kind",),
    "blocks": ("ring", "entrances", "controlled_entrances", "controlled_share", "site_ids", "incidents", "area_m2"),
    "hotspots": (
        "rank",
        "incidents",
        "peak_hours",
        "categories",
        "entrance_streets",
        "dwell_min",
        "visits",
        "method",
        "period",
    ),
    "sites": ("site_id", "kind", "level", "hours", "owner", "ring", "zone"),
}


def kml_document(
    title: str,
    layers: Mapping[str, gpd.GeoDataFrame],
    frame: SpatialFrame,
    plan: PatrolPlan | None = None,
    *,
    cancel: Cancel = NO_CANCEL,
) -> bytes:
    """
    Write layers and a plan as KML.

    Parameters
    ----------
    title : str
        Name of the document.
    layers : mapping of str to geopandas.GeoDataFrame
        Of ``boundary``, ``rings``, ``blocks``, ``hotspots`` and ``sites`` those to show; rows without geometry are left out.
    frame : SpatialFrame
        The project's.
    plan : PatrolPlan or None
        Whose routes and stops to show.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    bytes
        The file: lon, lat in WGS 84, times with their offset, a folder for each layer and each team.

    Raises
    ------
    InputError
        If the project has plane coordinates.
    CancelledError
        If the user cancelled.
    """
    require_earth(frame, "KML")
    root = Element("kml", {"xmlns": _NAMESPACE})
    document = child(root, "Document")
    child(document, "name", title)
    _styles(document)
    for name in _SHOWN:
        if name in layers and len(layers[name]):
            _layer_folder(document, name, frame.to_wgs84(layers[name]))
    if plan is not None:
        _plan_folder(document, plan, frame, cancel)
    return xml_bytes(root)


def kmz_archive(document: bytes) -> bytes:
    """
    Pack a KML file.

    Parameters
    ----------
    document : bytes
        From `kml_document`.

    Returns
    -------
    bytes
        The KMZ file; the same for the same document.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("doc.kml", (1980, 1, 1, 0, 0, 0)), document, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _styles(document: Element) -> None:
    style = map_style()
    _style(document, "boundary", line=(style.boundary.colour, style.boundary.width_mm))
    for ring in style.rings.values():
        _style(document, f"rings-{ring.kind}", line=(ring.line.colour, ring.line.width_mm))
    for held, colour in zip(BLOCK_STATES, style.share_ramp, strict=True):
        _style(document, f"blocks-{held}", line=(colour, 0.35), fill=(colour, style.hotspot.fill_opacity))
    for number, colour in enumerate(style.hotspot_ramp):
        outline = style.hotspot.outline
        line = (outline.colour, outline.width_mm) if outline else (colour, 0.25)
        _style(document, f"hotspots-{number}", line=line, fill=(colour, style.hotspot.fill_opacity))
    for site in style.sites.values():
        _style(document, f"sites-{site.kind}", icon=site.colour)
    for number, colour in enumerate(style.routes):
        _style(document, f"routes-{number}", line=(colour, style.route.width_mm), icon=colour)


def _style(
    document: Element,
    key: str,
    *,
    line: tuple[str, float] | None = None,
    fill: tuple[str, float] | None = None,
    icon: str = "",
) -> None:
    made = child(document, "Style", id=key)
    if icon:
        child(child(made, "IconStyle"), "color", _colour(icon))
    if line:
        stroke = child(made, "LineStyle")
        child(stroke, "color", _colour(line[0]))
        child(stroke, "width", f"{line[1] * _PIXELS_PER_MM:.1f}")
    area = child(made, "PolyStyle")
    if fill:
        child(area, "color", _colour(*fill))
    else:
        child(area, "fill", 0)


def _colour(colour: str, opacity: float = 1.0) -> str:
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}"


def _layer_folder(document: Element, name: str, layer: gpd.GeoDataFrame) -> None:
    folder = _folder(document, tr(LAYERS[name].title))
    spec = LAYERS[name]
    for place, row in enumerate(layer.to_dict("records")):
        if row["geometry"] is None or row["geometry"].is_empty:
            continue
        facts = {field: row.get(field) for field in _SHOWN[name] if not _missing(row.get(field))}
        labels = [(tr(spec.field(field).title), _said(field, value)) for field, value in facts.items()]
        title = (
            row.get("name")
            or row.get("block_id")
            or (_said("kind", row.get("kind")) if "kind" in row else tr(spec.title))
        )
        style = _style_key(name, row, place, len(layer))
        _placemark(folder, title, row["geometry"], style=style, facts=facts, labels=labels)


def _style_key(name: str, row: dict[str, Any], place: int, count: int) -> str:
    if name == "hotspots":
        rank = place + 1 if _missing(row.get("rank")) else int(row["rank"])
        ramp = len(map_style().hotspot_ramp)
        strength = 1.0 - (rank - 1) / max(count, rank)
        return f"hotspots-{min(int(strength * ramp), ramp - 1)}"
    return name if name == "boundary" else f"{name}-{row.get('held' if name == 'blocks' else 'kind')}"


def _plan_folder(document: Element, plan: PatrolPlan, frame: SpatialFrame, cancel: Cancel) -> None:
    folder = _folder(document, tr("Plan {plan}", plan=plan.plan_id))
    for number, route in enumerate(plan.routes):
        raise_if_cancelled(cancel)
        if route.stops:
            _route_folder(folder, plan, route, number, frame)


def _route_folder(folder: Element, plan: PatrolPlan, route: Route, number: int, frame: SpatialFrame) -> None:
    style = f"routes-{number % len(map_style().routes)}"
    team = _folder(folder, f"{route.team_id} {route.team_name}")
    legs = [stop.leg for stop in route.stops] + ([route.way_home] if route.way_home else [])
    way, *points = lonlat_of(
        frame,
        [
            shapely.LineString([xy for leg in legs for xy in shapely.get_coordinates(leg.geometry).tolist()]),
            *(stop.visit.point for stop in route.stops),
        ],
    )
    known = {"plan_id": plan.plan_id, "team_id": route.team_id}
    length = {"length_m": round(route.length_m, 1)}
    whole = _span(plan, route.depart_s, route.end_s)
    _placemark(
        team,
        route.team_name,
        way,
        style=style,
        facts={**known, **length, _FACTS_KEY: route_facts(plan, route)},
        span=whole,
    )
    for place, (stop, point) in enumerate(zip(route.stops, points, strict=True), start=1):
        facts = {**known, "number": place, "visit_id": stop.visit.visit_id, _FACTS_KEY: stop_facts(stop)}
        title, span = f"{place} {stop.visit.name}", _span(plan, stop.start_s, stop.leave_s)
        labels = [(tr("Task"), stop_line(stop))]
        _placemark(team, title, point, style=style, facts=facts, labels=labels, span=span)


def _span(plan: PatrolPlan, begin_s: int, end_s: int) -> tuple[str, str]:
    return iso_local(plan.moment(begin_s)), iso_local(plan.moment(end_s))


def _folder(parent: Element, name: str) -> Element:
    made = child(parent, "Folder")
    child(made, "name", name)
    return made


def _placemark(
    folder: Element,
    name: str,
    geometry: shapely.Geometry,
    *,
    style: str,
    facts: Mapping[str, Any],
    labels: list[tuple[str, str]] | None = None,
    span: tuple[str, str] | None = None,
) -> None:
    made = child(folder, "Placemark")
    child(made, "name", name)
    if labels:
        # The description is HTML to its readers: texts are escaped once for HTML, and again when XML is written.
        lines = (f"{html.escape(legal(label))}: {html.escape(legal(value))}" for label, value in labels)
        child(made, "description", "<br>".join(lines))
    if span:
        times = child(made, "TimeSpan")
        child(times, "begin", span[0])
        child(times, "end", span[1])
    child(made, "styleUrl", f"#{style}")
    if facts:
        extended = child(made, "ExtendedData")
        for key, value in facts.items():
            child(child(extended, "Data", name=key), "value", value)
    _geometry(made, geometry)


def _geometry(parent: Element, geometry: shapely.Geometry) -> None:
    kind = geometry.geom_type
    if kind.startswith("Multi"):
        many = child(parent, "MultiGeometry")
        for part in geometry.geoms:
            _geometry(many, part)
    elif kind == "Polygon":
        made = child(parent, "Polygon")
        turned = shapely.orient_polygons(geometry)
        _ring(child(made, "outerBoundaryIs"), turned.exterior)
        for hole in turned.interiors:
            _ring(child(made, "innerBoundaryIs"), hole)
    elif kind == "LineString":
        made = child(parent, "LineString")
        child(made, "tessellate", 1)
        child(made, "coordinates", _coordinates(geometry))
    else:
        child(child(parent, "Point"), "coordinates", _coordinates(geometry))


def _ring(parent: Element, ring: shapely.LinearRing) -> None:
    child(child(parent, "LinearRing"), "coordinates", _coordinates(ring))


def _coordinates(geometry: shapely.Geometry) -> str:
    return " ".join(f"{x:.{_DECIMALS}f},{y:.{_DECIMALS}f}" for x, y in shapely.get_coordinates(geometry).tolist())


def _said(field: str, value: Any) -> str:
    if field in {"kind", "ring"}:
        titles: dict[str, str] = {str(kind): title for kind, title in SITE_TITLES.items()}
        titles.update({str(kind): ring.title for kind, ring in map_style().rings.items()})
        return tr(titles[value]) if value in titles else str(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _missing(value: Any) -> bool:
    return value is None or value == "" or bool(pd.isna(value))
