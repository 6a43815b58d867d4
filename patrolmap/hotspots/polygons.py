"""From a surface to hotspot polygons within an area budget."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast

import contourpy
import numpy as np
import shapely

from patrolmap.hotspots.incidents import IncidentSet, hour_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.hotspots.grid import StudyGrid

__all__ = ["Hotspot", "hotspot_polygons", "level_for_area", "peak_hours"]

_BISECTIONS: Final = 40
_MANY_PIECES: Final = 20
_PEAK_SHARE: Final = 0.5
_ROUNDED_SHARE: Final = 0.5


@dataclass(frozen=True)
class Hotspot:
    """
    A place where incidents concentrate.

    Parameters
    ----------
    polygon : shapely.Polygon
        Outline, metric CRS.
    rank : int
        1 is the strongest.
    score : float
        Share of the whole surface that lies in it, 0 to 1.
    incidents : int
        Incidents in it, of those the surface was made from.
    area_m2 : float
        Its area.
    peak_hours : tuple of int
        First hour and hour after the last of the shortest stretch of the day that holds half of its incidents;
        the second may be above 24.
    categories : tuple of (str, int)
        Categories with their incidents, the most frequent first.
    """

    polygon: shapely.Polygon
    rank: int
    score: float
    incidents: int
    area_m2: float
    peak_hours: tuple[int, int]
    categories: tuple[tuple[str, int], ...]


def hotspot_polygons(
    grid: StudyGrid,
    surface: NDArray[np.float64],
    incidents: IncidentSet,
    area_budget_m2: float,
    *,
    cellwise: bool = False,
    patch_m2: float = 0.0,
) -> tuple[Hotspot, ...]:
    """
    Outline the highest parts of a surface.

    Parameters
    ----------
    grid : StudyGrid
        The cells.
    surface : numpy.ndarray, shape (rows, columns)
        Density or score at the cell centres; what is under 0 counts as 0.
    incidents : IncidentSet
        Incidents to count in the polygons.
    area_budget_m2 : float
        Area that the polygons may cover together.
    cellwise : bool, default False
        Whether to outline the highest cells themselves, which is right for counts, instead of a contour.
    patch_m2 : float, default 0
        Area of the bump that one incident makes in the surface, at half its height. A smaller piece of a contour is the
        tip of a low hill, not a place of its own, and is left out, unless it takes a twentieth of the budget.

    Returns
    -------
    tuple of Hotspot
        By rank. Outlines follow the contour of the level whose area fits the budget, or the highest cells with rounded
        corners, cut to the study area; pieces smaller than a cell or without an incident are left out too.
    """
    surface = np.maximum(surface, 0.0)
    if not surface.max(initial=0.0) > 0:
        return ()
    if cellwise:
        outline, least_m2 = _cells(grid, surface, area_budget_m2), _ROUNDED_SHARE * grid.cell_m**2
    else:
        least_m2 = max(grid.cell_m**2, min(patch_m2, area_budget_m2 / _MANY_PIECES))
        outline = _contour(grid, surface, level_for_area(grid, surface, area_budget_m2, least_m2))
    total = float((surface * grid.share_inside).sum()) * grid.cell_m**2
    found = []
    for polygon in shapely.get_parts(outline):
        if shapely.get_type_id(polygon) != shapely.GeometryType.POLYGON or polygon.area < least_m2:
            continue
        inside = incidents.take(shapely.contains_xy(polygon, incidents.xy[:, 0], incidents.xy[:, 1]))
        if len(inside):
            found.append((_mass(grid, surface, polygon) / total, polygon, inside))
    found.sort(key=lambda item: (-item[0], item[1].bounds))
    return tuple(_hotspot(rank, *item) for rank, item in enumerate(found, start=1))


def level_for_area(
    grid: StudyGrid, surface: NDArray[np.float64], area_budget_m2: float, least_m2: float | None = None
) -> float:
    """
    Find the level of a surface whose outline covers an area.

    Parameters
    ----------
    grid : StudyGrid
        The cells.
    surface : numpy.ndarray, shape (rows, columns)
        Density at the cell centres.
    area_budget_m2 : float
        Area.
    least_m2 : float or None, default None
        Smaller pieces do not count; None for a cell's size.

    Returns
    -------
    float
        The lowest level at which pieces of at least that size are together not above the budget, by bisection.
    """
    least_m2 = grid.cell_m**2 if least_m2 is None else least_m2
    low, high = 0.0, float(surface.max())
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if _kept_area(_contour(grid, surface, middle), least_m2) > area_budget_m2:
            low = middle
        else:
            high = middle
        if high - low < 1e-6 * high:
            break
    return high


def peak_hours(incidents: IncidentSet) -> tuple[int, int]:
    """
    Find the stretch of the day in which half of the incidents happen.

    Parameters
    ----------
    incidents : IncidentSet
        At least one.

    Returns
    -------
    tuple of int
        First hour, 0 to 23, and the hour after the last, which is above 24 when the stretch passes midnight. The
        shortest stretch; of equal ones that with most incidents, then the earliest.
    """
    by_hour = (hour_shares(incidents) * incidents.weight[:, None]).sum(axis=0).reshape(7, 24).sum(axis=0)
    circle = np.r_[0.0, np.cumsum(np.r_[by_hour, by_hour])]
    for length in range(1, 25):
        sums = circle[length : length + 24] - circle[:24]
        if sums.max() >= _PEAK_SHARE * by_hour.sum() - 1e-9:
            first = int(np.argmax(sums))
            return first, first + length
    return 0, 24


def _cells(grid: StudyGrid, surface: NDArray[np.float64], area_budget_m2: float) -> shapely.Geometry:
    """Highest cells within a budget, merged where they share a side, their corners rounded."""
    area = (grid.share_inside * grid.cell_m**2).ravel()
    flat = np.where(area > 0, surface.ravel(), 0.0)
    order = np.argsort(-flat, kind="stable")
    order = order[flat[order] > 0]
    chosen = order[np.cumsum(area[order]) <= area_budget_m2 * (1 + 1e-9)]
    west = grid.x0_m + (chosen % grid.columns) * grid.cell_m
    south = grid.y0_m + (chosen // grid.columns) * grid.cell_m
    merged = shapely.union_all(shapely.box(west, south, west + grid.cell_m, south + grid.cell_m))
    corner_m = grid.cell_m / 4
    rounded = shapely.buffer(shapely.buffer(merged, -corner_m), corner_m)
    return shapely.intersection(rounded, grid.area)


def _kept_area(outline: shapely.Geometry, least_m2: float) -> float:
    areas = shapely.area(shapely.get_parts(outline))
    return float(areas[areas >= least_m2].sum())


def _contour(grid: StudyGrid, surface: NDArray[np.float64], level: float) -> shapely.Geometry:
    xs = grid.x0_m + (np.arange(-1, grid.columns + 1) + 0.5) * grid.cell_m
    ys = grid.y0_m + (np.arange(-1, grid.rows + 1) + 0.5) * grid.cell_m
    generator = contourpy.contour_generator(xs, ys, np.pad(surface, 1), fill_type=contourpy.FillType.OuterOffset)
    filled = generator.filled(max(level, np.finfo(float).tiny), np.inf)
    points, offsets = cast("tuple[list[NDArray[np.float64]], list[NDArray[np.uint32]]]", filled)
    polygons = [
        shapely.Polygon(outline[cuts[0] : cuts[1]], [outline[a:b] for a, b in pairwise(cuts[1:])])
        for outline, cuts in zip(points, offsets, strict=True)
    ]
    if not polygons:
        return shapely.Polygon()
    return shapely.intersection(shapely.union_all(shapely.make_valid(np.array(polygons))), grid.area)


def _mass(grid: StudyGrid, surface: NDArray[np.float64], polygon: shapely.Polygon) -> float:
    left, bottom, right, top = polygon.bounds
    columns = slice(
        max(int((left - grid.x0_m) // grid.cell_m), 0), min(int((right - grid.x0_m) // grid.cell_m) + 1, grid.columns)
    )
    rows = slice(
        max(int((bottom - grid.y0_m) // grid.cell_m), 0), min(int((top - grid.y0_m) // grid.cell_m) + 1, grid.rows)
    )
    west, south = np.meshgrid(grid.x_m[columns] - grid.cell_m / 2, grid.y_m[rows] - grid.cell_m / 2)
    boxes = shapely.box(west, south, west + grid.cell_m, south + grid.cell_m)
    return float((surface[rows, columns] * shapely.area(shapely.intersection(boxes, polygon))).sum())


def _hotspot(rank: int, score: float, polygon: shapely.Polygon, inside: IncidentSet) -> Hotspot:
    names, counts = np.unique(inside.category.astype(str), return_counts=True)
    order = np.lexsort((names, -counts))
    categories = tuple((str(names[i]), int(counts[i])) for i in order)
    return Hotspot(polygon, rank, float(score), len(inside), float(polygon.area), peak_hours(inside), categories)
