"""What OpenStreetMap's tags, and the like in other files, say about streets and barriers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.osm_access import ACCESS_TAGS, access_by_tags
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import BarrierKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.ingest.row_notes import RowNotes
    from patrolmap.ingest.source import Source

__all__ = ["add_barrier_kinds", "add_street_rules"]

_NOT_IN_USE: Final = frozenset(
    {
        "proposed", "construction", "planned", "abandoned", "disused", "razed", "demolished", "dismantled", "no", "none", "platform", "elevator",
        "raceway", "bus_stop", "rest_area", "services", "corridor", "bus_guideway", "escape", "emergency_bay", "via_ferrata", "crossing",
    }
)  # fmt: skip
_ROUND: Final = frozenset({"roundabout", "circular"})
_ONEWAY_CLASSES: Final = frozenset({"motorway"})
_TAG_KINDS: Final = (
    ("railway", {"rail", "light_rail", "narrow_gauge", "tram", "monorail"}, BarrierKind.RAILWAY),
    ("waterway", {"river", "canal", "stream"}, BarrierKind.RIVER),
    ("waterway", {"riverbank", "dock"}, BarrierKind.WATER),
    ("natural", {"water"}, BarrierKind.WATER),
    ("landuse", {"reservoir", "basin"}, BarrierKind.WATER),
    ("leisure", {"park", "garden", "golf_course", "nature_reserve"}, BarrierKind.GREEN),
    ("landuse", {"forest"}, BarrierKind.GREEN),
    ("natural", {"wood"}, BarrierKind.GREEN),
)


def add_street_rules(source: Source, values: dict[str, NDArray[np.object_]], notes: RowNotes) -> tuple[Message, ...]:
    """
    Reject ways that are no streets in use, and fill in what other tags imply: one-way, and who may use a street.

    Parameters
    ----------
    source : Source
        The rows, with tags as columns.
    values : dict of str to (n,) object array
        Field to values; changed in place.
    notes : RowNotes
        Receives rejected rows.

    Returns
    -------
    tuple of Message
        What was decided.
    """
    count = len(source.table)
    classes = values.get("highway", np.full(count, None, dtype=object))
    unused = np.array([value in _NOT_IN_USE for value in classes], dtype=bool)
    notes.reject(unused, N_("“{value}” is no street in use."), column="highway", values=list(classes))
    areas = _tag(source, "area") == "yes"
    notes.reject(areas, N_("It is an area, not the line of a street."), column="area")
    implied = np.isin(_tag(source, "junction"), list(_ROUND)) | np.array([c in _ONEWAY_CLASSES for c in classes])
    oneway = values.setdefault("oneway", np.full(count, None, dtype=object))
    implied &= np.array([value is None for value in oneway], dtype=bool) & notes.alive
    oneway[implied] = "yes"
    said = _add_access(source, values)
    if implied.any():
        said += (
            Message(
                N_(
                    "{count} {count:roundabout or motorway|roundabouts and motorways} without the tag {count:was|were} taken as one-way."
                ),
                {"count": int(implied.sum())},
            ),
        )
    return said


def _add_access(source: Source, values: dict[str, NDArray[np.object_]]) -> tuple[Message, ...]:
    tags = [tag for tag in ACCESS_TAGS if tag in source.table and tag != "access"]
    if not tags or ("access" in values and "access" not in source.table):
        return ()
    summed = access_by_tags(source.table)
    summed[summed == ""] = None
    values["access"] = summed
    return (Message(N_("Who may use a street was taken from the tags {tags}."), {"tags": ["access", *tags]}),)


def add_barrier_kinds(source: Source, values: dict[str, NDArray[np.object_]], notes: RowNotes) -> tuple[Message, ...]:
    """
    Derive the kind of barriers from tags, and reject what runs in a tunnel.

    Parameters
    ----------
    source : Source
        The rows, with tags as columns.
    values : dict of str to (n,) object array
        Field to values; changed in place.
    notes : RowNotes
        Receives rejected rows.

    Returns
    -------
    tuple of Message
        What was decided.

    Raises
    ------
    InputError
        If neither a kind nor a tag is there.
    """
    tunnels = np.isin(_tag(source, "tunnel"), ["yes", "culvert", "true", "1"])
    notes.reject(tunnels, N_("It runs in a tunnel, where it bars no way."), column="tunnel")
    if "kind" in values:
        return ()
    tags = {key for key, _, _ in _TAG_KINDS} & set(source.columns)
    if not tags:
        raise InputError(
            N_("Nothing in “{name}” says what kind of barriers these are."),
            remedy=N_("Say it for all with --map kind==river (or water, railway, green), or name the column."),
            name=source.name,
        )
    kinds = np.full(len(source.table), None, dtype=object)
    for key, words, kind in reversed(_TAG_KINDS):
        kinds[np.isin(_tag(source, key), list(words))] = str(kind)
    values["kind"] = kinds
    return (Message(N_("The kind of barriers was taken from the tags {tags}."), {"tags": sorted(tags)}),)


def _tag(source: Source, name: str) -> NDArray[np.object_]:
    if name in source.table:
        cells: NDArray[np.object_] = source.table[name].to_numpy(dtype=object)
        return cells
    return np.full(len(source.table), "", dtype=object)
