"""Forecasters: from the incidents known at a moment to a score for every cell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from patrolmap.hotspots.getis_ord import getis_ord_grid
from patrolmap.hotspots.surface import bump_m2, kde_quartic
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.hotspots.grid import StudyGrid
    from patrolmap.hotspots.incidents import IncidentSet

__all__ = ["AverageCount", "Forecaster", "GetisOrdStar", "LastPeriodCount", "QuarticKde", "latest"]


def latest(known: IncidentSet, origin: np.datetime64, days: int) -> IncidentSet:
    """
    Keep the incidents of the last days.

    Parameters
    ----------
    known : IncidentSet
        Incidents known at the origin.
    origin : numpy.datetime64
        The moment of the forecast.
    days : int
        How far back.

    Returns
    -------
    IncidentSet
        Those whose middle is not older.
    """
    return known.take(known.middle >= origin - np.timedelta64(days, "D"))


class Forecaster(Protocol):
    """Scores cells by where incidents are to be expected."""

    @property
    def name(self) -> str:
        """Short name, with its parameters; its first word is the family."""

    @property
    def memory_days(self) -> int | None:
        """How far back incidents count; None for one period of the horizon."""

    @property
    def is_cellwise(self) -> bool:
        """Whether its strength is in single cells, so that hotspots are cells and no contours."""

    @property
    def patch_m2(self) -> float:
        """Area on which the bump that one incident makes has at least half its height; 0 where that is not known."""

    def scores(
        self,
        grid: StudyGrid,
        known: IncidentSet,
        origin: np.datetime64,
        horizon_days: int,
        *,
        cancel: Cancel = NO_CANCEL,
    ) -> NDArray[np.float64]:
        """
        Score every cell.

        Parameters
        ----------
        grid : StudyGrid
            The cells.
        known : IncidentSet
            Incidents that ended before `origin`.
        origin : numpy.datetime64
            The moment of the forecast.
        horizon_days : int
            Length of the period forecast.
        cancel : Cancel, optional
            The user's wish to stop.

        Returns
        -------
        numpy.ndarray, shape (rows, columns)
            Higher is likelier; only the order matters.
        """


@dataclass(frozen=True)
class QuarticKde:
    """
    Quartic kernel density of the latest incidents.

    Parameters
    ----------
    bandwidth_m : float
        Radius of the kernel.
    memory_days : int, default 365
        How far back incidents count.
    """

    bandwidth_m: float
    memory_days: int = 365

    @property
    def name(self) -> str:
        """Short name, with its parameters."""
        return f"kde h={self.bandwidth_m:g} m, {self.memory_days} d"

    @property
    def is_cellwise(self) -> bool:
        """A smooth surface: contours."""
        return False

    @property
    def patch_m2(self) -> float:
        """Quartic bump of one incident: half as high at 0.54 of its bandwidth."""
        return bump_m2(self.bandwidth_m)

    def scores(
        self,
        grid: StudyGrid,
        known: IncidentSet,
        origin: np.datetime64,
        horizon_days: int,  # noqa: ARG002 - a density does not depend on how far it looks ahead
        *,
        cancel: Cancel = NO_CANCEL,
    ) -> NDArray[np.float64]:
        """Score by density; see `Forecaster.scores`."""
        recent = latest(known, origin, self.memory_days)
        return kde_quartic(grid, recent.xy, recent.weight, self.bandwidth_m, cancel=cancel)


@dataclass(frozen=True)
class GetisOrdStar:
    """
    Gi* of the latest counts: where high counts cluster.

    Parameters
    ----------
    distance_m : float
        Cells whose centres are at most this far apart are neighbours.
    memory_days : int, default 365
        How far back incidents count.
    """

    distance_m: float
    memory_days: int = 365

    @property
    def name(self) -> str:
        """Short name, with its parameters."""
        return f"gi d={self.distance_m:g} m, {self.memory_days} d"

    @property
    def is_cellwise(self) -> bool:
        """A smooth surface: contours."""
        return False

    @property
    def patch_m2(self) -> float:
        """One incident counts in full for all cells within the distance."""
        return math.pi * self.distance_m**2

    def scores(
        self,
        grid: StudyGrid,
        known: IncidentSet,
        origin: np.datetime64,
        horizon_days: int,  # noqa: ARG002 - a test of the past does not depend on how far it looks ahead
        *,
        cancel: Cancel = NO_CANCEL,  # noqa: ARG002 - done in a blink
    ) -> NDArray[np.float64]:
        """Score by z, the lowest where it is not defined; see `Forecaster.scores`."""
        recent = latest(known, origin, self.memory_days)
        z = getis_ord_grid(grid, grid.counts(recent.xy, recent.weight), self.distance_m).z
        defined = np.isfinite(z)
        return np.where(defined, z, z[defined].min() if defined.any() else 0.0)


@dataclass(frozen=True)
class LastPeriodCount:
    """The baseline to beat: last period's count in each cell."""

    @property
    def name(self) -> str:
        """Short name."""
        return "last period count"

    @property
    def is_cellwise(self) -> bool:
        """Counts of single cells."""
        return True

    @property
    def patch_m2(self) -> float:
        """Of cells, none."""
        return 0.0

    @property
    def memory_days(self) -> None:
        """One period of the horizon."""
        return

    def scores(
        self,
        grid: StudyGrid,
        known: IncidentSet,
        origin: np.datetime64,
        horizon_days: int,
        *,
        cancel: Cancel = NO_CANCEL,  # noqa: ARG002 - done in a blink
    ) -> NDArray[np.float64]:
        """Score by the count of the period before; see `Forecaster.scores`."""
        last = latest(known, origin, horizon_days)
        return grid.counts(last.xy, last.weight)


@dataclass(frozen=True)
class AverageCount:
    """
    The second baseline: the average count in each cell over a long time.

    Parameters
    ----------
    memory_days : int, default 365
        How far back incidents count.
    """

    memory_days: int = 365

    @property
    def name(self) -> str:
        """Short name, with its parameters."""
        return f"average count, {self.memory_days} d"

    @property
    def is_cellwise(self) -> bool:
        """Counts of single cells."""
        return True

    @property
    def patch_m2(self) -> float:
        """Of cells, none."""
        return 0.0

    def scores(
        self,
        grid: StudyGrid,
        known: IncidentSet,
        origin: np.datetime64,
        horizon_days: int,  # noqa: ARG002 - an average does not depend on how far it looks ahead
        *,
        cancel: Cancel = NO_CANCEL,  # noqa: ARG002 - done in a blink
    ) -> NDArray[np.float64]:
        """Score by the average count; see `Forecaster.scores`."""
        recent = latest(known, origin, self.memory_days)
        return grid.counts(recent.xy, recent.weight)
