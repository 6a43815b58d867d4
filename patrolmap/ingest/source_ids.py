"""Streets that a file and the project know by the same id, though nothing guarantees that ids are unique."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["SOURCE_IDS", "SameIds", "same_ids"]

SOURCE_IDS: Final = {"streets": "source_id"}
"""The field by which rows of a layer without a key can be recognised."""

_SAME_NUMBERING: Final = 0.5


@dataclass(frozen=True, eq=False)
class SameIds:
    """
    Which rows of a file the project has under the same id.

    Parameters
    ----------
    known : (n,) bool array
        Rows of the file whose id stands once in the file and once in the project.
    split : (n,) bool array
        Rows whose id stands once in the file and several times in the project: someone cut them into pieces.
    theirs : (m,) bool array
        Rows of the project that `known` refers to.
    choices : tuple of Message
        What was decided.
    """

    known: NDArray[np.bool_]
    split: NDArray[np.bool_]
    theirs: NDArray[np.bool_]
    choices: tuple[Message, ...] = ()


def same_ids(existing: gpd.GeoDataFrame, rows: gpd.GeoDataFrame, name: str) -> SameIds:
    """
    Recognise rows by an id of their source.

    Parameters
    ----------
    existing : geopandas.GeoDataFrame
        The layer as it is.
    rows : geopandas.GeoDataFrame
        The rows of the file.
    name : str
        The field that holds the id.

    Returns
    -------
    SameIds
        Nothing is recognised if fewer than half of the common ids name lines nearer to each other than their own
        length: then two sources merely count from 1 alike. Expected O(n + m).
    """
    ours, here = existing[name].astype("string"), rows[name].astype("string")
    times = ours.value_counts()
    in_project = here.map(times).fillna(0).to_numpy(dtype=np.int64)
    once = (~here.duplicated(keep=False) & here.notna() & (here != "")).to_numpy(dtype=bool)
    known = once & (in_project == 1)
    theirs = ours.isin(here[known]).fillna(value=False).to_numpy(dtype=bool)
    nothing = SameIds(np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool), np.zeros(len(ours), dtype=bool))
    if not (once & (in_project > 0)).any():
        return nothing
    if known.any() and _share_in_place(existing, rows, name, known) < _SAME_NUMBERING:
        said = Message(N_("The ids of this file count other streets than those of the project, and were not compared."))
        return SameIds(nothing.known, nothing.split, nothing.theirs, (said,))
    split = once & (in_project > 1)
    choices: tuple[Message, ...] = ()
    if split.any():
        text = N_(
            "{count} {count:street was|streets were} cut into pieces in the project; the pieces were left as they are."
        )
        choices = (Message(text, {"count": int(split.sum())}),)
    return SameIds(known, split, theirs, choices)


def _share_in_place(existing: gpd.GeoDataFrame, rows: gpd.GeoDataFrame, name: str, known: NDArray[np.bool_]) -> float:
    theirs = rows[known]
    by_id = existing.set_index(existing[name].astype(str)).geometry
    ours = by_id[~by_id.index.duplicated()].reindex(theirs[name].astype(str)).to_numpy()
    new = theirs.geometry.to_numpy()
    reach = np.maximum(shapely.length(ours), shapely.length(new))
    return float(np.mean(shapely.distance(ours, new) <= reach))
