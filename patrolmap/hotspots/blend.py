"""A count of the past that fades with age and leans on its surroundings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from patrolmap.hotspots.forecast import latest
from patrolmap.hotspots.smoothing import convolve
from patrolmap.progress import NO_CANCEL, Cancel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.hotspots.grid import StudyGrid
    from patrolmap.hotspots.incidents import IncidentSet

__all__ = ["FadingCount"]

_HALF_LIVES: Final = 4
_SIGMAS: Final = 4.0
_NOISE: Final = 1e-12
_DAY_S: Final = 86_400.0


@dataclass(frozen=True)
class FadingCount:
    """
    Each cell's count of the past, halved with every half-life, plus what a Gaussian brings from around it.

    Parameters
    ----------
    half_life_days : float
        Age at which an incident counts half. Incidents older than four half-lives are left out.
    sigma_m : float, default 150
        Standard deviation of the Gaussian along each axis.

    Notes
    -----
    A kernel estimate with a mixture of two kernels, one of them the cell itself: where a cell has a history of its own
    that decides, where it has none its surroundings do.
    """

    half_life_days: float
    sigma_m: float = 150.0

    @property
    def name(self) -> str:
        """Short name, with its parameters."""
        return f"blend s={self.sigma_m:g} m, half-life {self.half_life_days:g} d"

    @property
    def memory_days(self) -> int:
        """How far back incidents count."""
        return round(_HALF_LIVES * self.half_life_days)

    @property
    def is_cellwise(self) -> bool:
        """Its strength is in single cells."""
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
        horizon_days: int,  # noqa: ARG002 - the order of the cells does not depend on how far it looks ahead
        *,
        cancel: Cancel = NO_CANCEL,  # noqa: ARG002 - done in a blink
    ) -> NDArray[np.float64]:
        """Score by the faded count; see `Forecaster.scores`. O(n + N log N) for n incidents and N cells."""
        recent = latest(known, origin, self.memory_days)
        age_s = (origin.astype("datetime64[s]") - recent.middle.astype("datetime64[s]")).astype(np.float64)
        weight = recent.weight * 0.5 ** (age_s / (_DAY_S * self.half_life_days))
        counts = grid.counts(recent.xy, weight)
        around = convolve(counts, _gaussian(self.sigma_m / grid.cell_m))
        around[around < _NOISE * around.max(initial=0.0)] = 0.0  # rounding of the transforms is no order of cells
        blended: NDArray[np.float64] = counts + around
        return blended


def _gaussian(sigma_cells: float) -> NDArray[np.float64]:
    """Share of a Gaussian about the middle of a cell that falls into each cell around it."""
    reach = int(np.ceil(_SIGMAS * sigma_cells))
    edges = np.arange(-reach - 0.5, reach + 1.0) / sigma_cells
    strip = np.diff(ndtr(edges))
    kernel: NDArray[np.float64] = strip[:, None] * strip[None, :]
    return kernel
