"""Rolling-origin back-test: what each method would have predicted, and what then happened."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.hotspots.accuracy import Accuracy, Judge
from patrolmap.messages import N_, Message
from patrolmap.model.method_names import method_message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.hotspots.forecast import Forecaster
    from patrolmap.hotspots.grid import StudyGrid
    from patrolmap.hotspots.incidents import IncidentSet

__all__ = [
    "AREA_SHARES",
    "Backtest",
    "BacktestRow",
    "Race",
    "backtest",
    "known_at",
    "lead_over",
    "rolling_origins",
    "summary_row",
]

AREA_SHARES: Final = (0.01, 0.02, 0.05, 0.10)
_RESAMPLES: Final = 1000


@dataclass(frozen=True)
class BacktestRow:
    """
    One method at one share of the area, over all origins.

    Parameters
    ----------
    method : str
        Name of the forecaster.
    area_share : float
        Share of the study area, 0 to 1.
    hit_rate, pai, pei : float
        Means over the origins that had events.
    pai_low, pai_high : float
        Bootstrap interval of the mean PAI, 95 %, over origins.
    by_origin : tuple of float
        PAI of each origin; NaN where nothing happened.
    pei_by_origin : tuple of float
        PEI of each origin.
    """

    method: str
    area_share: float
    hit_rate: float
    pai: float
    pei: float
    pai_low: float
    pai_high: float
    by_origin: tuple[float, ...] = ()
    pei_by_origin: tuple[float, ...] = ()


@dataclass(frozen=True)
class Race:
    """
    When a back-test of many methods stops testing one.

    Parameters
    ----------
    area_share : float
        Share of the area at which PAI is compared; one of those tested.
    after_origins : int, default 4
        Origins that every method gets.
    standard_errors : float, default 2.5
        A method is left out when its PAI is under the leader's by more than this many standard errors of their
        difference over the origins so far.
    time_limit_s : float, default infinite
        No further origin is begun after this time, once all methods have had theirs; the latest origins come first,
        so that it is the oldest that are missing.
    keep : frozenset of str, optional
        Names of methods that stand beside the race and are tested to the end: the baselines and the default.
    """

    area_share: float
    after_origins: int = 4
    standard_errors: float = 2.5
    time_limit_s: float = math.inf
    keep: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Backtest:
    """
    The table of a back-test.

    Parameters
    ----------
    rows : tuple of BacktestRow
        Methods in the order given, shares ascending.
    origins : tuple of str
        ISO dates of the forecasts.
    horizon_days : int
        Length of each period forecast.
    events : int
        Incidents that were to be predicted, over all origins.
    dropped : tuple of str
        Methods that were left out on the way because they fell clearly behind; they have no rows.
    events_by_origin : tuple of int
        Incidents of each period.
    """

    rows: tuple[BacktestRow, ...]
    origins: tuple[str, ...]
    horizon_days: int
    events: int
    dropped: tuple[str, ...] = ()
    events_by_origin: tuple[int, ...] = ()

    def best(self, area_share: float) -> str:
        """
        Name the method with the highest mean PAI.

        Parameters
        ----------
        area_share : float
            One of the shares of the table.

        Returns
        -------
        str
            The method; the first of equals.
        """
        rows = [row for row in self.rows if row.area_share == area_share and not np.isnan(row.pai)]
        return max(rows, key=lambda row: row.pai).method if rows else self.rows[0].method


def rolling_origins(incidents: IncidentSet, origins: int, horizon_days: int) -> tuple[np.datetime64, ...]:
    """
    Choose the moments of the forecasts.

    Parameters
    ----------
    incidents : IncidentSet
        All incidents.
    origins : int
        How many.
    horizon_days : int
        Length of each period forecast.

    Returns
    -------
    tuple of numpy.datetime64
        Midnights, one horizon apart, so that the last period ends with the day of the last incident.

    Raises
    ------
    InputError
        If the incidents do not reach back one horizon before the first origin.
    """
    if len(incidents) == 0:
        raise InputError(N_("There are no incidents to test with."), remedy=N_("Import incidents or widen the filter."))
    day = np.timedelta64(1, "D")
    after = incidents.middle.max().astype("datetime64[D]") + day
    moments = tuple(after - (origins - k) * horizon_days * day for k in range(origins))
    earliest = incidents.middle.min().astype("datetime64[D]")
    if moments[0] - horizon_days * day < earliest:
        raise InputError(
            N_("The incidents are too few for a back-test: they begin on {first}."),
            why=N_("{origins} periods of {days} days and one before them are needed."),
            remedy=N_("Ask for fewer or shorter periods."),
            first=str(earliest),
            origins=origins,
            days=horizon_days,
        )
    return moments


def known_at(incidents: IncidentSet, origin: np.datetime64) -> IncidentSet:
    """
    Keep what was known at a moment.

    Parameters
    ----------
    incidents : IncidentSet
        All incidents.
    origin : numpy.datetime64
        The moment.

    Returns
    -------
    IncidentSet
        Incidents whose interval ended before it: nothing later can reach a forecast.
    """
    return incidents.take(incidents.end < origin)


def backtest(
    grid: StudyGrid,
    incidents: IncidentSet,
    methods: Sequence[Forecaster],
    *,
    origins: int = 12,
    horizon_days: int = 30,
    area_shares: Sequence[float] = AREA_SHARES,
    race: Race | None = None,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> Backtest:
    """
    Test forecasters on the past.

    Parameters
    ----------
    grid : StudyGrid
        The cells.
    incidents : IncidentSet
        All incidents; each counts in the period that holds the middle of its interval.
    methods : sequence of Forecaster
        What to test.
    origins : int, default 12
        How many periods.
    horizon_days : int, default 30
        Length of a period.
    area_shares : sequence of float
        Shares of the area at which to measure.
    race : Race or None, default None
        How methods that fall behind are left out on the way; None to test all on all origins.
    seed : int, default 0
        Seed of the bootstrap.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    Backtest
        The table.

    Raises
    ------
    InputError
        If the incidents do not reach back far enough.
    """
    moments = rolling_origins(incidents, origins, horizon_days)
    cells = grid.share_inside.ravel() > 0
    area = grid.share_inside.ravel()[cells] * grid.cell_m**2
    results: dict[str, list[list[Accuracy]]] = {method.name: [] for method in methods}
    running, dropped, happenings, tested, started = list(methods), list[str](), list[int](), 0, time.monotonic()
    for number, origin in enumerate(reversed(moments)):
        known, happened = known_at(incidents, origin), _happened(incidents, origin, horizon_days)
        events = grid.counts(happened.xy, happened.weight).ravel()[cells]
        happenings.append(len(happened))
        judge = Judge(events, area, area_shares)
        for step, method in enumerate(running):
            raise_if_cancelled(cancel)
            done = (number + step / len(running)) / len(moments)
            progress(
                done,
                Message(
                    N_("Testing {method} on {origin}"), {"method": method_message(method.name), "origin": str(origin)}
                ),
            )
            scores = method.scores(grid, known, origin, horizon_days, cancel=cancel).ravel()[cells]
            results[method.name].append(judge.accuracies(scores))
        tested += 1
        if race is not None and tested >= race.after_origins and time.monotonic() - started > race.time_limit_s:
            break
        if race is not None and tested < len(moments):
            behind = _behind(results, [method.name for method in running], race, list(area_shares))
            running, dropped = [one for one in running if one.name not in behind], [*dropped, *sorted(behind)]
    random = np.random.default_rng(seed)
    rows = tuple(
        _summary(method.name, share, results[method.name], place, random)
        for method in running
        for place, share in enumerate(area_shares)
    )
    origins_tested = tuple(str(origin) for origin in moments[len(moments) - tested :])
    return Backtest(rows, origins_tested, horizon_days, sum(happenings), tuple(dropped), tuple(reversed(happenings)))


def _summary(
    method: str, share: float, results: list[list[Accuracy]], place: int, random: np.random.Generator
) -> BacktestRow:
    found = [one[place] for one in reversed(results)]
    return summary_row(method, share, [one.pai for one in found], [one.pei for one in found], random)


def _behind(
    results: dict[str, list[list[Accuracy]]], running: list[str], race: Race, area_shares: list[float]
) -> set[str]:
    """Methods of the race whose PAI is under that of its leader by more than it allows, origin by origin."""
    place = area_shares.index(race.area_share)
    tested = np.array([[found[place].pai for found in results[name]] for name in running])
    tested = tested[:, ~np.isnan(tested).any(axis=0)]
    if tested.shape[1] < race.after_origins:
        return set()
    racing = np.array([name not in race.keep for name in running])
    if not racing.any():
        return set()
    lead = tested[racing][np.argmax(tested[racing].mean(axis=1))] - tested
    error = lead.std(axis=1, ddof=1) / np.sqrt(tested.shape[1])
    late = lead.mean(axis=1) > race.standard_errors * error
    return {name for name, is_late in zip(running, late & racing, strict=True) if is_late}


def _happened(incidents: IncidentSet, origin: np.datetime64, horizon_days: int) -> IncidentSet:
    middle = incidents.middle
    return incidents.take((middle >= origin) & (middle < origin + np.timedelta64(horizon_days, "D")))


def summary_row(
    method: str, area_share: float, pai: Sequence[float], pei: Sequence[float], seed: int | np.random.Generator = 0
) -> BacktestRow:
    """
    Sum up one method at one share of the area.

    Parameters
    ----------
    method : str
        Name of the method.
    area_share : float
        Share of the study area, 0 to 1.
    pai, pei : sequence of float
        At each origin; NaN where nothing happened.
    seed : int or numpy.random.Generator, default 0
        Of the bootstrap.

    Returns
    -------
    BacktestRow
        Means over the origins that had events, and the interval of the mean PAI; NaN if none had.
    """
    values = np.array(pai, dtype=np.float64)
    happened = ~np.isnan(values)
    kept = (tuple(float(one) for one in pai), tuple(float(one) for one in pei))
    if not happened.any():
        nan = float("nan")
        return BacktestRow(method, area_share, nan, nan, nan, nan, nan, *kept)
    mean, low, high = _mean_interval(values[happened], np.random.default_rng(seed))
    mean_pei = float(np.array(pei)[happened].mean())
    return BacktestRow(method, area_share, mean * area_share, mean, mean_pei, low, high, *kept)


def lead_over(table: Backtest, area_share: float, method: str, other: str) -> tuple[float, float, float]:
    """
    Compare two methods origin by origin.

    Parameters
    ----------
    table : Backtest
        The back-test.
    area_share : float
        One of the shares of the table.
    method, other : str
        Two methods of the table.

    Returns
    -------
    lead, low, high : float
        Mean difference of PAI and its 95 % bootstrap interval over origins; NaN if nothing happened.
    """
    rows = {row.method: np.array(row.by_origin) for row in table.rows if row.area_share == area_share}
    lead = rows[method] - rows[other]
    lead = lead[~np.isnan(lead)]
    if len(lead) == 0:
        return float("nan"), float("nan"), float("nan")
    return _mean_interval(lead, np.random.default_rng(0))


def _mean_interval(values: NDArray[np.float64], random: np.random.Generator) -> tuple[float, float, float]:
    resampled = values[random.integers(len(values), size=(_RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.quantile(resampled, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)
