"""The blocks of a project's rings, with what lies in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ring_title
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.rings.blocks import LEAST_BLOCK_M2, Block, find_blocks
from patrolmap.rings.closure import ClosureParams
from patrolmap.rings.guards import TOLERANCE_M
from patrolmap.services.rings_demand import points_of
from patrolmap.services.rings_reading import read_rings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.model.schedule import Shift
    from patrolmap.project.store import ProjectStore

__all__ = ["RingBlock", "ring_blocks"]


@dataclass(frozen=True, eq=False)
class RingBlock:
    """
    A block with what lies in it.

    Parameters
    ----------
    ring : str
        The ring.
    block : Block
        Area and entrances.
    site_ids : tuple of str
        The sites in it.
    incidents : int
        How many incidents happened in it.
    """

    ring: str
    block: Block
    site_ids: tuple[str, ...]
    incidents: int


def ring_blocks(
    project: ProjectStore,
    ring: str | None = None,
    *,
    tolerance_m: float = TOLERANCE_M,
    least_m2: float = LEAST_BLOCK_M2,
    duty: Shift | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[RingBlock, ...]:
    """
    Divide rings into blocks by their boundaries, arterials, rivers, waters and railways.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    ring : str or None
        One kind of ring; None for each by itself.
    tolerance_m : float, default 150.0
        How far from an entrance a checkpoint may stand, metres along the street.
    least_m2 : float, default 10000.0
        Smaller pieces are joined to a neighbour.
    duty : Shift or None
        Only who is on duty during all of it controls an entrance; None for all.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    tuple of RingBlock
        From the outer ring inwards; an inner ring's land is part of the outer ring's blocks too.

    Raises
    ------
    InputError
        If there is no such ring, or there are no streets.
    """
    reading = read_rings(project, ring, ClosureParams(duty=duty))
    rows = project.metric_layer("barriers")
    barriers = rows.geometry[rows["kind"].isin(["river", "water", "railway"])].to_numpy()
    sites, incidents = project.metric_layer("sites"), project.metric_layer("incidents")
    site_xy, incident_xy = points_of(sites), points_of(incidents)
    found = []
    for place, (kind, area) in enumerate(reading.areas.items()):
        raise_if_cancelled(cancel)
        progress(place / len(reading.areas), Message(N_("Blocks: {ring}"), {"ring": ring_title(kind)}))
        part = SubProgress(progress, place / len(reading.areas), (place + 1) / len(reading.areas))
        blocks = find_blocks(
            reading.graph,
            kind,
            area,
            barriers,
            reading.controls,
            tolerance_m=tolerance_m,
            least_m2=least_m2,
            progress=part,
            cancel=cancel,
        )
        for block in blocks:
            ids = tuple(str(one) for one in sites["site_id"][_inside(block.area, site_xy)])
            found.append(RingBlock(kind, block, ids, int(_inside(block.area, incident_xy).sum())))
    return tuple(found)


def _inside(area: shapely.Geometry, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    shapely.prepare(area)
    inside: NDArray[np.bool_] = np.asarray(shapely.contains_xy(area, xy), dtype=bool)
    return inside
