"""Blocks: the pieces of a ring between arterials, rivers and railways, and the ways into each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.rings.crossings import Crossing, find_crossings
from patrolmap.rings.guards import TOLERANCE_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.rings.controls import Controls
    from patrolmap.streets.network import StreetGraph

__all__ = ["ARTERIALS", "LEAST_BLOCK_M2", "Block", "cut_blocks", "find_blocks"]

ARTERIALS: Final = ("motorway", "trunk", "primary", "secondary")
"""Classes of streets that bound blocks; links of them do not."""

LEAST_BLOCK_M2: Final = 10_000.0
"""Smaller pieces, such as the strip between two carriageways, are joined to the neighbour with the longest common side."""


@dataclass(frozen=True, eq=False)
class Block:
    """
    A block.

    Parameters
    ----------
    block_id : str
        Ring and number, from the north-west.
    area : shapely.Polygon or shapely.MultiPolygon
        Metric.
    area_m2 : float
        Its area.
    entrances : tuple of Crossing
        Where streets lead in, with who controls each; dips left out.
    """

    block_id: str
    area: shapely.Geometry
    area_m2: float
    entrances: tuple[Crossing, ...]

    @property
    def controlled_entrances(self) -> int:
        """How many entrances somebody controls."""
        return sum(one.controlled for one in self.entrances)

    @property
    def controlled_share(self) -> float | None:
        """Controlled entrances over all, 0 to 1; None without entrances."""
        return self.controlled_entrances / len(self.entrances) if self.entrances else None

    @property
    def rank(self) -> int:
        """2 if somebody stands at every entrance, 1 at some, 0 at none; a block without entrances has 2."""
        held = self.controlled_entrances
        return 2 if held == len(self.entrances) else int(held > 0)


def cut_blocks(
    area: shapely.Geometry, lines: NDArray[np.object_], *, least_m2: float = LEAST_BLOCK_M2
) -> tuple[shapely.Geometry, ...]:
    """
    Cut an area along lines.

    Parameters
    ----------
    area : shapely.Geometry
        The ring's area, valid.
    lines : numpy.ndarray of object
        Lines that bound blocks, and areas whose outlines do; metric.
    least_m2 : float, default 10000.0
        Smaller pieces are joined to a neighbour.

    Returns
    -------
    tuple of shapely.Geometry
        The faces, from north to south and west to east; together they are the area.
    """
    outlines = [one.boundary if shapely.get_dimensions(one) == 2 else one for one in lines]
    noded = shapely.union_all([area.boundary, *(shapely.intersection(one, area) for one in outlines)])
    faces = [face for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))) if not face.is_empty]
    inside = [face for face in faces if area.contains(face.representative_point())]
    joined = _joined(inside, least_m2)
    return tuple(sorted(joined, key=lambda face: (-round(face.bounds[3]), round(face.bounds[0]))))


def _joined(faces: list[shapely.Geometry], least_m2: float) -> list[shapely.Geometry]:
    """Join small faces, the smallest first, to the neighbour with the longest common side."""
    left = dict(enumerate(faces))
    kept: set[int] = set()
    while True:
        small = [place for place, face in left.items() if face.area < least_m2 and place not in kept]
        if not small:
            return list(left.values())
        place = min(small, key=lambda one: left[one].area)
        places = [one for one in left if one != place]
        tree = shapely.STRtree([left[one] for one in places])
        near = [places[one] for one in tree.query(left[place], predicate="intersects")]
        shared = {one: left[place].boundary.intersection(left[one].boundary).length for one in near}
        best = max(shared, key=lambda one: shared[one], default=-1)
        if best < 0 or shared[best] <= 0:
            kept.add(place)
        else:
            left[best] = shapely.union(left[best], left.pop(place))


def find_blocks(
    graph: StreetGraph,
    ring: str,
    area: shapely.Geometry,
    barriers: NDArray[np.object_],
    controls: Controls,
    *,
    tolerance_m: float = TOLERANCE_M,
    least_m2: float = LEAST_BLOCK_M2,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[Block, ...]:
    """
    Divide a ring into blocks and list the entrances of each.

    Parameters
    ----------
    graph : StreetGraph
        The streets; the classes `ARTERIALS` bound blocks.
    ring : str
        Its kind, for the ids.
    area : shapely.Geometry
        Its area, valid, metric.
    barriers : numpy.ndarray of object
        Rivers and railways as lines, waters as areas.
    controls : Controls
        Where checkpoints and controlled intersections stand.
    tolerance_m : float, default 150.0
        How far from an entrance a checkpoint may stand, metres along the street.
    least_m2 : float, default 10000.0
        Smaller pieces are joined to a neighbour.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    tuple of Block
        From north to south and west to east.

    Notes
    -----
    An entrance is a crossing of the block's boundary in the sense of `patrolmap.rings.crossings.find_crossings`; most are
    junctions where a side street leaves an arterial.
    """
    arterial = np.isin(graph.edges["highway"].astype(str).to_numpy(), ARTERIALS)
    lines = np.concatenate([graph.edge_geometry[arterial], np.asarray(barriers, dtype=object)])
    tree = shapely.STRtree(lines)
    lines = lines[tree.query(area, predicate="intersects")]
    blocks, faces = [], cut_blocks(area, lines, least_m2=least_m2)
    for number, face in enumerate(faces, start=1):
        raise_if_cancelled(cancel)
        progress(number / len(faces))
        name = f"{ring}-block-{number:03d}"
        found = find_crossings(graph, name, face, controls, tolerance_m=tolerance_m).crossings
        entrances = tuple(one for one in found if not one.dips)
        blocks.append(Block(name, face, float(face.area), entrances))
    return tuple(blocks)
