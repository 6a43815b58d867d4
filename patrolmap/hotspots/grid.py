"""The grid of cells over the study area. The area decides its extent; a stray point never does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MAX_CELLS", "StudyGrid"]

MAX_CELLS: Final = 4_000_000


@dataclass(frozen=True, eq=False)
class StudyGrid:
    """
    Square cells over a study area.

    Parameters
    ----------
    area : shapely.Geometry
        The study area, polygon or multipolygon, metric CRS.
    cell_m : float
        Side of a cell.
    x0_m, y0_m : float
        Lower left corner of the grid.
    rows, columns : int
        Shape of the grid; row 0 is the southernmost.
    """

    area: shapely.Geometry
    cell_m: float
    x0_m: float
    y0_m: float
    rows: int
    columns: int

    @classmethod
    def over(cls, area: shapely.Geometry, cell_m: float) -> StudyGrid:
        """
        Lay a grid over an area.

        Parameters
        ----------
        area : shapely.Geometry
            Polygon or multipolygon, metric CRS.
        cell_m : float
            Side of a cell.

        Returns
        -------
        StudyGrid
            Its corner lies on whole multiples of `cell_m`, so that grids of neighbouring areas fit.

        Raises
        ------
        InputError
            If the area is empty or the cells would be too many.
        """
        if area.is_empty or area.area <= 0:
            raise InputError(
                N_("The study area has no extent."),
                remedy=N_("Import a district boundary, rings or streets first."),
            )
        left, bottom, right, top = area.bounds
        x0_m, y0_m = math.floor(left / cell_m) * cell_m, math.floor(bottom / cell_m) * cell_m
        columns, rows = math.ceil((right - x0_m) / cell_m), math.ceil((top - y0_m) / cell_m)
        if rows * columns > MAX_CELLS:
            raise InputError(
                N_("Cells of {cell_m} m would make {count} cells, too many."),
                remedy=N_("Choose larger cells."),
                cell_m=cell_m,
                count=rows * columns,
            )
        return cls(area, cell_m, x0_m, y0_m, max(rows, 1), max(columns, 1))

    @property
    def x_m(self) -> NDArray[np.float64]:
        """Eastings of the cell centres, shape (columns,)."""
        return self.x0_m + (np.arange(self.columns, dtype=np.float64) + 0.5) * self.cell_m

    @property
    def y_m(self) -> NDArray[np.float64]:
        """Northings of the cell centres, shape (rows,)."""
        return self.y0_m + (np.arange(self.rows, dtype=np.float64) + 0.5) * self.cell_m

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """Whether the centre of each cell lies in the area, shape (rows, columns)."""
        shapely.prepare(self.area)
        xs, ys = np.meshgrid(self.x_m, self.y_m)
        mask: NDArray[np.bool_] = shapely.contains_xy(self.area, xs, ys)
        return mask

    @cached_property
    def share_inside(self) -> NDArray[np.float64]:
        """Share of each cell's area that lies in the study area, 0 to 1, shape (rows, columns)."""
        left, bottom = np.meshgrid(self.x_m - self.cell_m / 2, self.y_m - self.cell_m / 2)
        boxes = shapely.box(left, bottom, left + self.cell_m, bottom + self.cell_m)
        shapely.prepare(self.area)
        share: NDArray[np.float64] = shapely.contains_properly(self.area, boxes).astype(np.float64)
        edge = (share == 0) & shapely.intersects(self.area, boxes)
        share[edge] = shapely.area(shapely.intersection(boxes[edge], self.area)) / self.cell_m**2
        return share

    def contains(self, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
        """
        Tell which points lie in the study area.

        Parameters
        ----------
        xy : numpy.ndarray, shape (n, 2)
            Points, metric CRS.

        Returns
        -------
        numpy.ndarray of bool, shape (n,)
            True inside; points on the boundary are outside.
        """
        shapely.prepare(self.area)
        mask: NDArray[np.bool_] = shapely.contains_xy(self.area, xy[:, 0], xy[:, 1])
        return mask

    def counts(self, xy: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """
        Sum the weights of points by cell.

        Parameters
        ----------
        xy : numpy.ndarray, shape (n, 2)
            Points, metric CRS; points outside the grid are left out.
        weight : numpy.ndarray, shape (n,)
            Weights.

        Returns
        -------
        numpy.ndarray, shape (rows, columns)
            Sum by cell.
        """
        column = np.floor((xy[:, 0] - self.x0_m) / self.cell_m).astype(np.int64)
        row = np.floor((xy[:, 1] - self.y0_m) / self.cell_m).astype(np.int64)
        within = (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        flat = row[within] * self.columns + column[within]
        summed = np.bincount(flat, weights=weight[within], minlength=self.rows * self.columns)
        return summed.astype(np.float64).reshape(self.rows, self.columns)
