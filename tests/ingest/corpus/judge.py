"""Whether an import did what the truth of a file asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.i18n import tr_error
from patrolmap.ingest.checking import check_rows_of
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.column_names import EDGE_FIELDS, NODE_FIELDS
from patrolmap.ingest.merging import merge
from patrolmap.ingest.networks import check_network
from patrolmap.ingest.readers import read_source
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.layers import empty_layer

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["Made", "judge"]

_METRES_PER_DEGREE: Final = np.array([91_500.0, 111_000.0])
_TOLERANCE_M: Final = 0.5


@dataclass
class Made:
    """
    A file of the corpus and what must come of it.

    Parameters
    ----------
    path : Path
        The file.
    layer : str
        The layer it is imported as.
    expected : dict of str to (n, 2) array
        Name to degrees in WGS 84 of each row that must be taken; by place (``"0"``, ``"1"``) if names are not kept.
    lost : int or None
        How many rows must be rejected; None for any number.
    crs, encoding : str
        What the user says.
    mapping : dict
        What the user says about columns.
    may_refuse : bool
        Whether a refusal with its reason is as good as an import.
    must_refuse : bool
        Whether only a refusal is right.
    may_lose : bool
        Whether rows may be missing, as of a file cut off; those taken must still be right.
    by_name : bool
        Whether rows are found by name.
    may_garble : bool
        Whether names may be damaged while positions must be right.
    unjudged : bool
        Whether only the kind of the outcome is judged, because the numbers themselves may be others.
    edges : Path or None
        The table of streets, of a network; `path` is that of junctions then.
    times : dict of str to str
        Name to the moment that must be stored, of incidents.
    """

    path: Path
    layer: str
    expected: dict[str, NDArray[np.float64]]
    lost: int | None = 0
    crs: str = "auto"
    encoding: str = "auto"
    mapping: dict[str, str] = field(default_factory=dict)
    may_refuse: bool = False
    must_refuse: bool = False
    may_lose: bool = False
    by_name: bool = True
    may_garble: bool = False
    unjudged: bool = False
    edges: Path | None = None
    times: dict[str, str] = field(default_factory=dict)


def judge(made: Made) -> str:
    """
    Import a file and compare.

    Parameters
    ----------
    made : Made
        The file with its truth.

    Returns
    -------
    str
        What is wrong; empty if nothing is. Errors that are no `InputError` are not caught.
    """
    try:
        rows, rejected = _imported(made)
    except InputError as error:
        return _judge_refusal(made, error)
    if made.must_refuse:
        return f"taken ({len(rows)} rows) where only a refusal is right"
    if made.unjudged:
        return ""
    return _judge_rows(made, rows) or _judge_lost(made, rejected)


def _imported(made: Made) -> tuple[gpd.GeoDataFrame, list[Any]]:
    if made.edges is not None:
        nodes = read_source(made.path, Wanted("nodes", NODE_FIELDS, encoding=made.encoding))
        edges = read_source(made.edges, Wanted("streets", EDGE_FIELDS, encoding=made.encoding))
        junctions, streets = check_network(nodes, edges, {}, made.crs, SpatialFrame.around)
        return streets.rows, [*junctions.notes.rejected, *streets.notes.rejected]
    source = read_source(made.path, Wanted(made.layer, encoding=made.encoding))
    checked = check_rows_of(source, made.layer, made.mapping, made.crs, SpatialFrame.around)
    merged = merge(empty_layer(made.layer, checked.frame.stored_crs), checked)
    inserted = [edit.rows for edit in merged.edits if isinstance(edit, InsertRows)]
    rows = inserted[0] if inserted else checked.rows.iloc[:0]
    return rows, [*checked.notes.rejected, *merged.rejected]


def _judge_refusal(made: Made, error: InputError) -> str:
    if not (str(error.what).strip() and (str(error.remedy).strip() or str(error.why).strip())):
        return f"refused without a reason or a remedy: {error}"
    if not tr_error(error.parts):
        return f"a refusal without words: {error!r}"
    if made.may_refuse or made.must_refuse or not made.expected:
        return ""
    return f"refused: {error}"


def _judge_rows(made: Made, rows: gpd.GeoDataFrame) -> str:
    expected = made.expected
    if len(rows) != len(expected) and not (made.may_lose and len(rows) < len(expected)):
        return f"{len(rows)} rows taken, {len(expected)} expected"
    shapes = rows.geometry.to_numpy()
    key = "incident_id" if made.layer == "incidents" else "name"
    keys = [str(name) for name in rows[key]] if made.by_name else [str(place) for place in range(len(rows))]
    for place, (title, shape) in enumerate(zip(keys, shapes, strict=True)):
        if title not in expected:
            if not made.may_garble:
                return f"the name {title[:40]!r} was not in the file"
            if not any(_same(shape, xy) for xy in expected.values()):
                return f"row {place} lies where nothing was"
        elif not _same(shape, expected[title]):
            return f"{title[:40]!r} lies at {shape.wkt[:60]}, not at {expected[title][:2].tolist()}"
        if title in made.times and rows["time_from"].iloc[place] != made.times[title]:
            return f"{title} happened at {rows['time_from'].iloc[place]}, not at {made.times[title]}"
    return ""


def _same(shape: shapely.Geometry, lonlat: NDArray[np.float64]) -> bool:
    xy = shapely.get_coordinates(shape)
    if xy.shape != lonlat.shape:
        return False
    return bool(np.hypot(*((xy - lonlat) * _METRES_PER_DEGREE).T).max() <= _TOLERANCE_M)


def _judge_lost(made: Made, rejected: list[Any]) -> str:
    if made.lost is not None and len(rejected) != made.lost:
        return f"{len(rejected)} rows rejected, {made.lost} expected: {[str(note.reason) for note in rejected[:3]]}"
    if any(not str(note.reason).strip() for note in rejected):
        return "a row was rejected without a reason"
    return ""
