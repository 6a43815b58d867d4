"""From the lines of a street layer to the street graph, with a report of every choice made on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import shapely

from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.streets.attributes import normal_attributes, normal_oneway
from patrolmap.streets.build_report import BuildReport, report_of
from patrolmap.streets.chains import find_chains, mates
from patrolmap.streets.network import StreetGraph, assemble
from patrolmap.streets.planar import PlanarCrossings, find_planar_crossings
from patrolmap.streets.roundabouts import find_roundabouts
from patrolmap.streets.vertices import CleanLines, clean_lines
from patrolmap.streets.welding import Inserted, VertexTable, node_order, vertex_table, weld_ends, with_inserted

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["GraphBuild", "build_graph"]

_AGREE: Final = ["name", "ref", "highway", "level", "bridge", "tunnel", "roundabout", "maxspeed_kph", "access"]


@dataclass(frozen=True, eq=False)
class GraphBuild:
    """
    A street graph and how it came about.

    Parameters
    ----------
    graph : StreetGraph
        The graph.
    report : BuildReport
        What was found, left out and chosen.
    """

    graph: StreetGraph
    report: BuildReport


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Streets cut at all nodes, before chains are joined."""

    nodes: NDArray[np.int64]
    line: NDArray[np.int64]
    geometry: NDArray[np.object_]
    collapsed: int


def build_graph(
    lines: gpd.GeoDataFrame,
    *,
    snap_tolerance_m: float = 0.5,
    node_crossings: Literal["auto"] | bool = "auto",
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> GraphBuild:
    """
    Build the street graph from lines.

    Parameters
    ----------
    lines : geopandas.GeoDataFrame
        Lines and multi-lines in metres, with the columns of the layer ``streets``; any column may be missing.
    snap_tolerance_m : float, default 0.5
        Ends of lines this near to another end, or to another line of the same level, meet it. 0 for exact data.
    node_crossings : {"auto", True, False}, default "auto"
        Whether lines of one level that cross without a common vertex meet there. ``"auto"`` says yes if such
        crossings are at least a quarter of all junctions: then the layer was drawn without junctions.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    GraphBuild
        The graph and its report. Nodes are numbered by x, then y; edges by the first of their streets.

    Notes
    -----
    Nodes are all ends of lines, all vertices that lines share, and what the tolerance and `node_crossings` add.
    Chains of pieces through nodes of degree 2 become one edge where name, number, class, level, bridge, tunnel,
    speed limit, access and direction agree. O(p log p) in the number of vertices.
    """
    oneway, unknown_oneway = normal_oneway(lines)
    attributes = normal_attributes(lines)
    clean = clean_lines(lines, oneway)
    raise_if_cancelled(cancel)
    progress(0.2, Message(N_("Finding junctions")))
    level = attributes["level"].to_numpy()[clean.row]
    table, ends_moved, ends_on_lines = _welded(clean, level, snap_tolerance_m)
    raise_if_cancelled(cancel)
    progress(0.5)
    crossings = _crossings(table, clean, level, attributes, snap_tolerance_m)
    noded = crossings.look_like_junctions if node_crossings == "auto" else bool(node_crossings)
    if noded:
        table = with_inserted(table, crossings.inserted, np.empty((0, 2), dtype=np.int64))
    raise_if_cancelled(cancel)
    progress(0.8, Message(N_("Joining streets")))
    pieces = _pieces(table, snap_tolerance_m)
    graph = _graph(table, pieces, attributes.iloc[clean.row], oneway[clean.row], _crs_name(lines))
    progress(1.0)
    report = report_of(
        graph,
        clean=clean,
        rows=len(lines),
        unknown_oneway=unknown_oneway,
        ends_moved=ends_moved,
        ends_on_lines=ends_on_lines,
        crossings=crossings,
        noded=noded,
        asked=node_crossings,
        pieces=len(pieces.line),
        junctions=len(np.unique(pieces.nodes)),
        collapsed=pieces.collapsed,
    )
    return GraphBuild(graph, report)


def _crs_name(lines: gpd.GeoDataFrame) -> str | None:
    return None if lines.crs is None else str(lines.crs.to_string())


def _welded(clean: CleanLines, level: NDArray[np.integer], tolerance_m: float) -> tuple[VertexTable, int, int]:
    table = vertex_table(clean.geometry)
    if tolerance_m <= 0 or len(clean.geometry) == 0:
        return table, 0, 0
    pairs, inserted = weld_ends(table, clean.geometry, level, tolerance_m)
    return with_inserted(table, inserted, pairs), len(pairs), len(inserted.line)


def _crossings(
    table: VertexTable,
    clean: CleanLines,
    level: NDArray[np.integer],
    attributes: pd.DataFrame,
    tolerance_m: float,
) -> PlanarCrossings:
    if len(clean.geometry) == 0:
        none = np.empty(0, dtype=np.int64)
        return PlanarCrossings(Inserted(none, np.empty(0), np.empty((0, 2)), none), 0)
    highway = attributes["highway"].to_numpy()[clean.row]
    return find_planar_crossings(table, clean.geometry, level, highway, tolerance_m)


def _pieces(table: VertexTable, tolerance_m: float) -> _Pieces:
    uses = np.bincount(table.node, minlength=table.node_count)
    cut = np.flatnonzero(table.is_end | (uses[table.node] > 1))
    begin, end = cut[:-1], cut[1:]
    same = table.line[begin] == table.line[end]
    begin, end = begin[same], end[same]
    sizes = end - begin + 1
    owner = np.repeat(np.arange(len(begin)), sizes)
    vertex = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes) + begin[owner]
    geometry = shapely.linestrings(table.xy[vertex], indices=owner) if len(owner) else np.empty(0, dtype=object)
    nodes = np.column_stack([table.node[begin], table.node[end]])
    length_m = shapely.length(geometry)
    kept = (nodes[:, 0] != nodes[:, 1]) | (length_m > max(2 * tolerance_m, 0.0))
    return _Pieces(nodes[kept], table.line[begin][kept], geometry[kept], int((~kept).sum()))


def _graph(
    table: VertexTable, pieces: _Pieces, attributes: pd.DataFrame, oneway: NDArray[np.integer], crs: str | None
) -> StreetGraph:
    xy = np.empty((table.node_count, 2))
    xy[table.node] = table.xy
    rank = node_order(xy)
    table_of_pieces = attributes.iloc[pieces.line].reset_index(drop=True)
    likeness = table_of_pieces.groupby(_AGREE, dropna=False, sort=False).ngroup().to_numpy()
    way = np.asarray(oneway)[pieces.line]
    end_rank = rank[pieces.nodes].reshape(-1)
    chains = find_chains(mates(pieces.nodes, likeness, way), end_rank)
    length_m = shapely.length(pieces.geometry)
    first = np.array([chain[0] for chain in chains], dtype=np.int64)
    last = np.array([chain[-1] ^ 1 for chain in chains], dtype=np.int64)
    longest = np.array(
        [max((end // 2 for end in chain), key=lambda p: (length_m[p], -p)) for chain in chains], dtype=np.int64
    )
    end_node = pieces.nodes.reshape(-1)
    edge_nodes = np.column_stack([end_node[first], end_node[last]])
    used = np.unique(edge_nodes)
    used = used[np.argsort(rank[used], kind="stable")]
    number = np.full(table.node_count, -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    geometry = _joined(pieces.geometry, chains)
    edge_oneway = np.where(first % 2 == 0, way[first // 2], -way[first // 2])
    edges = table_of_pieces.iloc[longest].reset_index(drop=True)
    edges["roundabout"] |= find_roundabouts(geometry, edge_oneway)
    names = np.array([str(place) for place in range(len(used))], dtype=object)
    return assemble(xy[used], names, number[edge_nodes], geometry, oneway=edge_oneway, edges=edges, crs=crs)


def _joined(geometry: NDArray[np.object_], chains: list[list[int]]) -> NDArray[np.object_]:
    joined = np.empty(len(chains), dtype=object)
    joined[:] = geometry[[chain[0] // 2 for chain in chains]] if chains else []
    for place, chain in enumerate(chains):
        if len(chain) > 1 or chain[0] % 2:
            parts = [shapely.get_coordinates(geometry[end // 2])[:: -1 if end % 2 else 1] for end in chain]
            joined[place] = shapely.LineString(np.vstack([parts[0], *(part[1:] for part in parts[1:])]))
    return joined
