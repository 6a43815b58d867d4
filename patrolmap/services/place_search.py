"""One box for everything that has a name or a place: sites, teams, streets, junctions, coordinates."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.ingest.places.answers import PlaceStatus, Precision
from patrolmap.ingest.places.geocoder import Geocoder
from patrolmap.ingest.places.reading import split_offset
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.services.coordinate_text import typed_places
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from patrolmap.ingest.places.reading import Offset
    from patrolmap.project.store import ProjectStore

__all__ = ["PLACE_KINDS", "FoundPlace", "PlaceFinder", "find_document", "find_lines"]

PLACE_KINDS: Final = {
    "coordinates": N_("Coordinates"),
    "sites": N_("Site"),
    "teams": N_("Team"),
    "nodes": N_("Junction"),
    "streets": N_("Street"),
    "hotspots": N_("Hotspot"),
    "grid_cells": N_("Grid cell"),
    "rings": N_("Ring"),
    "barriers": N_("Water, railway or green"),
    "junction": N_("Junction"),
    "place": N_("Place by description"),
}
"""English title of each kind of answer."""

_COLUMNS: Final = {
    "sites": ("name", "site_id"),
    "teams": ("name", "team_id"),
    "nodes": ("name", "node_id"),
    "streets": ("name", "ref"),
    "hotspots": ("name", "hotspot_id"),
    "grid_cells": ("name", "cell_id"),
    "rings": ("name",),
    "barriers": ("name",),
}
_STARTS: Final = ("sites", "teams", "hotspots", "grid_cells", "nodes", "barriers")
"""Layers whose rows are places that one can go out from; a street is too long to be one."""
_WAYS: Final = (
    N_("{distance_m} m north of {place}"),
    N_("{distance_m} m north-east of {place}"),
    N_("{distance_m} m east of {place}"),
    N_("{distance_m} m south-east of {place}"),
    N_("{distance_m} m south of {place}"),
    N_("{distance_m} m south-west of {place}"),
    N_("{distance_m} m west of {place}"),
    N_("{distance_m} m north-west of {place}"),
)
_DOOR: Final = re.compile(r"(?<=..)(?:正门|大门|门口|门前|[东南西北]门)$")
_NUMBER: Final = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*°?\s*([NSEW]?)", re.IGNORECASE)
_ONLY_NUMBERS: Final = re.compile(r"^[-+\d.,;°NSEW\s，；]+$", re.IGNORECASE)


@dataclass(frozen=True)
class FoundPlace:
    """
    An answer to a search.

    Parameters
    ----------
    kind : str
        A key of `PLACE_KINDS`.
    title : str
        Its name.
    geometry : shapely.Geometry
        Metres.
    layer : str, default ""
        Layer of its rows; empty for a place that is no row.
    fids : tuple of int, default ()
        Its rows: all pieces of a street.
    detail : Message or None, default None
        Why it is an answer, where that is not plain from its name.
    """

    kind: str
    title: str
    geometry: shapely.Geometry
    layer: str = ""
    fids: tuple[int, ...] = ()
    detail: Message | None = None


@dataclass(frozen=True, eq=False)
class _Names:
    """The different names of a layer, ready to be compared, each with the places of its rows."""

    frame: gpd.GeoDataFrame
    titles: tuple[str, ...]
    plain: tuple[str, ...]
    groups: tuple[np.ndarray, ...]


class PlaceFinder:
    """
    Searches a project.

    Parameters
    ----------
    project : ProjectStore
        The project.
    layer : Callable or None
        Gives a layer in metres, indexed by fid, or None if it is not at hand; None reads the project each time.
    """

    def __init__(self, project: ProjectStore, layer: Callable[[str], gpd.GeoDataFrame | None] | None = None) -> None:
        self._project = project
        self._layer = layer or project.metric_layer
        self._names: dict[str, _Names] = {}
        self._geocoder: tuple[object, Geocoder] | None = None

    def find(
        self,
        text: str,
        *,
        limit: int = 30,
        system: str = "",
        by_name_only: bool = False,
        progress: Progress = NO_PROGRESS,
        cancel: Cancel = NO_CANCEL,
    ) -> tuple[FoundPlace, ...]:
        """
        Search.

        Parameters
        ----------
        text : str
            A name or a part of one, an id, a description such as “A路与B街交叉口” or “市医院东200米”, or coordinates.
        limit : int, default 30
            The most answers to give.
        system : str, default ""
            In which coordinates are typed: a key of `patrolmap.services.coordinate_text.SYSTEM_TITLES`.
        by_name_only : bool, default False
            Whether to leave descriptions out: they need the streets as a graph, which takes seconds for a city at the first time.
        progress : Progress, default NO_PROGRESS
            Receives how far the work is.
        cancel : Cancel, default NO_CANCEL
            The user's wish to stop.

        Returns
        -------
        tuple of FoundPlace
            The likeliest first: coordinates, whole names, descriptions, beginnings of names, parts of names. Nothing
            for an empty text.

        Notes
        -----
        Names are compared once for each different name, not for each row: O(names); the index of a layer is kept as
        long as its rows are the same object.
        """
        wanted = _plain(text)
        if not wanted:
            return ()
        ranked = [(0, place) for place in self._coordinates(text, system)]
        for step, name in enumerate(_COLUMNS):
            raise_if_cancelled(cancel)
            progress(step / (len(_COLUMNS) + 1))
            ranked += self._by_name(name, wanted)
        if not by_name_only and len(wanted) > 1 and not _ONLY_NUMBERS.match(text):
            known = {place.title for rank, place in ranked if rank == 0}
            described = self._described(text.strip(), progress, cancel)
            ranked += [(1, place) for place in described if place.title not in known] or self._away_from(text)
        progress(1.0)
        # Of equals the shortest: a street comes before the forty posts that are named after it.
        ranked.sort(key=lambda pair: (pair[0], len(pair[1].title)))
        return tuple(place for _, place in ranked[:limit])

    def named_point(self, text: str) -> shapely.Point | None:
        """
        Find the only place that has a whole name, or lies a distance away from one.

        Parameters
        ----------
        text : str
            A name such as “市医院”, or “市医院东200米”.

        Returns
        -------
        shapely.Point or None
            Metres; None if nothing is called so, or several places are.
        """
        wanted = _plain(text)
        called = [found for name in _STARTS for rank, found in self._by_name(name, wanted) if rank == 0 and wanted]
        called = called or [found for rank, found in self._away_from(text) if rank == 1]
        return shapely.point_on_surface(called[0].geometry) if len(called) == 1 else None

    def _coordinates(self, text: str, system: str) -> list[FoundPlace]:
        """Read two numbers: degrees in either order, or metres (units of a plane)."""
        numbers = _NUMBER.findall(text) if _ONLY_NUMBERS.match(text) else []
        if len(numbers) != 2:
            return []
        (first, first_side), (second, second_side) = numbers
        x, y = (float(value) * (-1.0 if side.upper() in {"S", "W"} else 1.0) for value, side in numbers)
        if first_side.upper() in {"N", "S"} or second_side.upper() in {"E", "W"} or (abs(x) <= 90 < abs(y) <= 180):
            x, y = y, x
        title, frame = f"{first}{first_side}, {second}{second_side}", self._project.frame
        return [
            FoundPlace("coordinates", f"{title}  {name}".rstrip(), spot)
            for name, spot in typed_places(frame, system, x, y, self._somewhere())
        ]

    def _somewhere(self) -> shapely.Point | None:
        """Give a place of the district: the middle of the first layer that has rows."""
        for name in ("streets", "rings", "sites"):
            frame = self._layer(name)
            if frame is not None and len(frame):
                west, south, east, north = frame.total_bounds
                return shapely.Point((west + east) / 2, (south + north) / 2)
        return None

    def _by_name(self, name: str, wanted: str) -> list[tuple[int, FoundPlace]]:
        frame = self._layer(name)
        if frame is None or frame.empty:
            return []
        names = self._names.get(name)
        if names is None or names.frame is not frame:
            names = self._names[name] = _index(frame, _COLUMNS[name])
        found = []
        for title, plain, rows in zip(names.titles, names.plain, names.groups, strict=True):
            rank = _rank(plain, wanted)
            if rank is not None:
                found.append((rank, _place(name, title, frame, rows)))
        return found

    def _described(self, text: str, progress: Progress, cancel: Cancel) -> list[FoundPlace]:
        try:
            graph = street_graph(self._project, progress=progress, cancel=cancel)
        except InputError:
            return []  # a project without streets has no junctions to describe; its sites are still found
        if self._geocoder is None or self._geocoder[0] is not graph:
            self._geocoder = (graph, Geocoder(graph))
        answer = self._geocoder[1].find(text)
        if answer.status is PlaceStatus.FAILED:
            return []
        return [
            FoundPlace(
                "junction" if candidate.precision is Precision.JUNCTION else "place",
                " / ".join(candidate.streets),
                shapely.Point(candidate.x_m, candidate.y_m),
                detail=candidate.reasons[0] if candidate.reasons else None,
            )
            for candidate in answer.candidates
            if candidate.precision is not Precision.STREET
        ]

    def _away_from(self, text: str) -> list[tuple[int, FoundPlace]]:
        """Read a named place, a direction and a distance; in a straight line, as no street is named to go along."""
        parts = split_offset(text)
        wanted = _plain(parts[0]) if parts is not None else ""
        if parts is None or not wanted:
            return []
        starts = [found for name in _STARTS for found in self._by_name(name, wanted)]
        if not starts and (plain := _DOOR.sub("", wanted)) != wanted:
            starts = [found for name in _STARTS for found in self._by_name(name, plain)]
        best = min((rank for rank, _ in starts), default=0)
        return [(best + 1, _moved(place, parts[1])) for rank, place in starts if rank == best]


def _moved(start: FoundPlace, offset: Offset) -> FoundPlace:
    """Go from the middle of a place that far in that direction."""
    middle, turn = shapely.point_on_surface(start.geometry), np.radians(offset.bearing_deg)
    spot = shapely.Point(middle.x + offset.distance_m * np.sin(turn), middle.y + offset.distance_m * np.cos(turn))
    words = _WAYS[round(offset.bearing_deg / 45.0) % 8]
    said = Message(words, {"distance_m": f"{offset.distance_m:g}", "place": start.title})
    return FoundPlace("place", tr(said), spot, detail=Message(N_("Measured in a straight line.")))


def find_document(project: ProjectStore, found: tuple[FoundPlace, ...]) -> dict[str, Any]:
    """
    Write answers as a JSON document.

    Parameters
    ----------
    project : ProjectStore
        The project, for its coordinate system.
    found : tuple of FoundPlace
        The answers.

    Returns
    -------
    dict of str to Any
        ``results``, the likeliest first: kind, title, layer, fids, detail in the user's language, and a point on it in
        WGS 84, or in units of a plane.
    """
    rows = []
    for place in found:
        x, y = _spot(project, place)
        rows.append(
            {
                "kind": place.kind,
                "title": place.title,
                "layer": place.layer,
                "fids": list(place.fids),
                "detail": tr(place.detail) if place.detail is not None else "",
                "geometry": {"type": "Point", "coordinates": [x, y]},
            }
        )
    return {"results": rows}


def find_lines(project: ProjectStore, found: tuple[FoundPlace, ...]) -> tuple[str, ...]:
    """
    Write answers for people, in their language.

    Parameters
    ----------
    project : ProjectStore
        The project, for its coordinate system.
    found : tuple of FoundPlace
        The answers.

    Returns
    -------
    tuple of str
        A line each.
    """
    if not found:
        return (tr("Nothing of that name was found."),)
    lines = []
    for place in found:
        x, y = _spot(project, place)
        lines.append(f"{tr(PLACE_KINDS[place.kind])}  {place.title}  {x:.6f}, {y:.6f}")
    return tuple(lines)


def _spot(project: ProjectStore, place: FoundPlace) -> tuple[float, float]:
    point = project.frame.metric_to_wgs84(shapely.point_on_surface(place.geometry))
    return round(float(point.x), 7), round(float(point.y), 7)


def _plain(text: str) -> str:
    """Fold widths, case and blanks away: what is compared."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _rank(name: str, wanted: str) -> int | None:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 2
    return 3 if wanted in name else None


def _index(frame: gpd.GeoDataFrame, columns: tuple[str, ...]) -> _Names:
    titles: list[str] = []
    groups: list[np.ndarray] = []
    for column in columns:
        if column not in frame:
            continue
        present = np.flatnonzero(frame[column].notna() & ~(frame.geometry.is_empty | frame.geometry.isna()))
        values = frame[column].iloc[present].astype(str)
        for title, rows in values.groupby(values.to_numpy()).indices.items():
            if str(title).strip():
                titles.append(str(title))
                groups.append(present[rows])
    return _Names(frame, tuple(titles), tuple(_plain(title) for title in titles), tuple(groups))


def _place(name: str, title: str, frame: gpd.GeoDataFrame, rows: np.ndarray) -> FoundPlace:
    shapes = frame.geometry.to_numpy()[rows]
    shown = title
    if "name" in frame and len(rows) == 1:
        known = frame["name"].iloc[int(rows[0])]
        shown = f"{known} ({title})" if isinstance(known, str) and known and known != title else title
    whole = shapes[0] if len(shapes) == 1 else shapely.geometrycollections(shapes)
    return FoundPlace(name, shown, whole, name, tuple(int(fid) for fid in frame.index[rows]))
