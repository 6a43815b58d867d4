"""Who may use a street or pass a barrier, by OpenStreetMap's tags of access.

The more special tag goes before the more general one (https://wiki.openstreetmap.org/wiki/Key:access). Barriers without such
tags are taken as routers take them: bollards and blocks stop cars, gates open unless they are locked or private.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.ingest.source import Source
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["ACCESS_TAGS", "BARRIER_TAGS", "access_by_tags", "cut_at_barriers"]

ACCESS_TAGS: Final = ("access", "vehicle", "motor_vehicle", "motorcar", "bicycle", "foot")
"""Tags that say who may use a street."""

BARRIER_TAGS: Final = ("barrier", "locked", *ACCESS_TAGS)
"""Tags of a point at which a street may be barred."""

_SHUT: Final = frozenset(
    {"no", "agricultural", "forestry", "agricultural;forestry", "emergency", "psv", "bus", "use_sidepath", "dismount"}
)
_PRIVATE: Final = frozenset({"private", "residents", "permit", "employees", "military"})
_OPEN: Final = frozenset(
    {"yes", "permissive", "designated", "destination", "official", "customers", "delivery", "public"}
)
_WORDS: Final = _SHUT | _PRIVATE | _OPEN
_CAR: Final = ("motorcar", "motor_vehicle", "vehicle", "access")
_BICYCLE: Final = ("bicycle", "vehicle", "access")
_FOOT: Final = ("foot", "access")
_CLOSED_GATES: Final = frozenset({"gate", "lift_gate", "swing_gate", "sliding_gate", "hampshire_gate", "barrier_gate"})
_STOP_CARS: Final = frozenset(
    {
        "bollard", "block", "jersey_barrier", "cycle_barrier", "motorcycle_barrier", "log", "debris", "fence", "wall", "hedge", "chain", "planter",
        "rope", "ditch", "wicket_gate", "guard_rail",
    }
)  # fmt: skip
_STOP_WHEELS: Final = frozenset({"turnstile", "full-height_turnstile", "kissing_gate", "stile", "horse_stile"})
_REACH_M: Final = 1.0
_METRES_PER_DEGREE: Final = 111_320.0
_UNITS_PER_DEGREE: Final = 1e7  # as OpenStreetMap stores coordinates


def access_by_tags(table: pd.DataFrame) -> NDArray[np.object_]:
    """
    Sum up who may use each street.

    Parameters
    ----------
    table : pandas.DataFrame
        Tags as columns of texts; any of `ACCESS_TAGS` may be missing.

    Returns
    -------
    (n,) object array of str
        ``no``: closed to all; ``foot``: only on foot; ``bicycle``: no motor vehicles; ``private``: cars only with leave;
        else what ``access`` says, or an empty text.
    """
    tags = {tag: _cells(table, tag) for tag in ACCESS_TAGS}
    car, bicycle, foot = (_first_known(tags, chain) for chain in (_CAR, _BICYCLE, _FOOT))
    on_foot, cycling = ~_among(foot, _SHUT), ~_among(bicycle, _SHUT)
    driving = ~_among(car, _SHUT | _PRIVATE)
    shut = np.where(_among(car, _PRIVATE), "private", "bicycle")
    shut = np.where(cycling, shut, "foot")
    shut = np.where(on_foot, shut, "no")
    said = np.where(_among(tags["access"], _SHUT | _PRIVATE), "", tags["access"])
    result: NDArray[np.object_] = np.where(driving, said, shut).astype(object)
    return result


def cut_at_barriers(source: Source, points: Source) -> Source:
    """
    Cut streets at bollards, blocks and closed gates, so that a short piece of each bars the way.

    Parameters
    ----------
    source : Source
        Streets in degrees, with tags as columns.
    points : Source
        Points with the tags `BARRIER_TAGS`.

    Returns
    -------
    Source
        The streets; one with barriers is several rows: 1 m on either side of a barrier is a piece with
        ``motor_vehicle=no`` or, where bicycles cannot pass either, ``vehicle=no``. Rows are numbered anew.
    """
    cars, wheels = _barred(points.table)
    if source.geometry is None or points.geometry is None or not cars.any():
        return source
    bars = {
        key: "vehicle" if stops else "motor_vehicle"
        for key, stops in zip(_keys(points.geometry[cars]), wheels[cars], strict=True)
    }
    xy, line = shapely.get_coordinates(source.geometry, return_index=True)
    hit = np.fromiter((key in bars for key in _coordinate_keys(xy)), dtype=bool, count=len(xy))
    if not hit.any():
        return source
    rows: list[int] = []
    shapes: list[shapely.Geometry] = []
    closed: dict[int, str] = {}
    barred = set(line[hit].tolist())
    for row, shape in enumerate(source.geometry):
        pieces = _cut(shape, bars) if row in barred and shape.geom_type == "LineString" else [(shape, "")]
        for piece, tag in pieces:
            if tag:
                closed[len(rows)] = tag
            rows.append(row)
            shapes.append(piece)
    return _with_pieces(source, rows, shapes, closed, int(hit.sum()))


def _with_pieces(
    source: Source, rows: list[int], shapes: list[shapely.Geometry], closed: Mapping[int, str], count: int
) -> Source:
    table = source.table.iloc[rows].reset_index(drop=True)
    for tag in ("vehicle", "motor_vehicle", "motorcar", "bicycle"):
        cells = _cells(table, tag).copy()
        for place, barred in closed.items():
            cells[place] = "no" if tag == barred else ""
        table[tag] = cells
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    said = Message(
        N_(
            "{count} {count:barrier on a street stops|barriers on streets stop} cars, such as bollards and closed gates."
        ),
        {"count": count},
    )
    return Source(
        source.name, table, np.arange(1, len(rows) + 1, dtype=np.int64), geometry, source.crs, (*source.choices, said)
    )


def _barred(table: pd.DataFrame) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which barriers stop cars, and which of them bicycles too."""
    kind = _cells(table, "barrier")
    tags = {tag: _cells(table, tag) for tag in ACCESS_TAGS}
    car, bicycle = _first_known(tags, _CAR), _first_known(tags, _BICYCLE)
    told = _among(car, _SHUT | _PRIVATE)
    locked = _among(kind, _CLOSED_GATES) & (_cells(table, "locked") == "yes")
    bars = _among(kind, _STOP_CARS | _STOP_WHEELS) | locked
    wheels = _among(bicycle, _SHUT) | (_among(kind, _STOP_WHEELS) & ~_among(bicycle, _OPEN))
    return (kind != "") & (told | (bars & ~_among(car, _OPEN))), wheels


def _cut(shape: shapely.LineString, bars: Mapping[tuple[int, int], str]) -> list[tuple[shapely.LineString, str]]:
    """Cut one line before and behind each of its vertices that is barred."""
    xy = shapely.get_coordinates(shape)
    xy = xy[np.r_[True, (xy[1:] != xy[:-1]).any(axis=1)]]
    if len(xy) < 2:
        return [(shape, "")]
    pieces: list[tuple[shapely.LineString, str]] = []
    open_from = [xy[0]]
    for at, key in enumerate(_coordinate_keys(xy)):
        tag = bars.get(key)
        if tag is None:
            if at:
                open_from.append(xy[at])
            continue
        before = [] if at == 0 else [_towards(xy[at], xy[at - 1])]
        behind = [] if at == len(xy) - 1 else [_towards(xy[at], xy[at + 1])]
        if before:
            pieces.append((shapely.LineString([*open_from, before[0]]), ""))
        pieces.append((shapely.LineString([*before, xy[at], *behind]), tag))
        open_from = behind
    if len(open_from) > 1:
        pieces.append((shapely.LineString(open_from), ""))
    return pieces


def _towards(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """Go a metre along a segment, at most a third of it: the next vertex may be barred too."""
    east, north = (there - here) * _METRES_PER_DEGREE * np.array([np.cos(np.radians(here[1])), 1.0])
    length_m = float(np.hypot(east, north))
    share = min(_REACH_M / length_m, 1 / 3) if length_m else 0.0
    result: NDArray[np.float64] = here + share * (there - here)
    return result


def _keys(geometry: NDArray[np.object_]) -> list[tuple[int, int]]:
    return _coordinate_keys(shapely.get_coordinates(geometry))


def _coordinate_keys(xy: NDArray[np.float64]) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in np.rint(xy * _UNITS_PER_DEGREE)]


def _first_known(tags: Mapping[str, NDArray[np.object_]], chain: tuple[str, ...]) -> NDArray[np.object_]:
    found = np.full(len(tags[chain[0]]), "", dtype=object)
    for tag in chain:
        found = np.where((found == "") & _among(tags[tag], _WORDS), tags[tag], found)
    return found


def _among(words: NDArray[np.object_], wanted: frozenset[str]) -> NDArray[np.bool_]:
    return np.fromiter((word in wanted for word in words), dtype=bool, count=len(words))


def _cells(table: pd.DataFrame, tag: str) -> NDArray[np.object_]:
    if tag not in table:
        return np.full(len(table), "", dtype=object)
    cells: NDArray[np.object_] = table[tag].to_numpy(dtype=object)
    return cells
