"""Self-exciting point process: a lasting pattern of risk, and risk that each incident leaves for some days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import KDTree

from patrolmap.hotspots.forecast import latest
from patrolmap.hotspots.smoothing import gaussian_counts
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.hotspots.grid import StudyGrid
    from patrolmap.hotspots.incidents import IncidentSet

__all__ = ["ExcitationFit", "SelfExciting", "fit_excitation"]

_TARGETS: Final = 600
_MOST_PAIRS: Final = 300_000
_REACH_M: Final = 800.0
_ROUNDS: Final = 40
_SETTLED: Final = 2e-3
_FEWEST: Final = 20
_LEAST_M: Final = 20.0
_WARM_UP: Final = 0.3
_FELT: Final = 1e-6


@dataclass(frozen=True)
class ExcitationFit:
    """
    Parameters of the process.

    Parameters
    ----------
    even_share : float
        Share of incidents that come from an even floor over the area.
    wide_share, narrow_share : float
        Shares that come from the lasting pattern: of neighbourhoods, and of single places.
    triggered : float
        Incidents that one incident triggers on average, directly.
    wide_m, narrow_m, near_m : float
        Standard deviations of the Gaussian kernels of the two lasting patterns and of triggering.
    decay_days : float
        Mean delay of a triggered incident.
    """

    even_share: float = 0.1
    wide_share: float = 0.4
    narrow_share: float = 0.3
    triggered: float = 0.2
    wide_m: float = 300.0
    narrow_m: float = 80.0
    near_m: float = 120.0
    decay_days: float = 14.0


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Each target with the incidents before it that are within reach, and its share of the floor."""

    target: NDArray[np.intp]
    squared_m2: NDArray[np.float32]
    delay_days: NDArray[np.float32]
    per_history: NDArray[np.float32]
    history_days: NDArray[np.float64]
    past_rate: NDArray[np.float64]
    area_m2: float


def fit_excitation(
    xy: NDArray[np.float64],
    day: NDArray[np.float64],
    area_m2: float,
    *,
    least_m: float,
    cancel: Cancel = NO_CANCEL,
) -> ExcitationFit:
    """
    Fit the process to incidents by expectation and maximisation.

    Parameters
    ----------
    xy : numpy.ndarray, shape (n, 2)
        Places, metric CRS.
    day : numpy.ndarray, shape (n,)
        Times in days, ascending.
    area_m2 : float
        The study area.
    least_m : float
        Smallest standard deviation of a kernel: below the accuracy of places, repeats at one rounded address would
        draw it to 0.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    ExcitationFit
        The defaults if there are fewer than twenty incidents.

    Notes
    -----
    Mohler, G. (2014), Marked point process hotspot maps for homicide and gun crime prediction in Chicago,
    International Journal of Forecasting 30, 491-497, https://doi.org/10.1016/j.ijforecast.2014.01.004, for one mark,
    with an even floor and a lasting pattern of two scales: ``λ(x, t) = u r/A + Σ (b₁ G(η₁) + b₂ G(η₂))/T +
    Σ θ ω exp(−ω (t − t_j)) G(σ)`` over the incidents before t, with r the past rate and T the length of the history.
    Each incident is explained only by earlier ones, so that what is fitted is prediction. At most 600 incidents
    (fewer in a dense city), evenly chosen from the last 70 % of the time, are explained; sums reach 800 m. O(pairs) for each of at most 40
    rounds.
    """
    if len(xy) < _FEWEST:
        return ExcitationFit()
    pairs = _pairs(xy, day, area_m2)
    start = ExcitationFit()
    fit = replace(start, **{name: max(getattr(start, name), least_m) for name in ("wide_m", "narrow_m", "near_m")})
    for _ in range(_ROUNDS):
        raise_if_cancelled(cancel)
        better = _round(pairs, fit, least_m)
        change = abs(better.triggered - fit.triggered) + abs(better.wide_share - fit.wide_share)
        fit = better
        if change < _SETTLED:
            break
    return fit


def _pairs(xy: NDArray[np.float64], day: NDArray[np.float64], area_m2: float) -> _Pairs:
    first = int(np.searchsorted(day, day[0] + _WARM_UP * (day[-1] - day[0])))
    tree = KDTree(xy)
    chosen = np.unique(np.linspace(min(first, len(xy) - 1), len(xy) - 1, _TARGETS).astype(np.intp))
    pairs = int(tree.query_ball_point(xy[chosen], _REACH_M, return_length=True).sum())
    chosen = chosen[:: max(1, round(pairs / _MOST_PAIRS))]
    near = tree.query_ball_point(xy[chosen], _REACH_M)
    target = np.repeat(np.arange(len(chosen)), [len(one) for one in near])
    source = np.concatenate([np.asarray(one, dtype=np.intp) for one in near])
    before = day[source] < day[chosen[target]]
    target, source = target[before], source[before]
    squared = ((xy[source] - xy[chosen[target]]) ** 2).sum(axis=1)
    history = np.maximum(day[chosen] - day[0], 1.0)
    rate = np.searchsorted(day, day[chosen]) / history
    # Single precision: its rounding is far below what 600 targets can tell, and each round takes half the time.
    return _Pairs(
        target,
        squared.astype(np.float32),
        (day[chosen[target]] - day[source]).astype(np.float32),
        (1 / history[target]).astype(np.float32),
        history,
        np.maximum(rate, 1e-9),
        area_m2,
    )


def _round(pairs: _Pairs, fit: ExcitationFit, least_m: float) -> ExcitationFit:
    """Ask which past incident explains each target, then which parameters fit that best."""
    count = len(pairs.history_days)
    even = fit.even_share * pairs.past_rate / pairs.area_m2
    squared, delay = pairs.squared_m2, pairs.delay_days
    near_m2, wide_m2, narrow_m2 = (2 * sigma_m**2 for sigma_m in (fit.near_m, fit.wide_m, fit.narrow_m))
    parts = np.empty((3, len(squared)), dtype=np.float32)
    np.exp(squared * (-1 / wide_m2), out=parts[0])
    np.exp(squared * (-1 / narrow_m2), out=parts[1])
    np.exp(squared * (-1 / near_m2) - delay * (1 / fit.decay_days), out=parts[2])
    parts[0] *= fit.wide_share / (np.pi * wide_m2) * pairs.per_history
    parts[1] *= fit.narrow_share / (np.pi * narrow_m2) * pairs.per_history
    parts[2] *= fit.triggered / fit.decay_days / (np.pi * near_m2)
    whole = even + np.bincount(pairs.target, weights=parts.sum(axis=0), minlength=count)
    parts /= whole[pairs.target]
    sums = np.maximum(parts.sum(axis=1), 1e-9)
    sigma = np.maximum(np.sqrt(parts @ squared / (2 * sums)), least_m)
    days = max(float(parts[2] @ delay / sums[2]), 0.5)
    shares = (float(value) for value in (float((even / whole).sum()), *sums))
    even_share, wide_share, narrow_share, triggered = (value / count for value in shares)
    return ExcitationFit(
        even_share, wide_share, narrow_share, triggered, float(sigma[0]), float(sigma[1]), float(sigma[2]), days
    )


@dataclass(frozen=True)
class SelfExciting:
    """
    Expected incidents of a self-exciting process, fitted to what is known at each origin.

    Parameters
    ----------
    memory_days : int, default 1095
        How far back incidents count.
    """

    memory_days: int = 1095

    @property
    def name(self) -> str:
        """Short name, with its parameters."""
        return f"sepp, {self.memory_days} d"

    @property
    def is_cellwise(self) -> bool:
        """A smooth surface: contours."""
        return False

    @property
    def patch_m2(self) -> float:
        """Its widths are fitted anew each time: not known before."""
        return 0.0

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
        Score by the incidents expected in each whole cell over the horizon; see `Forecaster.scores`.

        Incidents that would be triggered by ones still to come are left out: they fall where the expected ones do.
        """
        recent = latest(known, origin, self.memory_days)
        if len(recent) == 0:
            return np.zeros((grid.rows, grid.columns))
        age = (origin.astype("datetime64[s]") - recent.middle.astype("datetime64[s]")).astype(np.float64) / 86_400
        order = np.argsort(-age, kind="stable")
        xy, age, weight = recent.xy[order], age[order], recent.weight[order]
        fit = fit_excitation(xy, -age, float(grid.area.area), least_m=_LEAST_M, cancel=cancel)
        history = max(float(age[0]), 1.0)
        lasting = weight * horizon_days / history
        still = np.exp(-age / fit.decay_days) - np.exp(-(age + horizon_days) / fit.decay_days)
        felt = still > _FELT
        raise_if_cancelled(cancel)
        even = fit.even_share * lasting.sum() / float(grid.area.area) * grid.cell_m**2
        wide = gaussian_counts(grid, xy, lasting, fit.wide_m)
        narrow = gaussian_counts(grid, xy, lasting, fit.narrow_m)
        excited = gaussian_counts(grid, xy[felt], (weight * still)[felt], fit.near_m)
        expected: NDArray[np.float64] = (
            even + fit.wide_share * wide + fit.narrow_share * narrow + fit.triggered * excited
        )
        return expected
