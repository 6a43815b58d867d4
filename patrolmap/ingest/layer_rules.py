"""What each layer derives from its other fields when a file does not say it."""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.enumerations import guess_site_kinds, oneway_code, read_words
from patrolmap.ingest.incident_times import add_incident_times
from patrolmap.ingest.name_matching import plain_name
from patrolmap.ingest.numbers import is_blank, parse_numbers
from patrolmap.ingest.street_rules import add_barrier_kinds, add_street_rules
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import RINGS_OUTSIDE_IN, SiteKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from patrolmap.ingest.columns import ColumnMap
    from patrolmap.ingest.row_notes import RowNotes
    from patrolmap.ingest.source import Source

__all__ = ["Values", "apply_rules"]

Values = dict[str, "NDArray[np.object_]"]

_KINDS_BY_WORD: Final = (
    ("卡口", SiteKind.CHECKPOINT),
    ("检查站", SiteKind.CHECKPOINT),
    ("checkpoint", SiteKind.CHECKPOINT),
    ("路口", SiteKind.INTERSECTION),
    ("intersection", SiteKind.INTERSECTION),
    ("重点", SiteKind.KEY_SITE),
    ("key", SiteKind.KEY_SITE),
    ("学校", SiteKind.KEY_SITE),
    ("岗", SiteKind.POST),
    ("必到点", SiteKind.POST),
    ("post", SiteKind.POST),
)


def apply_rules(
    source: Source,
    layer: str,
    columns: ColumnMap,
    values: Values,
    *,
    geometry: NDArray[np.object_],
    notes: RowNotes,
) -> tuple[Message, ...]:
    """
    Fill in what a layer needs and its other fields tell; change `values` in place.

    Parameters
    ----------
    source : Source
        The rows, with all their columns.
    layer : str
        Name of the layer.
    columns : ColumnMap
        Which column is which field.
    values : Values
        Field to values; changed in place.
    geometry : (n,) object array
        Geometry in the stored system; None for rows without one.
    notes : RowNotes
        Receives rejected and repaired rows.

    Returns
    -------
    tuple of Message
        What was decided.

    Raises
    ------
    InputError
        If a required field has no source at all.
    """
    if layer == "incidents":
        return add_incident_times(source, columns, values, notes)
    if layer == "streets":
        codes = columns.texts(source, "oneway")
        said = () if codes is None else oneway_code(codes)[1]
        return (*said, *add_street_rules(source, values, notes))
    if layer == "sites":
        return _sites(source, values, geometry, columns)
    if layer == "barriers":
        return add_barrier_kinds(source, values, notes)
    rules: Mapping[str, Callable[[Source, Values, NDArray[np.object_]], tuple[Message, ...]]] = MappingProxyType(
        {"teams": _teams, "grid_cells": _grid_cells, "rings": _rings}
    )
    return rules[layer](source, values, geometry) if layer in rules else ()


def _sites(source: Source, values: Values, geometry: NDArray[np.object_], columns: ColumnMap) -> tuple[Message, ...]:
    said: list[Message] = []
    names = values.get("name")
    if "kind" not in values:
        values["kind"] = np.full(len(source.table), None, dtype=object)
        if names is not None:
            values["kind"] = guess_site_kinds(_texts(names))
            said.append(Message(N_("The kind of each site was taken from its name.")))
        kind = _kind_by_file(source)
        missing = np.array([value is None for value in values["kind"]], dtype=bool)
        if missing.any() and kind is not None:
            values["kind"][missing] = str(kind)
            said.append(
                Message(N_("Where the name does not say it, kind is {kind}, by the name of the file."), {"kind": kind})
            )
        elif missing.all():
            raise InputError(
                N_("Nothing in “{name}” says what kind of sites these are."),
                remedy=N_(
                    "Say it for all with --map kind==checkpoint (or intersection, key_site, post), or name the column."
                ),
                name=source.name,
            )
    if "site_id" not in values and names is not None:
        values["site_id"] = _derived_ids("S", _texts(names), _texts(values["kind"]))
        said.append(Message(N_("No column holds ids; they are made from name and kind, the same for every import.")))
    if names is None and not _other_texts(source, columns):
        said += _nameless(values, geometry)
    return tuple(said)


def _nameless(values: Values, geometry: NDArray[np.object_]) -> list[Message]:
    """Name sites by their ids, or number them, where the file has nothing that could be a name."""
    if "site_id" in values:
        values["name"] = values["site_id"].copy()
        return [Message(N_("No column holds names; the ids are taken."))]
    places = np.array(["" if shape is None else shapely.to_wkt(shape, 7) for shape in geometry], dtype=object)
    values["site_id"] = _derived_ids("S", places, _texts(values["kind"]))
    values["name"] = np.array([f"P{number}" for number in range(1, len(places) + 1)], dtype=object)
    return [Message(N_("The file has no names; the sites are called P1, P2 … in its order, with ids by their places."))]


def _other_texts(source: Source, columns: ColumnMap) -> bool:
    """Tell whether a column that no field takes could hold names."""
    used = {*columns.columns.values(), *columns.personal}
    for column in source.columns:
        cells = source.table[column].to_numpy(dtype=object)
        words = cells[~is_blank(cells)]
        if column not in used and np.isnan(parse_numbers(words)).any():
            return True
    return False


def _teams(_source: Source, values: Values, _geometry: NDArray[np.object_]) -> tuple[Message, ...]:
    if "team_id" in values or "name" not in values:
        return ()
    values["team_id"] = _derived_ids("T", _texts(values["name"]))
    return (Message(N_("No column holds ids; they are made from the names, the same for every import.")),)


def _grid_cells(_source: Source, values: Values, geometry: NDArray[np.object_]) -> tuple[Message, ...]:
    if "cell_id" in values:
        return ()
    outlines = np.array([None if shape is None else shape.wkb_hex for shape in geometry], dtype=object)
    values["cell_id"] = _derived_ids("G", _texts(values.get("name", outlines)), _texts(outlines))
    return (Message(N_("No column holds ids; they are made from name and outline, the same for every import.")),)


def _rings(source: Source, values: Values, geometry: NDArray[np.object_]) -> tuple[Message, ...]:
    if "kind" in values:
        return ()
    if "name" in values:
        kinds = read_words(_texts(values["name"]), "rings", "kind")
        if all(kind is not None for kind in kinds):
            values["kind"] = kinds
            return (Message(N_("Which ring is which was taken from the names.")),)
    areas = np.array([0.0 if shape is None else shapely.area(shape) for shape in geometry])
    if len(areas) == len(RINGS_OUTSIDE_IN) and areas.all():
        kinds = np.empty(len(areas), dtype=object)
        kinds[np.argsort(-areas)] = [str(kind) for kind in RINGS_OUTSIDE_IN]
        values["kind"] = kinds
        return (Message(N_("Which ring is which was taken from their sizes: city, town, core.")),)
    raise InputError(
        N_("Nothing in “{name}” says which ring is which."),
        remedy=N_(
            "Name the column with --map kind=…, or say it for a single ring with --map kind==city (or town, core)."
        ),
        name=source.name,
    )


def _kind_by_file(source: Source) -> SiteKind | None:
    title = plain_name(source.name.rsplit(".", 1)[0])
    for word, kind in _KINDS_BY_WORD:
        if word in title:
            return kind
    return None


def _derived_ids(letter: str, *parts: NDArray[np.object_]) -> NDArray[np.object_]:
    """Hash the parts with the number of their repetition, so that the same row gets the same id every time."""
    seen: dict[str, int] = {}
    ids = np.empty(len(parts[0]), dtype=object)
    for place, row in enumerate(zip(*parts, strict=True)):
        text = "\x1f".join(row)
        seen[text] = seen.get(text, 0) + 1
        digest = hashlib.blake2b(f"{text}\x1f{seen[text]}".encode(), digest_size=5).hexdigest()
        ids[place] = f"{letter}{digest}"
    return ids


def _texts(values: NDArray[np.object_]) -> NDArray[np.object_]:
    texts = np.empty(len(values), dtype=object)
    texts[:] = ["" if value is None else str(value) for value in values]
    return texts
