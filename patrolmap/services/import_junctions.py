"""Points that are given by the junctions of the project's network instead of coordinates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.columns import find_column, map_columns
from patrolmap.ingest.name_matching import plain_name
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.ingest.source import Source
    from patrolmap.project.store import ProjectStore

__all__ = ["NODE", "at_junctions"]

NODE: Final = "node"
"""What a user calls the column of junctions in a mapping."""

_WORDS: Final = ("节点", "node", "junction", "位置标号", "路口编号", "路口标号", "所在路口", "位置编号")
_MOSTLY: Final = 0.5
_PLACING: Final = frozenset({"x", "y", "xy", "wkt"})


def at_junctions(project: ProjectStore, source: Source, layer: str, told: Mapping[str, str]) -> Source:
    """
    Put the rows of a table without coordinates where the junctions are that it names.

    Parameters
    ----------
    project : ProjectStore
        Has the junctions of a network that came as tables.
    source : Source
        The rows.
    layer : str
        The layer to fill.
    told : mapping of str to str
        The user's mapping; its ``node`` names the column, which is found by its name and values otherwise.

    Returns
    -------
    Source
        With geometry; as it is if it has coordinates, if the layer is not of points, or if no column names junctions.

    Raises
    ------
    InputError
        If the user names a column that is not there.
    """
    if source.geometry is not None or LAYERS[layer].geometry != ("Point",) or not project.count("nodes"):
        return source
    column = _column(source, told.get(NODE))
    rest = {field: target for field, target in told.items() if field != NODE}
    if column is None and _PLACING & set(map_columns(source, layer, rest).columns):
        return source
    nodes = project.layer("nodes")
    places = dict(zip(nodes["node_id"], nodes.geometry, strict=True))
    column = column or _guess(source, places)
    if column is None:
        return source
    ids = [_known_form(text, places) for text in source.table[column]]
    geometry = np.full(len(ids), None, dtype=object)
    geometry[:] = [places.get(node) for node in ids]
    said = [Message(N_("Places are the junctions that column “{column}” names."), {"column": column})]
    unknown = sorted({node for node in ids if node and node not in places})
    if unknown:
        values = {"count": len(unknown), "nodes": list(unknown[:20])}
        said.append(Message(N_("{count} junctions are not in the project: {nodes}."), values))
    crs = None if project.frame.is_planar else nodes.crs
    return replace(source, geometry=geometry, crs=crs, choices=(*source.choices, *said))


def _column(source: Source, target: str | None) -> str | None:
    if target is None:
        return None
    found = find_column(source, target)
    if found is None:
        raise InputError(
            N_("“{name}” has no column “{column}”."),
            remedy=N_("Its columns are: {columns}."),
            name=source.name,
            column=target,
            columns=list(source.columns[:40]),
        )
    return found


def _guess(source: Source, places: Mapping[str, object]) -> str | None:
    named = [column for column in source.columns if any(word in plain_name(column) for word in map(plain_name, _WORDS))]
    shares = {column: _share(source.table[column].to_numpy(dtype=object), places) for column in named}
    best = max(shares, key=lambda column: shares[column], default=None)
    return best if best is not None and shares[best] >= _MOSTLY else None


def _share(cells: NDArray[np.object_], places: Mapping[str, object]) -> float:
    filled = [text for text in cells if text]
    return sum(_known_form(text, places) in places for text in filled) / max(len(filled), 1)


def _known_form(text: str, places: Mapping[str, object]) -> str:
    """Match 12, 12.0 and node:12 with each other."""
    plain = text.strip().removeprefix("node:")
    for form in (plain, plain.removesuffix(".0"), f"{plain}.0"):
        if form in places:
            return form
    return plain
