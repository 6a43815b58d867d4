"""Rings nest: core within town within city."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from patrolmap.model.kinds import RINGS_OUTSIDE_IN
from patrolmap.rings.passages import ON_BOUNDARY_M

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NestingViolation", "check_nesting", "polygonal"]


@dataclass(frozen=True, eq=False)
class NestingViolation:
    """
    A piece of a ring that lies outside the ring around it.

    Parameters
    ----------
    inner, outer : str
        The two rings.
    piece : shapely.Geometry
        The offending piece, polygon or multipolygon, metric.
    area_m2 : float
        Its area.
    """

    inner: str
    outer: str
    piece: shapely.Geometry
    area_m2: float


def check_nesting(areas: Mapping[str, shapely.Geometry]) -> tuple[NestingViolation, ...]:
    """
    Compare each ring with the next one around it.

    Parameters
    ----------
    areas : mapping of str to shapely.Geometry
        Areas by kind of ring, metric; kinds that are missing are skipped.

    Returns
    -------
    tuple of NestingViolation
        Empty if all is well. Boundaries may coincide: what lies within a centimetre of the outer ring is in it.
    """
    present = [kind for kind in RINGS_OUTSIDE_IN if kind in areas]
    found = []
    for outer, inner in itertools.pairwise(present):
        piece = polygonal(areas[inner].difference(areas[outer].buffer(ON_BOUNDARY_M)))
        if piece.area > 0:
            found.append(NestingViolation(inner.value, outer.value, piece, float(piece.area)))
    return tuple(found)


def polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """
    Repair a geometry and keep its areas.

    Parameters
    ----------
    geometry : shapely.Geometry
        Anything.

    Returns
    -------
    shapely.Geometry
        A valid polygon or multipolygon, perhaps empty.
    """
    parts = shapely.get_parts(shapely.make_valid(geometry))
    flat = [piece for part in parts for piece in shapely.get_parts(part)]
    return shapely.union_all([piece for piece in flat if shapely.get_dimensions(piece) == 2])
