"""A network given as a table of nodes and a table of edges, with planar coordinates and a scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.streets.attributes import normal_attributes, normal_oneway
from patrolmap.streets.network import StreetGraph, assemble

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["graph_from_tables"]


def graph_from_tables(nodes: pd.DataFrame, edges: pd.DataFrame, metres_per_unit: float = 1.0) -> StreetGraph:
    """
    Make the graph of a network given as tables.

    Parameters
    ----------
    nodes : pandas.DataFrame
        ``node_id`` and either ``x`` and ``y`` or a ``geometry`` of points.
    edges : pandas.DataFrame
        ``from_node`` and ``to_node``; of the columns of the layer ``streets`` what there is. ``length_m`` (metres) and
        ``travel_s`` hold where they are given. An edge without ``geometry`` is a straight line.
    metres_per_unit : float, default 1.0
        Scale of the coordinates. Lengths given in ``length_m`` are metres already.

    Returns
    -------
    StreetGraph
        A node for each row of `nodes` with the user's id, an edge for each row of `edges` in their order: nothing is
        joined and nothing left out. ``crs`` is that of `nodes`, if it has one.

    Raises
    ------
    InputError
        If an id occurs twice, a place is missing, or an edge names a node that is not in the table.
    """
    import pandas as pd

    node_id = np.array([_id_text(value) for value in nodes["node_id"]], dtype=object)
    twice = pd.Series(node_id)[pd.Series(node_id).duplicated()].unique()
    if len(twice):
        raise InputError(
            N_("The node ids are not unique: {ids}."),
            remedy=N_("Give each junction an id of its own."),
            ids=_some(twice),
        )
    xy = _places(nodes) * metres_per_unit
    lost = node_id[~np.isfinite(xy).all(axis=1)]
    if len(lost):
        raise InputError(
            N_("Junctions without coordinates: {ids}."), remedy=N_("Complete the node table."), ids=_some(lost)
        )
    ends = _ends(edges, node_id)
    oneway, _ = normal_oneway(edges)
    length_m = (
        pd.to_numeric(edges["length_m"], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        if "length_m" in edges.columns
        else None
    )
    crs = getattr(nodes, "crs", None)
    return assemble(
        xy,
        node_id,
        ends,
        _lines(edges, xy[ends], metres_per_unit),
        oneway=oneway,
        edges=normal_attributes(edges),
        length_m=length_m,
        crs=None if crs is None else str(crs.to_string()),
    )


def _id_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _some(ids: Sequence[object] | NDArray[np.object_]) -> list[str]:
    return [str(one) for one in ids[:10]]


def _places(nodes: pd.DataFrame) -> NDArray[np.float64]:
    import pandas as pd

    if "x" in nodes.columns and "y" in nodes.columns:
        columns = [pd.to_numeric(nodes[axis], errors="coerce") for axis in ("x", "y")]
        return np.column_stack([column.to_numpy(dtype=np.float64, na_value=np.nan) for column in columns])
    points = nodes["geometry"].to_numpy()
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _ends(edges: pd.DataFrame, node_id: NDArray[np.object_]) -> NDArray[np.int64]:
    place = {name: number for number, name in enumerate(node_id)}
    wanted = [[_id_text(value) for value in edges[column]] for column in ("from_node", "to_node")]
    unknown = sorted({name for names in wanted for name in names if name not in place})
    if unknown:
        raise InputError(
            N_("Edges name junctions that are not in the node table: {ids}."),
            remedy=N_("Add them to the node table, or check that the right columns were chosen."),
            ids=_some(unknown),
        )
    return np.array([[place[name] for name in names] for names in wanted], dtype=np.int64).T.reshape(-1, 2)


def _lines(edges: pd.DataFrame, ends_xy: NDArray[np.float64], metres_per_unit: float) -> NDArray[np.object_]:
    straight = shapely.linestrings(ends_xy.reshape(-1, 2, 2)) if len(ends_xy) else np.empty(0, dtype=object)
    if "geometry" not in edges.columns:
        return straight
    drawn = np.array(edges["geometry"], dtype=object)
    usable = np.isin(shapely.get_type_id(drawn), [1]) & ~shapely.is_empty(drawn)
    scaled = shapely.transform(drawn, lambda xy: xy * metres_per_unit)
    result = np.where(usable, scaled, straight)
    return np.asarray(result, dtype=object)
