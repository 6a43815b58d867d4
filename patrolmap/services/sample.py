"""The sample district: which of its files goes into which layer, and the shift that it is shown with."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ShiftMode
from patrolmap.model.schedule import Shift, TimeWindow, parse_clock
from patrolmap.resources import sample_layer

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DISTRICT", "HELSINKI", "SampleFile", "sample_district_name", "sample_files", "sample_shift"]

DISTRICT: Final = "district"
"""Folder of the made-up district below `sample_layers/`."""

HELSINKI: Final = "helsinki"
"""Folder of the small real layer set below `sample_layers/`."""

_FILES: Final = {
    DISTRICT: (
        ("boundary.geojson", "boundary", N_("District boundary of the sample")),
        ("streets.geojson", "streets", N_("Streets of the sample")),
        ("barriers.geojson", "barriers", N_("Water, railway and parks of the sample")),
        ("rings.geojson", "rings", N_("The three rings of the sample")),
        ("grid_cells.zip", "grid_cells", N_("Grid cells of the sample")),
        ("sites.xlsx", "sites", N_("The 409 controlled points of the sample")),
        ("incidents.csv", "incidents", N_("Two years of incidents of the sample")),
        ("teams.xlsx", "teams", N_("The 60 patrol teams of the sample")),
    ),
    HELSINKI: (("Helsinki.osm.pbf", "streets", N_("Streets of central Helsinki (OpenStreetMap)")),),
}


@dataclass(frozen=True)
class SampleFile:
    """
    A file of a sample and where it belongs.

    Parameters
    ----------
    path : Path
        An existing file.
    layer : str
        Key of `patrolmap.model.layers.LAYERS`.
    title : Message
        What it is, for the user.
    crs : str, default "EPSG:4326"
        CRS of its coordinates.
    """

    path: Path
    layer: str
    title: Message
    crs: str = "EPSG:4326"


def sample_files(sample: str = DISTRICT) -> tuple[SampleFile, ...]:
    """
    List the files of a sample in the order in which they are imported.

    Parameters
    ----------
    sample : str, default DISTRICT
        `DISTRICT` or `HELSINKI`.

    Returns
    -------
    tuple of SampleFile
        All in WGS 84; tables with Chinese heads that an import recognises without a mapping.

    Raises
    ------
    KeyError
        If there is no such sample.
    PatrolmapError
        If the installation lacks a file.
    """
    return tuple(
        SampleFile(sample_layer(f"{sample}/{name}"), layer, Message(title)) for name, layer, title in _FILES[sample]
    )


def sample_district_name() -> str:
    """
    Give the name of the made-up district.

    Returns
    -------
    str
        In Chinese, as a project of it is named.

    Raises
    ------
    PatrolmapError
        If the installation lacks the sample.
    """
    return str(_card()["name"])


def sample_shift() -> Shift:
    """
    Give the shift that demonstrations plan.

    Returns
    -------
    Shift
        An evening in routine mode.

    Raises
    ------
    PatrolmapError
        If the installation lacks the sample.
    """
    asked = _card()["shift"]
    return Shift(
        shift_id=asked["shift_id"],
        name=asked["name"],
        date=dt.date.fromisoformat(asked["date"]),
        window=TimeWindow(parse_clock(asked["start"]), parse_clock(asked["end"])),
        mode=ShiftMode(asked["mode"]),
    )


def _card() -> dict[str, dict[str, str]]:
    card: dict[str, dict[str, str]] = json.loads(sample_layer(f"{DISTRICT}/district.json").read_text(encoding="utf-8"))
    return card
