"""Risk from places: what stands near a cell, learnt from where incidents happened, beside the cell's own history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import KDTree

from patrolmap.hotspots.blend import FadingCount
from patrolmap.hotspots.forecast import latest
from patrolmap.hotspots.surface import kde_quartic
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.hotspots.grid import StudyGrid
    from patrolmap.hotspots.incidents import IncidentSet

__all__ = ["PlaceFeatures", "PlaceRisk", "place_features", "regression"]

_FEWEST_PLACES: Final = 3
_FEWEST_INCIDENTS: Final = 30
_NEAR_M: Final = 250.0
_DENSITY_M: Final = 500.0
_MOST_ROWS: Final = 20_000
_PENALTIES: Final = (1e-4, 1e-2, 1.0)
_FOLDS: Final = 4
_BLOCK_M: Final = 1000.0
_FLOOR: Final = 0.05
_ROUNDS: Final = 25
_SETTLED: Final = 1e-8
_SHORTEST: Final = 1e-4
_LEAST_RATE: Final = 1e-9
_SEED: Final = 20_261


@dataclass(frozen=True, eq=False)
class PlaceFeatures:
    """
    What stands near each cell.

    Parameters
    ----------
    names : tuple of str
        Name of each column: the class of places and which measure.
    values : numpy.ndarray, shape (rows * columns, k)
        Standardised over the study area: nearness ``exp(−d / 250 m)`` of the nearest place of a class at distance d,
        and quartic density of the class with a radius of 500 m.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]


def place_features(grid: StudyGrid, places: Mapping[str, NDArray[np.float64]]) -> PlaceFeatures:
    """
    Measure how near and how dense classes of places are.

    Parameters
    ----------
    grid : StudyGrid
        The cells.
    places : mapping of str to numpy.ndarray, shape (n, 2)
        Places of each class, metric CRS; classes of fewer than three are left out.

    Returns
    -------
    PlaceFeatures
        Two columns for each class; none if no class is left.
    """
    xs, ys = np.meshgrid(grid.x_m, grid.y_m)
    centres, inside = np.c_[xs.ravel(), ys.ravel()], grid.share_inside.ravel() > 0
    names: list[str] = []
    columns: list[NDArray[np.float64]] = []
    for name, xy in places.items():
        if len(xy) < _FEWEST_PLACES:
            continue
        distance_m, _ = KDTree(xy).query(centres)
        density = kde_quartic(grid, xy, np.ones(len(xy)), _DENSITY_M).ravel()
        for measure, values in (("nearness", np.exp(-distance_m / _NEAR_M)), ("density", density)):
            spread = float(values[inside].std())
            if spread > 0:
                names.append(f"{name} {measure}")
                columns.append((values - values[inside].mean()) / spread)
    values = np.column_stack(columns) if columns else np.empty((len(centres), 0))
    return PlaceFeatures(tuple(names), values)


@dataclass(frozen=True, eq=False)
class PlaceRisk:
    """
    Poisson regression of a cell's incidents on the places near it and on its history.

    Parameters
    ----------
    features : PlaceFeatures
        Of the same grid as the forecasts. Places are taken as they are today: layers of sites carry no dates.
    memory_days : int, default 365
        The window whose incidents are explained; the history is what lies before it.

    Notes
    -----
    After risk terrain modelling: Caplan, J. M., Kennedy, L. W. and Miller, J. (2011), Risk terrain modeling, Justice
    Quarterly 28, 360-381, https://doi.org/10.1080/07418825.2010.486037; with a penalised Poisson regression as in
    Kennedy, L. W. et al. (2016), Vulnerability and exposure to crime, Applied Spatial Analysis and Policy 9, 529-548.
    The penalty is the one with the least Poisson deviance in four folds of blocks of 1 km,
    so that neighbouring cells are never on both sides. The fit explains the window by what was known before it; the
    forecast moves both on to the origin, so that nothing later than the origin is seen.
    """

    features: PlaceFeatures
    memory_days: int = 365

    @property
    def name(self) -> str:
        """Short name, with its parameters."""
        return f"risk {len(self.features.names) // 2} classes, {self.memory_days} d"

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
        horizon_days: int,
        *,
        cancel: Cancel = NO_CANCEL,
    ) -> NDArray[np.float64]:
        """Score by the expected rate, or by the plain history where too little is known to fit; see `Forecaster.scores`."""
        start = origin - np.timedelta64(self.memory_days, "D")
        window, before = latest(known, origin, self.memory_days), known.take(known.end < start)
        history = FadingCount(self.memory_days)
        now = history.scores(grid, known, origin, horizon_days)
        if len(window) < _FEWEST_INCIDENTS or not self.features.names:
            return now
        past = history.scores(grid, before, start, horizon_days) if len(before) >= _FEWEST_INCIDENTS else None
        columns = self.features.values
        learnt = columns if past is None else np.c_[columns, _logs(past)]
        applied = columns if past is None else np.c_[columns, _logs(now)]
        fit = _fit(grid, learnt, grid.counts(window.xy, window.weight).ravel(), cancel)
        return _rates(fit, _with_one(applied)).reshape(grid.rows, grid.columns)


def _logs(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.log(scores / max(float(scores.mean()), 1e-300) + _FLOOR).ravel()
    return logs


def _fit(
    grid: StudyGrid, columns: NDArray[np.float64], counts: NDArray[np.float64], cancel: Cancel
) -> NDArray[np.float64]:
    """Fit with the penalty that predicts blocks of cells best that were not fitted."""
    random = np.random.default_rng(_SEED)
    rows, weight = _rows(grid, counts, random)
    area = grid.share_inside.ravel()[rows]
    x, rate, weight = columns[rows], counts[rows] / area, weight * area
    fold = _folds(grid, rows, random)
    deviance = []
    for penalty in _PENALTIES:
        left_out = np.empty(len(rows))
        for number in range(_FOLDS):
            raise_if_cancelled(cancel)
            held = fold == number
            if held.any() and rate[~held].any():
                fit = regression(penalty, x[~held], rate[~held], weight[~held])
                left_out[held] = _rates(fit, _with_one(x[held]))
            else:
                left_out[held] = np.average(rate, weights=weight)
        left_out = np.maximum(left_out, _LEAST_RATE)
        # The Poisson deviance but for what does not depend on the fit.
        deviance.append(float(weight @ (left_out - rate * np.log(left_out))))
    return regression(_PENALTIES[int(np.argmin(deviance))], x, rate, weight)


def regression(
    penalty: float, x: NDArray[np.float64], rate: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """
    Fit a ridge-penalised Poisson regression by damped Newton steps.

    Parameters
    ----------
    penalty : float
        Half of it times the sum of squared coefficients is added to the mean loss; the intercept is free.
    x : numpy.ndarray, shape (n, k)
        Columns that explain.
    rate, weight : numpy.ndarray, shape (n,)
        What is explained, at least 0, and how much each row counts.

    Returns
    -------
    numpy.ndarray, shape (k + 1,)
        The intercept and the coefficients. O(n k²) a step, at most 25 steps.
    """
    design, share = _with_one(x), weight / weight.sum()
    ridge = np.r_[0.0, np.full(x.shape[1], penalty)]
    found = np.zeros(design.shape[1])
    found[0] = np.log(max(float(share @ rate), _LEAST_RATE))
    loss = _loss(found, design, rate, share, ridge)
    for _ in range(_ROUNDS):
        expected = _rates(found, design)
        slope = design.T @ (share * (expected - rate)) + ridge * found
        bend = (design * (share * expected)[:, None]).T @ design + np.diag(ridge + _LEAST_RATE)
        step, length = np.linalg.solve(bend, slope), 1.0
        tried = _loss(found - step, design, rate, share, ridge)
        while length > _SHORTEST and tried > loss:
            length /= 2
            tried = _loss(found - length * step, design, rate, share, ridge)
        found = found - length * step
        previous, loss = loss, tried
        if previous - loss < _SETTLED * abs(previous):
            break
    return found


def _loss(
    found: NDArray[np.float64],
    design: NDArray[np.float64],
    rate: NDArray[np.float64],
    share: NDArray[np.float64],
    ridge: NDArray[np.float64],
) -> float:
    logs = _logs_of(found, design)
    return float(share @ (np.exp(logs) - rate * logs) + 0.5 * (ridge @ found**2))


def _rates(found: NDArray[np.float64], design: NDArray[np.float64]) -> NDArray[np.float64]:
    rates: NDArray[np.float64] = np.exp(_logs_of(found, design))
    return rates


def _logs_of(found: NDArray[np.float64], design: NDArray[np.float64]) -> NDArray[np.float64]:
    # Not by BLAS: for a product this small its threads wait for one another longer than they work.
    logs: NDArray[np.float64] = np.clip(np.einsum("ij,j->i", design, found), -50.0, 50.0)
    return logs


def _with_one(x: NDArray[np.float64]) -> NDArray[np.float64]:
    design: NDArray[np.float64] = np.c_[np.ones(len(x)), x]
    return design


def _rows(
    grid: StudyGrid, counts: NDArray[np.float64], random: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """All cells with incidents, and a sample of the others that stands for all of them."""
    inside = grid.share_inside.ravel() > 0.01
    some, none = np.flatnonzero(inside & (counts > 0)), np.flatnonzero(inside & (counts == 0))
    sampled = random.permutation(none)[: max(_MOST_ROWS - len(some), _MOST_ROWS // 2)]
    weight = np.r_[np.ones(len(some)), np.full(len(sampled), len(none) / max(len(sampled), 1))]
    return np.r_[some, sampled], weight


def _folds(grid: StudyGrid, rows: NDArray[np.intp], random: np.random.Generator) -> NDArray[np.intp]:
    side = max(1, round(_BLOCK_M / grid.cell_m))
    wide = grid.columns // side + 1
    block = (rows // grid.columns // side) * wide + rows % grid.columns // side
    fold: NDArray[np.intp] = random.integers(_FOLDS, size=int(block.max(initial=0)) + 1)[block]
    return fold
