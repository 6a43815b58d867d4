"""Every table of a project that edits may change: the layers, and the records beside them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_
from patrolmap.model.layers import LAYERS, FieldSpec, LayerSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["RECORDS", "TABLES", "columns_of", "geometry_type_name", "is_single_type"]

_RECORD_SPECS: Final = (
    LayerSpec(
        "shifts",
        N_("Shifts"),
        (),
        "shift_id",
        (
            FieldSpec("shift_id", "text", N_("Shift id"), required=True),
            FieldSpec("name", "text", N_("Name")),
            FieldSpec("date", "text", N_("Date"), required=True),
            FieldSpec("start_s", "integer", N_("Start (s)"), required=True),
            FieldSpec("end_s", "integer", N_("End (s)"), required=True),
            FieldSpec("mode", "text", N_("Mode")),
        ),
        importable=False,
    ),
    LayerSpec(
        "plans",
        N_("Patrol plans"),
        (),
        "plan_id",
        (
            FieldSpec("plan_id", "text", N_("Plan id"), required=True),
            FieldSpec("shift_id", "text", N_("Shift id")),
            FieldSpec("shift", "text", N_("Shift")),
            FieldSpec("start", "datetime", N_("Start")),
            FieldSpec("end", "datetime", N_("End")),
            FieldSpec("computed_at", "text", N_("Computed at")),
            FieldSpec("method", "text", N_("Method")),
            FieldSpec("complete", "boolean", N_("Complete")),
            FieldSpec("document", "text", N_("Document"), required=True),
        ),
        importable=False,
    ),
    LayerSpec(
        "patrol_log",
        N_("Patrol log"),
        (),
        "entry_id",
        (
            FieldSpec("entry_id", "text", N_("Entry id"), required=True),
            FieldSpec("plan_id", "text", N_("Plan id"), required=True),
            FieldSpec("team_id", "text", N_("Team id")),
            FieldSpec("visit_id", "text", N_("Visit id"), required=True),
            FieldSpec("state", "text", N_("Done or skipped"), required=True),
            FieldSpec("arrived_at", "datetime", N_("Arrived")),
            FieldSpec("left_at", "datetime", N_("Left")),
            FieldSpec("reason", "text", N_("Why skipped")),
            FieldSpec("event", "text", N_("Event type")),
            FieldSpec("note", "text", N_("Note")),
            FieldSpec("source", "text", N_("Recorded by")),
            FieldSpec("recorded_at", "text", N_("Recorded at")),
        ),
        importable=False,
    ),
    LayerSpec(
        "roster",
        N_("Roster"),
        (),
        "member_id",
        (
            FieldSpec("member_id", "text", N_("Member id"), required=True),
            FieldSpec("team_id", "text", N_("Team id"), required=True),
            FieldSpec("name", "text", N_("Name"), required=True, personal=True),
            FieldSpec("role", "text", N_("Role"), required=True),
            FieldSpec("team_group", "text", N_("Sub-group")),
            FieldSpec("phone", "text", N_("Phone"), personal=True),
            FieldSpec("present", "boolean", N_("Usually present")),
        ),
        importable=False,
    ),
    LayerSpec(
        "attendance",
        N_("Attendance"),
        (),
        "attendance_id",
        (
            FieldSpec("attendance_id", "text", N_("Attendance id"), required=True),
            FieldSpec("date", "text", N_("Date"), required=True),
            FieldSpec("member_id", "text", N_("Member id"), required=True),
            FieldSpec("present", "boolean", N_("Present"), required=True),
        ),
        importable=False,
    ),
    LayerSpec(
        "weeks",
        N_("Weeks"),
        (),
        "week_id",
        (
            FieldSpec("week_id", "text", N_("Week id"), required=True),
            FieldSpec("first_date", "text", N_("First date"), required=True),
            FieldSpec("last_date", "text", N_("Last date"), required=True),
            FieldSpec("computed_at", "text", N_("Computed at")),
            FieldSpec("document", "text", N_("Document"), required=True),
        ),
        importable=False,
    ),
    LayerSpec(
        "office_rows",
        N_("Rows known to the office store"),
        (),
        None,
        (
            FieldSpec("layer", "text", N_("Table"), required=True),
            FieldSpec("row_fid", "integer", N_("Row"), required=True),
            FieldSpec("uid", "text", N_("Id in the office store"), required=True),
            FieldSpec("version", "integer", N_("Version in the office store"), required=True),
            FieldSpec("digest", "text", N_("Digest of the row")),
        ),
        importable=False,
    ),
)

RECORDS: Final[Mapping[str, LayerSpec]] = MappingProxyType({spec.name: spec for spec in _RECORD_SPECS})
"""The tables without geometry that are changed by edits too."""

TABLES: Final[Mapping[str, LayerSpec]] = MappingProxyType({**LAYERS, **RECORDS})
"""Layers and records together."""


def columns_of(spec: LayerSpec) -> tuple[str, ...]:
    """
    List the columns of a table as the file has them, without ``fid``.

    Parameters
    ----------
    spec : LayerSpec
        A layer or record.

    Returns
    -------
    tuple of str
        ``geom`` first if there is geometry, then the fields.
    """
    names = tuple(field.name for field in spec.fields)
    return ("geom", *names) if spec.geometry else names


def is_single_type(spec: LayerSpec) -> bool:
    """
    Tell whether a layer takes one kind of geometry, which the file then stores as its multi-part type.

    Parameters
    ----------
    spec : LayerSpec
        A layer.

    Returns
    -------
    bool
        True for lines or areas alone.
    """
    return spec.geometry in {("LineString", "MultiLineString"), ("Polygon", "MultiPolygon")}


def geometry_type_name(spec: LayerSpec) -> str:
    """
    Name the geometry type as ``gpkg_geometry_columns`` wants it.

    Parameters
    ----------
    spec : LayerSpec
        A layer.

    Returns
    -------
    str
        ``POINT``, ``MULTILINESTRING``, ``MULTIPOLYGON`` or ``GEOMETRY``.
    """
    if len(spec.geometry) == 1 or is_single_type(spec):
        return spec.geometry[-1].upper()
    return "GEOMETRY"
