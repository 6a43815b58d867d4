"""How evenly a plan serves the neighbourhoods, and how evenly it loads the teams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from patrolmap.model.plan import PatrolPlan

__all__ = ["CellService", "Fairness", "cell_services", "fairness_of", "least_served"]


@dataclass(frozen=True)
class CellService:
    """
    What one grid cell gets.

    Parameters
    ----------
    cell_id, name : str
        The cell.
    wanted, met : int
        Visits wanted in it, and how many of them are planned.
    dwell_s : int
        Seconds of presence planned in it.
    """

    cell_id: str
    name: str
    wanted: int
    met: int
    dwell_s: int

    @property
    def share(self) -> float:
        """Share of the wanted visits that is planned, 0 to 1."""
        return self.met / self.wanted


@dataclass(frozen=True)
class Fairness:
    """
    The fairness of a plan in numbers.

    Parameters
    ----------
    longest_team_id, longest_team : str
        The team that works longest; empty if no team has a stop.
    longest_work_s, mean_work_s : float
        Its seconds from leaving home to coming home, and the mean of all teams with stops.
    idle_teams : int
        Teams without a stop.
    least_served : CellService or None
        The grid cell with the smallest share of its visits planned; of equal ones the one with the most unmet visits,
        then by id. None without grid cells with visits.
    cells_wanted, cells_served : int
        Grid cells in which visits are wanted, and in which at least one is planned.
    """

    longest_team_id: str
    longest_team: str
    longest_work_s: float
    mean_work_s: float
    idle_teams: int
    least_served: CellService | None
    cells_wanted: int
    cells_served: int


def fairness_of(plan: PatrolPlan, cells: gpd.GeoDataFrame) -> Fairness:
    """
    Measure the fairness of a plan.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    cells : geopandas.GeoDataFrame
        Layer ``grid_cells``, metric CRS; may be empty. Cells that others are part of are not looked at.

    Returns
    -------
    Fairness
        In numbers.
    """
    busy = [route for route in plan.routes if route.stops]
    work_s = {route.team_id: float(route.end_s - route.depart_s) for route in busy}
    longest = max(busy, key=lambda route: (work_s[route.team_id], route.team_id), default=None)
    served = cell_services([plan], cells)
    return Fairness(
        longest_team_id=longest.team_id if longest else "",
        longest_team=longest.team_name if longest else "",
        longest_work_s=work_s[longest.team_id] if longest else 0.0,
        mean_work_s=float(np.mean(list(work_s.values()))) if work_s else 0.0,
        idle_teams=len(plan.routes) - len(busy),
        least_served=least_served(served),
        cells_wanted=len(served),
        cells_served=sum(cell.met > 0 for cell in served),
    )


def least_served(services: Sequence[CellService]) -> CellService | None:
    """
    Choose the cell that gets least.

    Parameters
    ----------
    services : sequence of CellService
        Cells with visits.

    Returns
    -------
    CellService or None
        The smallest share; of equal ones the most unmet visits, then by id. None without any cell.
    """
    return min(services, key=lambda cell: (cell.share, cell.met - cell.wanted, cell.cell_id), default=None)


def cell_services(plans: Sequence[PatrolPlan], cells: gpd.GeoDataFrame) -> list[CellService]:
    """
    Count what each of the smallest grid cells gets.

    Parameters
    ----------
    plans : sequence of PatrolPlan
        One plan, or those of a week.
    cells : geopandas.GeoDataFrame
        Layer ``grid_cells``, metric CRS; may be empty. Cells that others are part of are not looked at.

    Returns
    -------
    list of CellService
        Cells in which visits are wanted, summed over the plans.
    """
    parents = set(cells["parent_id"].dropna().astype(str))
    smallest = cells[~cells["cell_id"].astype(str).isin(parents)]
    met = [stop.visit for plan in plans for route in plan.routes for stop in route.stops]
    visits = met + [one.visit for plan in plans for one in plan.unmet]
    points = np.array([visit.point for visit in visits], dtype=object)
    tree = shapely.STRtree(smallest.geometry.to_numpy())
    pairs = tree.query(points, predicate="intersects") if len(points) else np.empty((2, 0), dtype=np.intp)
    # A point on a border belongs to the first of its cells.
    cell_of = {int(visit): int(cell) for visit, cell in sorted(pairs.T.tolist(), reverse=True)}
    count: dict[int, list[int]] = {}
    for number, cell in cell_of.items():
        tally = count.setdefault(cell, [0, 0, 0])
        tally[0] += 1
        if number < len(met):
            tally[1] += 1
            tally[2] += visits[number].dwell_s
    ids = smallest["cell_id"].astype(str).to_list()
    names = smallest["name"].fillna("").astype(str).to_list()
    return [CellService(ids[cell], names[cell], *count[cell]) for cell in sorted(count)]
