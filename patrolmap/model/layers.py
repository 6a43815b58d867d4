"""The layers of a project: their fields, geometry and keys. One table for the file, the import and the exports."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

__all__ = ["BLOCK_STATES", "BLOCK_TITLES", "LAYERS", "FieldSpec", "FieldType", "LayerSpec", "empty_layer"]

FieldType = Literal["text", "integer", "real", "boolean", "datetime"]

_PANDAS_TYPES: Final[Mapping[FieldType, str]] = MappingProxyType(
    {"text": "object", "integer": "Int64", "real": "float64", "boolean": "boolean", "datetime": "object"}
)


@dataclass(frozen=True)
class FieldSpec:
    """
    One column of a layer.

    Parameters
    ----------
    name : str
        Name in the file and in the code.
    type : FieldType
        ``datetime`` is ISO 8601 local time as text, ``2026-11-20T21:30:00``.
    title : str
        English title, the key of its translation.
    required : bool, default False
        Whether an imported row without it is rejected.
    personal : bool, default False
        Whether it is of a person; such fields go on rosters and sheets only.
    """

    name: str
    type: FieldType
    title: str
    required: bool = False
    personal: bool = False


@dataclass(frozen=True)
class LayerSpec:
    """
    One layer of a project.

    Parameters
    ----------
    name : str
        Table name in the project file.
    title : str
        English title, the key of its translation.
    geometry : tuple of str
        Allowed geometry types, as shapely names them; empty for a table without geometry.
    key : str or None
        The field whose values are unique, so that an import can update; None if rows have no name of their own.
    fields : tuple of FieldSpec
        The columns beside ``fid`` and ``geometry``.
    importable : bool, default True
        Whether the user brings it as a file, or the program computes it.
    """

    name: str
    title: str
    geometry: tuple[str, ...]
    key: str | None
    fields: tuple[FieldSpec, ...]
    importable: bool = True

    def field(self, name: str) -> FieldSpec:
        """
        Find a field by its name.

        Parameters
        ----------
        name : str
            Field name.

        Returns
        -------
        FieldSpec
            The field.

        Raises
        ------
        KeyError
            If the layer has no such field.
        """
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise KeyError(name)


BLOCK_STATES: Final = ("none", "some", "all")
"""At how many entrances of a block somebody stands: the field ``held``; a block without entrances has ``all``."""

BLOCK_TITLES: Final = (
    N_("Block: nobody at its entrances"), N_("Block: somebody at some"), N_("Block: somebody at all"),
)  # fmt: skip
"""English titles of `BLOCK_STATES` for legends."""

_LINE = ("LineString", "MultiLineString")
_AREA = ("Polygon", "MultiPolygon")

_SPECS: Final = (
    LayerSpec(
        "boundary",
        N_("District boundary"),
        _AREA,
        None,
        (FieldSpec("name", "text", N_("Name")),),
    ),
    LayerSpec(
        "streets",
        N_("Streets"),
        _LINE,
        None,
        (
            FieldSpec("name", "text", N_("Name")),
            FieldSpec("ref", "text", N_("Number")),
            FieldSpec("highway", "text", N_("Class")),
            FieldSpec("oneway", "text", N_("One-way")),
            FieldSpec("level", "integer", N_("Level")),
            FieldSpec("bridge", "boolean", N_("Bridge")),
            FieldSpec("tunnel", "boolean", N_("Tunnel")),
            FieldSpec("maxspeed_kph", "real", N_("Speed limit (km/h)")),
            FieldSpec("access", "text", N_("Access")),
            FieldSpec("source_id", "text", N_("Source id")),
            FieldSpec("from_node", "text", N_("From node")),
            FieldSpec("to_node", "text", N_("To node")),
            FieldSpec("length_m", "real", N_("Length (m)")),
            FieldSpec("travel_s", "real", N_("Travel time (s)")),
        ),
    ),
    LayerSpec(
        "nodes",
        N_("Junctions"),
        ("Point",),
        "node_id",
        (
            FieldSpec("node_id", "text", N_("Node id"), required=True),
            FieldSpec("name", "text", N_("Name")),
            FieldSpec("demand", "real", N_("Demand")),
            FieldSpec("attributes", "text", N_("Other columns")),
        ),
    ),
    LayerSpec(
        "barriers",
        N_("Water, railways, green"),
        ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
        None,
        (FieldSpec("kind", "text", N_("Kind"), required=True), FieldSpec("name", "text", N_("Name"))),
    ),
    LayerSpec(
        "rings",
        N_("Defence rings"),
        _AREA,
        "kind",
        (FieldSpec("kind", "text", N_("Ring"), required=True), FieldSpec("name", "text", N_("Name"))),
    ),
    LayerSpec(
        "sites",
        N_("Checkpoints and key sites"),
        ("Point",),
        "site_id",
        (
            FieldSpec("site_id", "text", N_("Site id"), required=True),
            FieldSpec("name", "text", N_("Name"), required=True),
            FieldSpec("kind", "text", N_("Kind"), required=True),
            FieldSpec("level", "integer", N_("Duty level")),
            FieldSpec("hours", "text", N_("Hours")),
            FieldSpec("owner", "text", N_("Owner")),
            FieldSpec("ring", "text", N_("Ring")),
            FieldSpec("zone", "text", N_("Zone")),
        ),
    ),
    LayerSpec(
        "incidents",
        N_("Incidents"),
        ("Point",),
        "incident_id",
        (
            FieldSpec("incident_id", "text", N_("Incident id")),
            FieldSpec("category", "text", N_("Category"), required=True),
            FieldSpec("time_from", "datetime", N_("From"), required=True),
            FieldSpec("time_to", "datetime", N_("To")),
        ),
    ),
    LayerSpec(
        "grid_cells",
        N_("Grid cells"),
        _AREA,
        "cell_id",
        (
            FieldSpec("cell_id", "text", N_("Cell id"), required=True),
            FieldSpec("name", "text", N_("Name")),
            FieldSpec("level", "text", N_("Level")),
            FieldSpec("parent_id", "text", N_("Part of")),
            FieldSpec("households", "integer", N_("Households")),
            FieldSpec("special", "text", N_("Special purpose")),
        ),
    ),
    LayerSpec(
        "teams",
        N_("Teams"),
        ("Point",),
        "team_id",
        (
            FieldSpec("team_id", "text", N_("Team id"), required=True),
            FieldSpec("name", "text", N_("Name"), required=True),
            FieldSpec("leader", "text", N_("Leader"), personal=True),
            FieldSpec("phone", "text", N_("Phone"), personal=True),
            FieldSpec("members", "integer", N_("Members")),
            FieldSpec("mode", "text", N_("Travels by")),
            FieldSpec("speed_kph", "real", N_("Speed (km/h)")),
            FieldSpec("hours", "text", N_("Hours")),
            FieldSpec("break_minutes", "real", N_("Break (min)")),
            FieldSpec("zone", "text", N_("Zone")),
            FieldSpec("ring", "text", N_("Ring")),
        ),
    ),
    LayerSpec(
        "hotspots",
        N_("Hotspots"),
        _AREA,
        "hotspot_id",
        (
            FieldSpec("hotspot_id", "text", N_("Hotspot id"), required=True),
            FieldSpec("name", "text", N_("Name")),
            FieldSpec("rank", "integer", N_("Rank")),
            FieldSpec("score", "real", N_("Score")),
            FieldSpec("incidents", "integer", N_("Incidents")),
            FieldSpec("area_m2", "real", N_("Area (m²)")),
            FieldSpec("peak_hours", "text", N_("Peak hours")),
            FieldSpec("categories", "text", N_("Categories")),
            FieldSpec("method", "text", N_("Method")),
            FieldSpec("period", "text", N_("Period")),
            FieldSpec("provenance", "text", N_("Provenance")),
            FieldSpec("entrances", "integer", N_("Entrances")),
            FieldSpec("entrance_streets", "text", N_("Entrance streets")),
            FieldSpec("dwell_min", "integer", N_("Suggested stay (min)")),
            FieldSpec("visits", "integer", N_("Suggested visits a shift")),
            FieldSpec("gap_min", "integer", N_("Least gap between visits (min)")),
        ),
        importable=False,
    ),
    LayerSpec(
        "routes",
        N_("Routes"),
        ("LineString", "MultiLineString", "Point"),
        None,
        (
            FieldSpec("plan_id", "text", N_("Plan id"), required=True),
            FieldSpec("team_id", "text", N_("Team id"), required=True),
            FieldSpec("team", "text", N_("Team")),
            FieldSpec("start", "datetime", N_("Start")),
            FieldSpec("end", "datetime", N_("End")),
            FieldSpec("stops", "integer", N_("Stops")),
            FieldSpec("length_m", "real", N_("Length (m)")),
        ),
        importable=False,
    ),
    LayerSpec(
        "stops",
        N_("Stops"),
        ("Point",),
        None,
        (
            FieldSpec("plan_id", "text", N_("Plan id"), required=True),
            FieldSpec("team_id", "text", N_("Team id"), required=True),
            FieldSpec("number", "integer", N_("No.")),
            FieldSpec("visit_id", "text", N_("Visit id")),
            FieldSpec("name", "text", N_("Place")),
            FieldSpec("task", "text", N_("Task")),
            FieldSpec("arrive", "datetime", N_("Arrive")),
            FieldSpec("leave", "datetime", N_("Leave")),
        ),
        importable=False,
    ),
    LayerSpec(
        "events",
        N_("Events"),
        ("Point",),
        "event_id",
        (
            FieldSpec("event_id", "text", N_("Event id"), required=True),
            FieldSpec("type", "text", N_("Event type"), required=True),
            FieldSpec("place", "text", N_("Place")),
            FieldSpec("happened_at", "datetime", N_("Found at")),
            FieldSpec("due_at", "datetime", N_("Due by")),
            FieldSpec("state", "text", N_("State"), required=True),
            FieldSpec("unit", "text", N_("Assigned to")),
            FieldSpec("received_at", "datetime", N_("Received at")),
            FieldSpec("received_note", "text", N_("Note on receiving")),
            FieldSpec("assigned_at", "datetime", N_("Assigned at")),
            FieldSpec("assigned_note", "text", N_("Note on assigning")),
            FieldSpec("handled_at", "datetime", N_("Handled at")),
            FieldSpec("handled_note", "text", N_("Note on handling")),
            FieldSpec("fed_back_at", "datetime", N_("Fed back at")),
            FieldSpec("fed_back_note", "text", N_("Note on feedback")),
            FieldSpec("rated_at", "datetime", N_("Rated at")),
            FieldSpec("rated_note", "text", N_("Note on rating")),
            FieldSpec("rating", "integer", N_("Rating")),
            FieldSpec("source", "text", N_("Entry of the patrol log")),
        ),
        importable=False,
    ),
    LayerSpec(
        "blocks",
        N_("Ring blocks"),
        _AREA,
        "block_id",
        (
            FieldSpec("block_id", "text", N_("Block"), required=True),
            FieldSpec("ring", "text", N_("Ring"), required=True),
            FieldSpec("held", "text", N_("Entrances held")),
            FieldSpec("entrances", "integer", N_("Entrances")),
            FieldSpec("controlled_entrances", "integer", N_("Controlled entrances")),
            FieldSpec("controlled_share", "real", N_("Controlled share")),
            FieldSpec("sites", "integer", N_("Sites")),
            FieldSpec("site_ids", "text", N_("Which sites")),
            FieldSpec("incidents", "integer", N_("Incidents")),
            FieldSpec("area_m2", "real", N_("Area (m²)")),
            FieldSpec("provenance", "text", N_("Provenance")),
        ),
        importable=False,
    ),
)

LAYERS: Final[Mapping[str, LayerSpec]] = MappingProxyType({spec.name: spec for spec in _SPECS})


def empty_layer(name: str, crs: str | None) -> gpd.GeoDataFrame:
    """
    Make a layer without rows.

    Parameters
    ----------
    name : str
        One of `LAYERS`.
    crs : str or None
        Its CRS; None for planar.

    Returns
    -------
    geopandas.GeoDataFrame
        With all fields of the layer in their types, indexed by ``fid``.
    """
    import geopandas as gpd
    import pandas as pd

    spec = LAYERS[name]
    columns = {field.name: pd.Series(dtype=_PANDAS_TYPES[field.type]) for field in spec.fields}
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=crs), crs=crs)
    return frame.rename_axis("fid")
