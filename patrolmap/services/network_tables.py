"""A street network that is given as two tables, read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.column_names import EDGE_FIELDS, NODE_FIELDS
from patrolmap.ingest.columns import field_called
from patrolmap.ingest.networks import check_network, told_for
from patrolmap.ingest.readers import read_source
from patrolmap.messages import N_, Message
from patrolmap.model.frame import SpatialFrame
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.services.projects import frame_around

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patrolmap.ingest.checking import CheckedRows
    from patrolmap.ingest.placing import FrameChooser
    from patrolmap.ingest.source import Source
    from patrolmap.project.store import ProjectStore

__all__ = ["NetworkTables", "frame_of", "read_tables"]


@dataclass(frozen=True)
class NetworkTables:
    """
    A table of junctions and a table of streets, and how to read them.

    Parameters
    ----------
    nodes, edges : Path
        CSV or Excel; two sheets of one workbook are told apart by their columns.
    planar : bool, default False
        Whether coordinates are bare numbers on a plane; otherwise they are longitude and latitude, or in `crs`.
    metres_per_unit : float, default 1.0
        Length of one unit of the plane.
    mapping : mapping of str to str or None, default None
        Field to column for both tables; ``nodes.name``, ``edges.name`` tell fields of the same name apart.
    crs : str, default "auto"
        As in `patrolmap.services.importing.import_file`.
    encoding : str, default "auto"
        As there.
    """

    nodes: Path
    edges: Path
    planar: bool = False
    metres_per_unit: float = 1.0
    mapping: Mapping[str, str] | None = None
    crs: str = "auto"
    encoding: str = "auto"

    @property
    def name(self) -> str:
        """Names of the files, for messages."""
        return self.nodes.name if self.nodes == self.edges else f"{self.nodes.name} + {self.edges.name}"


def read_tables(
    project: ProjectStore, tables: NetworkTables, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> tuple[CheckedRows, CheckedRows]:
    """
    Read and check both tables of a network, and write nothing.

    Parameters
    ----------
    project : ProjectStore
        The project.
    tables : NetworkTables
        The tables.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    tuple of CheckedRows
        Junctions, and streets.

    Raises
    ------
    InputError
        If a table cannot be imported, or the project is of another kind (plane or Earth) or scale.
    """
    progress(0.0, Message(N_("Reading {name}"), {"name": tables.nodes.name}))
    nodes = read_source(tables.nodes, Wanted("nodes", NODE_FIELDS, encoding=tables.encoding), cancel=cancel)
    progress(0.4, Message(N_("Reading {name}"), {"name": tables.edges.name}))
    edges = read_source(tables.edges, Wanted("streets", EDGE_FIELDS, encoding=tables.encoding), cancel=cancel)
    told = tables.mapping or {}
    _require_known(told, nodes, edges)
    frame = _planar_frame(project, tables.metres_per_unit) if tables.planar else frame_of(project)
    parts = check_network(nodes, edges, told, tables.crs, frame)
    raise_if_cancelled(cancel)
    return parts


def frame_of(project: ProjectStore) -> SpatialFrame | FrameChooser:
    """
    Give the frame that imported rows are brought into.

    Parameters
    ----------
    project : ProjectStore
        The project.

    Returns
    -------
    SpatialFrame or FrameChooser
        The project's, or what chooses it around the first data.
    """
    return project.frame if project.has_frame else partial(frame_around, project)


def _require_known(told: Mapping[str, str], nodes: Source, edges: Source) -> None:
    for key, column in told.items():
        used = field_called(key.rpartition(".")[2]) in told_for(told, "nodes", nodes) | told_for(told, "edges", edges)
        if not used:
            raise InputError(
                N_("“{key}={column}” fits neither table."),
                remedy=N_("Junctions have {node_columns}; streets have {edge_columns}."),
                key=key,
                column=column,
                node_columns=list(nodes.columns[:40]),
                edge_columns=list(edges.columns[:40]),
            )


def _planar_frame(project: ProjectStore, metres_per_unit: float) -> SpatialFrame:
    frame = SpatialFrame.planar(metres_per_unit)
    if project.has_frame and project.frame != frame and any(project.counts().values()):
        raise InputError(
            N_("This project has another coordinate system or scale."),
            remedy=N_("Import the network into a new project."),
        )
    return frame
