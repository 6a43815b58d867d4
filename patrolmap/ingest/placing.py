"""From a file's coordinates, whatever their system, to the project's stored system."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pyproj
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.china_offsets import bd09_to_wgs84, gcj02_to_wgs84
from patrolmap.messages import N_, Message
from patrolmap.model.frame import WGS84, SpatialFrame

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.ingest.row_notes import RowNotes

__all__ = ["FrameChooser", "Placed", "place", "shifted_by_name"]

FrameChooser = Callable[[float, float], SpatialFrame]
"""Chooses the frame of a project around a longitude and latitude."""

_MOSTLY: Final = 0.9
_AMONG_DEGREES: Final = 2.0
_FARTHEST: Final = 1e8  # the largest coordinates in use are those of zone 60 with its number before them, 6e7
_EPSG: Final = re.compile(r"^(?:epsg[:/]+)?(\d{4,6})$", re.IGNORECASE)
_SHIFTED: Final = {"gcj02": ("GCJ-02", gcj02_to_wgs84), "bd09": ("BD-09", bd09_to_wgs84)}
_PROJECTED_WITHOUT_SYSTEM: Final = N_(
    "Give it with --crs, for example --crs EPSG:4547 for CGCS2000, 3-degree zone around 114° E, or EPSG:32649 for UTM 49 N; the command coordinates finds out which, by the streets."
)


@dataclass(frozen=True, eq=False)
class Placed:
    """
    Geometry in the project's stored system.

    Parameters
    ----------
    geometry : (n,) object array
        In `frame.stored_crs`, or the plane's units.
    frame : SpatialFrame
        The project's frame, or the one chosen for these data.
    choices : tuple of Message
        What was decided.
    """

    geometry: NDArray[np.object_]
    frame: SpatialFrame
    choices: tuple[Message, ...]


def place(
    geometry: NDArray[np.object_],
    declared: pyproj.CRS | None,
    crs: str,
    frame: SpatialFrame | FrameChooser,
    notes: RowNotes,
) -> Placed:
    """
    Bring geometry into the project's stored system, and choose the frame if there is none yet.

    Parameters
    ----------
    geometry : (n,) object array
        shapely geometries in the file's numbers; None where there is none.
    declared : pyproj.CRS or None
        The system that the file declares.
    crs : str
        What the user says: ``auto``, ``wgs84``, ``gcj02``, ``bd09``, ``EPSG:n``.
    frame : SpatialFrame or FrameChooser
        The project's frame, or what chooses it by longitude and latitude of the data's centre.
    notes : RowNotes
        Receives rows whose coordinates are not finite or not on Earth.

    Returns
    -------
    Placed
        Geometry, frame and choices.

    Raises
    ------
    InputError
        If the system is unknown, does not fit the numbers, or cannot be told from them.
    """
    broken = ~shapely.is_missing(geometry) & ~_all_within(geometry, np.inf)
    notes.reject(broken, N_("A coordinate is not a number, or infinite."))
    geometry = _without(geometry, broken)
    if isinstance(frame, SpatialFrame) and frame.is_planar:
        return _on_the_plane(geometry, declared, crs, frame)
    system, choices = _system(geometry, declared, crs)
    lonlat, said = _to_lonlat(geometry, system, crs, notes)
    # A projection turns numbers beyond all measure into some place or other.
    outside = ~shapely.is_missing(lonlat) & ~(_on_earth(lonlat) & _all_within(geometry, _FARTHEST))
    notes.reject(outside, N_("The coordinates {value} are not on Earth."), values=_corners(geometry))
    lonlat = _without(lonlat, outside)
    centre = _centre(lonlat)
    chosen = frame if isinstance(frame, SpatialFrame) else (frame(*centre) if centre else SpatialFrame.around(0.0, 0.0))
    stored = lonlat if chosen.stored_crs == WGS84 else _projected(lonlat, pyproj.CRS(WGS84), chosen.stored_crs)
    if chosen is not frame and centre:
        said += (
            Message(N_("The project is measured in {crs}, the UTM zone of these data."), {"crs": chosen.metric_crs}),
        )
    return Placed(stored, chosen, (*choices, *said))


def shifted_by_name(columns: tuple[str, ...]) -> str | None:
    """
    Find a hint at GCJ-02 or BD-09 in the names of coordinate columns.

    Parameters
    ----------
    columns : tuple of str
        Names of the columns that hold coordinates.

    Returns
    -------
    str or None
        ``gcj02``, ``bd09``, or None without a hint.
    """
    joined = " ".join(columns).lower()
    if "gcj" in joined or "火星" in joined or "高德" in joined:
        return "gcj02"
    return "bd09" if "bd09" in joined or "bd-09" in joined or "百度" in joined else None


def _on_the_plane(geometry: NDArray[np.object_], declared: pyproj.CRS | None, crs: str, frame: SpatialFrame) -> Placed:
    if crs != "auto" or (declared is not None and declared.is_geographic):
        raise InputError(
            N_("This project is a plane of bare numbers; a layer with a coordinate system does not fit into it."),
            remedy=N_("Import it into a project of its own, or give coordinates in the plane's units."),
        )
    return Placed(geometry, frame, (Message(N_("Coordinates are the plane's units.")),))


def _system(
    geometry: NDArray[np.object_], declared: pyproj.CRS | None, crs: str
) -> tuple[pyproj.CRS, tuple[Message, ...]]:
    """Decide the system that the numbers are in; GCJ-02 and BD-09 count as shifted degrees."""
    wish = crs.strip().lower()
    if wish == "auto":
        return _system_by_itself(geometry, declared)
    if wish in _SHIFTED:
        title = _SHIFTED[wish][0]
        base = declared if declared is not None else pyproj.CRS(WGS84)
        _refuse_other_numbers(geometry, base, title)
        return base, (Message(N_("Coordinate system {crs}, as told."), {"crs": title}),)
    system = pyproj.CRS(WGS84) if wish in {"wgs84", "wgs 84"} else _epsg(crs)
    _refuse_other_numbers(geometry, system, _title(system))
    choices = [Message(N_("Coordinate system {crs}, as told."), {"crs": _title(system)})]
    if declared is not None and not declared.equals(system, ignore_axis_order=True):
        choices.append(Message(N_("The file itself declares {crs}; that was overruled."), {"crs": _title(declared)}))
    return system, tuple(choices)


def _system_by_itself(
    geometry: NDArray[np.object_], declared: pyproj.CRS | None
) -> tuple[pyproj.CRS, tuple[Message, ...]]:
    like_degrees = _share_like_degrees(geometry)
    if declared is not None and (like_degrees >= _MOSTLY or not declared.is_geographic):
        return declared, (Message(N_("Coordinate system {crs}, as the file declares."), {"crs": _title(declared)}),)
    if like_degrees >= _MOSTLY:
        return pyproj.CRS(WGS84), (
            Message(N_("No coordinate system is declared; the numbers look like degrees, so WGS 84 is taken.")),
        )
    if declared is not None:
        raise InputError(
            N_("The file declares {crs}, which is in degrees, but its coordinates, such as {example}, are not."),
            remedy=_PROJECTED_WITHOUT_SYSTEM,
            crs=_title(declared),
            example=_example(geometry),
        )
    raise InputError(
        N_("The coordinate system is not known: no declaration, and coordinates such as {example} are not degrees."),
        remedy=_PROJECTED_WITHOUT_SYSTEM,
        example=_example(geometry),
    )


def _epsg(crs: str) -> pyproj.CRS:
    match = _EPSG.match(crs.strip())
    try:
        return pyproj.CRS.from_epsg(int(match[1]) if match else -1)
    except pyproj.exceptions.CRSError as error:
        raise InputError(
            N_("“{crs}” is no known coordinate system."),
            remedy=N_("Give auto, wgs84, gcj02, bd09, or a number such as EPSG:4547."),
            crs=crs,
        ) from error


def _refuse_other_numbers(geometry: NDArray[np.object_], system: pyproj.CRS, title: str) -> None:
    if system.is_geographic and _share_like_degrees(geometry) < 0.5:
        raise InputError(
            N_("{crs} is in degrees, but coordinates such as {example} are not."),
            remedy=_PROJECTED_WITHOUT_SYSTEM,
            crs=title,
            example=_example(geometry),
        )


def _to_lonlat(
    geometry: NDArray[np.object_], system: pyproj.CRS, crs: str, notes: RowNotes
) -> tuple[NDArray[np.object_], tuple[Message, ...]]:
    said: tuple[Message, ...] = ()
    if _swapped(geometry, system):
        geometry = _mapped(geometry, lambda xy: xy[:, ::-1])
        said = (Message(N_("Longitude and latitude were swapped in the file, and were put right.")),)
    if system.is_geographic:
        geometry = _single_rows_put_right(geometry, notes)
    lonlat = geometry if system.equals(WGS84, ignore_axis_order=True) else _projected(geometry, system, WGS84)
    if crs.strip().lower() in _SHIFTED:
        lonlat = _mapped(lonlat, _SHIFTED[crs.strip().lower()][1])
    return lonlat, said


def _swapped(geometry: NDArray[np.object_], system: pyproj.CRS) -> bool:
    """Compare how many coordinates are possible as they stand, and with the axes exchanged."""
    xy = shapely.get_coordinates(geometry)
    if len(xy) == 0:
        return False
    if system.is_geographic:
        as_is, swapped = _degrees(xy), _degrees(xy[:, ::-1])
    else:
        as_is, swapped = _in_area_of_use(xy, system), _in_area_of_use(xy[:, ::-1], system)
    return bool(swapped.mean() >= _MOSTLY and as_is.mean() < 0.5)


def _single_rows_put_right(geometry: NDArray[np.object_], notes: RowNotes) -> NDArray[np.object_]:
    """Exchange the axes of points that cannot be as they stand and lie among the others when exchanged."""
    points = (shapely.get_type_id(geometry) == 0) & ~shapely.is_empty(geometry)
    x, y = np.full((2, len(geometry)), np.nan)
    x[points], y[points] = shapely.get_coordinates(geometry[points]).T
    possible = points & (np.abs(x) <= 180) & (np.abs(y) <= 90)
    turned = points & (np.abs(x) <= 90) & (np.abs(y) > 90) & (np.abs(y) <= 180)
    if not possible.any() or not turned.any():
        return geometry
    east, north = np.median(x[possible]), np.median(y[possible])
    turned &= (np.abs(y - east) < _AMONG_DEGREES) & (np.abs(x - north) < _AMONG_DEGREES)
    values = [f"{first:.8g}, {second:.8g}" for first, second in zip(x, y, strict=True)]
    notes.repair(turned, N_("Longitude and latitude were exchanged: {value}."), values=values)
    right = geometry.copy()
    right[turned] = shapely.points(y[turned], x[turned])
    return right


def _in_area_of_use(xy: NDArray[np.float64], system: pyproj.CRS) -> NDArray[np.bool_]:
    area = system.area_of_use
    if area is None:
        return np.ones(len(xy), dtype=bool)
    some = xy[:: max(len(xy) // 1000, 1)]
    lon, lat = _transformer(system, WGS84).transform(some[:, 0], some[:, 1])
    margin = 3.0
    inside: NDArray[np.bool_] = (lat > area.south - margin) & (lat < area.north + margin)
    if area.west <= area.east:
        inside &= (lon > area.west - margin) & (lon < area.east + margin)
    return inside


@lru_cache(maxsize=32)
def _transformer(system: pyproj.CRS, target: str | None) -> pyproj.Transformer:
    """Look for the way between two systems once: it takes some 50 ms each time."""
    try:
        return pyproj.Transformer.from_crs(system, target, always_xy=True)
    except pyproj.exceptions.ProjError as error:  # a damaged definition that still parses
        raise InputError(
            N_("The coordinate system {crs} cannot be computed with."),
            why=N_("Its definition in the file is damaged or incomplete."),
            remedy=N_("Give the system with --crs, for example --crs EPSG:4547."),
            crs=_title(system),
        ) from error


def _projected(geometry: NDArray[np.object_], system: pyproj.CRS, target: str | None) -> NDArray[np.object_]:
    transformer = _transformer(system, target)

    def convert(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    return _mapped(geometry, convert)


def _mapped(
    geometry: NDArray[np.object_], convert: Callable[[NDArray[np.float64]], NDArray[np.float64]]
) -> NDArray[np.object_]:
    mapped: NDArray[np.object_] = shapely.transform(geometry, convert)
    return mapped


def _without(geometry: NDArray[np.object_], mask: NDArray[np.bool_]) -> NDArray[np.object_]:
    kept = geometry.copy()
    kept[mask] = None
    return kept


def _centre(lonlat: NDArray[np.object_]) -> tuple[float, float] | None:
    """Find the median place, which stray points do not move; None if there is no place, and so no row to take."""
    xy = shapely.get_coordinates(lonlat)
    if len(xy) == 0:
        return None
    lon, lat = np.median(xy, axis=0)
    return float(lon), float(lat)


def _share_like_degrees(geometry: NDArray[np.object_]) -> float:
    xy = shapely.get_coordinates(geometry)
    if len(xy) == 0:
        return 1.0
    return float(np.mean(_degrees(xy) | _degrees(xy[:, ::-1])))


def _degrees(xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90)
    return inside


def _on_earth(lonlat: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which geometries lie on Earth; a point at exactly 0, 0 is a missing coordinate, not a place."""
    xy, owner = shapely.get_coordinates(lonlat, return_index=True)
    good = np.isfinite(xy).all(axis=1) & _degrees(np.nan_to_num(xy, nan=999.0, posinf=999.0, neginf=999.0))
    on_earth = _all_of(good, owner, len(lonlat))
    nowhere = ~_all_of((xy != 0).any(axis=1), owner, len(lonlat)) & (shapely.get_type_id(lonlat) == 0)
    result: NDArray[np.bool_] = on_earth & ~nowhere
    return result


def _all_within(geometry: NDArray[np.object_], limit: float) -> NDArray[np.bool_]:
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    return _all_of((np.abs(xy) < limit).all(axis=1), owner, len(geometry))


def _all_of(good: NDArray[np.bool_], owner: NDArray[np.intp], count: int) -> NDArray[np.bool_]:
    result = np.ones(count, dtype=bool)
    result[owner[~good]] = False
    return result


def _corners(geometry: NDArray[np.object_]) -> list[str]:
    bounds = shapely.bounds(geometry)
    return [f"{west:.12g}, {south:.12g}" for west, south in bounds[:, :2]]  # a telephone in full is known and left out


def _example(geometry: NDArray[np.object_]) -> str:
    xy = shapely.get_coordinates(geometry)
    odd = xy[~_degrees(xy)]
    x, y = odd[0] if len(odd) else xy[0]
    return f"{x:.10g}, {y:.10g}"


def _title(system: pyproj.CRS) -> str:
    authority = system.to_authority(min_confidence=70)
    return f"{system.name} ({authority[0]}:{authority[1]})" if authority else str(system.name)
