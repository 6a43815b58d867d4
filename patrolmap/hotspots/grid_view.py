"""Incidents by neighbourhood cell: counts, rates, and how many cells had none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.rates import shrink_rates
from patrolmap.messages import N_

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from patrolmap.hotspots.incidents import IncidentSet

__all__ = ["CellView", "GridView", "cell_of", "cells_of_level", "view_grid"]


@dataclass(frozen=True)
class CellView:
    """
    One cell.

    Parameters
    ----------
    cell_id, name : str
        Which.
    incidents : float
        Weight of the incidents in it.
    households : int or None
        Its households, or the sum of its parts'; None if not known.
    per_1000 : float or None
        Incidents for each 1,000 households; None without households.
    shrunken_per_1000 : float or None
        The same by empirical Bayes, so that cells of few households do not shout.
    """

    cell_id: str
    name: str
    incidents: float
    households: int | None
    per_1000: float | None
    shrunken_per_1000: float | None


@dataclass(frozen=True)
class GridView:
    """
    All cells of one level.

    Parameters
    ----------
    level : str
        The level.
    cells : tuple of CellView
        In the order of the layer; special-purpose cells overlie the others and are left out.
    free_share : float
        Share of cells without an incident.
    elsewhere : float
        Weight of incidents that lie in no cell of the level.
    """

    level: str
    cells: tuple[CellView, ...]
    free_share: float
    elsewhere: float

    @property
    def free(self) -> int:
        """Number of cells without an incident."""
        return sum(cell.incidents == 0 for cell in self.cells)

    @property
    def single(self) -> tuple[CellView, ...]:
        """Cells that one incident alone keeps from having none; a rate that rests on it says little."""
        return tuple(cell for cell in self.cells if 0 < cell.incidents <= 1)

    def missing(self, goal_share: float) -> int:
        """
        Tell how many more cells without an incident a goal needs.

        Parameters
        ----------
        goal_share : float
            Share of cells that should have none, 0 to 1.

        Returns
        -------
        int
            0 if the goal is met.

        Raises
        ------
        InputError
            If the share is not from 0 to 1.
        """
        if not 0 <= goal_share <= 1:
            raise InputError(
                N_("A goal of {share} cannot be used."),
                remedy=N_("Give a share from 0 to 1, such as 0.7 for 70 %."),
                share=goal_share,
            )
        return max(0, math.ceil(goal_share * len(self.cells) - 1e-9) - self.free)


def cells_of_level(cells: gpd.GeoDataFrame, level: str) -> gpd.GeoDataFrame:
    """
    Choose the ordinary cells of one level.

    Parameters
    ----------
    cells : geopandas.GeoDataFrame
        Layer `grid_cells`.
    level : str
        One of `CellLevel`.

    Returns
    -------
    geopandas.GeoDataFrame
        At least one row.

    Raises
    ------
    InputError
        If there are none.
    """
    ordinary = cells[cells["special"].fillna("").astype(str).str.strip() == ""]
    chosen = ordinary[ordinary["level"].astype(str) == level]
    if len(chosen) == 0:
        raise InputError(
            N_("There are no grid cells of the level {level}."),
            why=N_("Levels in the project: {levels}."),
            remedy=N_("Import grid cells of this level, or choose another."),
            level=level,
            levels=sorted(set(ordinary["level"].dropna().astype(str))),
        )
    return chosen


def cell_of(xy: NDArray[np.float64], polygons: NDArray[np.object_]) -> NDArray[np.int64]:
    """
    Find the cell of each point.

    Parameters
    ----------
    xy : numpy.ndarray, shape (n, 2)
        Points, metric CRS.
    polygons : numpy.ndarray of object, shape (m,)
        Cells.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        Index of the cell, -1 for none; on a common boundary or in an overlap the first, so that no point counts twice.
    """
    cell = np.full(len(xy), len(polygons), dtype=np.int64)
    point, polygon = shapely.STRtree(polygons).query(shapely.points(xy), predicate="intersects")
    np.minimum.at(cell, point, polygon)
    cell[cell == len(polygons)] = -1
    return cell


def view_grid(cells: gpd.GeoDataFrame, incidents: IncidentSet, level: str) -> GridView:
    """
    Count incidents by cell of one level.

    Parameters
    ----------
    cells : geopandas.GeoDataFrame
        Layer `grid_cells`, metric CRS.
    incidents : IncidentSet
        Incidents.
    level : str
        One of `CellLevel`.

    Returns
    -------
    GridView
        Counts, rates and the share of cells without an incident.

    Raises
    ------
    InputError
        If there are no cells of the level.
    """
    chosen = cells_of_level(cells, level)
    place = cell_of(incidents.xy, chosen.geometry.to_numpy())
    inside = place >= 0
    counts = np.bincount(place[inside], weights=incidents.weight[inside], minlength=len(chosen)).astype(np.float64)
    households = _households(chosen, cells)
    known = np.nan_to_num(households) > 0
    rates = np.full((2, len(chosen)), np.nan)
    if known.any():
        shrunken = shrink_rates(counts[known], households[known])
        rates[:, known] = 1000 * shrunken.raw, 1000 * shrunken.shrunken
    views = tuple(
        CellView(
            str(cell_id),
            "" if name is None or name != name else str(name),  # noqa: PLR0124 - NaN differs from itself
            float(counts[row]),
            int(households[row]) if np.isfinite(households[row]) else None,
            *(float(rate) if np.isfinite(rate) else None for rate in rates[:, row]),
        )
        for row, (cell_id, name) in enumerate(zip(chosen["cell_id"], chosen["name"], strict=True))
    )
    return GridView(level, views, float((counts == 0).mean()), float(incidents.weight[~inside].sum()))


def _households(chosen: gpd.GeoDataFrame, cells: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Households of cells; where they are not given, the sum over their parts, from the smallest up."""
    known: pd.Series = cells.set_index("cell_id")["households"].astype("float64")
    parent = cells.set_index("cell_id")["parent_id"]
    for _ in range(4):
        sums = known.groupby(parent).sum(min_count=1)
        known = known.fillna(known.index.to_series().map(sums))
    values: NDArray[np.float64] = known.reindex(chosen["cell_id"]).to_numpy(dtype=np.float64)
    return values
