"""How near to the streets each system puts the points, and whether one of them stands out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from patrolmap.ingest.doctor.hypotheses import Hypothesis

__all__ = ["Diagnosis", "Evidence", "diagnose"]

_CAP_M: Final = 200.0
_NEAR_M: Final = 30.0
_FEWEST: Final = 20
_RIVAL_SHARE: Final = 0.85
_RIVAL_Z: Final = 3.0
_DECOY_SHARE: Final = 0.95
_DECOY_Z: Final = 1.0
_FEWEST_FOR_SPREAD: Final = 50
_SPREAD_SHARE: Final = 0.75
_SPREAD_Z: Final = 3.0
_DECOY_RADII_M: Final = (90.0, 150.0, 250.0, 400.0, 650.0, 1000.0)
_DECOY_BEARINGS: Final = 12
_DECOY_POINTS: Final = 400


@dataclass(frozen=True, eq=False)
class Evidence:
    """
    What speaks for one system.

    Parameters
    ----------
    hypothesis : Hypothesis
        The system.
    median_m : float
        Median distance of the points to the nearest street.
    lower_m, upper_m : float
        Quartiles of the distance: half of the points lie between them.
    near_share : float
        Share of points within 30 m of a street.
    capped_mean_m : float
        Mean of the distances, each counted as 200 m at most.
    """

    hypothesis: Hypothesis
    median_m: float
    lower_m: float
    upper_m: float
    near_share: float
    capped_mean_m: float


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """
    What the doctor says.

    Parameters
    ----------
    evidence : tuple of Evidence
        One for each hypothesis, in their order.
    advice : Evidence or None
        The system that stands out; None if none does.
    reasons : tuple of Message
        Why.
    points : int
        How many points were looked at.
    """

    evidence: tuple[Evidence, ...]
    advice: Evidence | None
    reasons: tuple[Message, ...]
    points: int


def diagnose(
    hypotheses: tuple[Hypothesis, ...],
    streets: NDArray[np.object_],
    to_metric: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> Diagnosis:
    """
    Compare hypotheses by the distances of the points to the streets.

    Parameters
    ----------
    hypotheses : tuple of Hypothesis
        The systems.
    streets : (m,) object array
        Lines in metres.
    to_metric : callable
        From longitude and latitude, shape (n, 2), to metres.

    Returns
    -------
    Diagnosis
        A system is advised if its capped mean distance is under 0.85 of every other's and under 0.95 of that of the same points
        shifted by 90 to 1000 m in twelve directions, the paired differences being three standard errors, and one, from
        zero. Failing that, of 50 points or more, if their distances scatter about their median under 0.75 as much as in any
        other system and as when shifted, by three standard errors: buildings set back from the street lie no nearer to
        it than the middle of a block does, but evenly. So points that stand in no relation to streets get no advice.

    Notes
    -----
    O(k n log m) for k hypotheses and shifts.
    """
    tree = shapely.STRtree(streets)
    apart = [place for place, one in enumerate(hypotheses) if one.same_as is None]
    metric = [to_metric(one.lonlat) for one in hypotheses]
    away = [_distances(tree, xy) for xy in metric]
    evidence = tuple(_evidence(one, away_m) for one, away_m in zip(hypotheses, away, strict=True))
    count = len(away[0]) if away else 0
    if not evidence:
        said = Message(N_("No system that the program knows puts these numbers near the streets."))
        return Diagnosis((), None, (said,), 0)
    best = min(apart, key=lambda place: evidence[place].capped_mean_m)
    doubts = _doubts(evidence, away, apart, best) or _decoy_doubts(tree, metric[best], away[best])
    if doubts:
        steady = _steadiest(tree, metric, away, apart)
        if steady is None:
            return Diagnosis(evidence, None, doubts, count)
        values = {
            "crs": hypotheses[steady].title, "lower_m": round(evidence[steady].lower_m), "upper_m": round(evidence[steady].upper_m),
        }  # fmt: skip
        said = Message(
            N_(
                "Only in {crs} do the points keep an even distance from the streets: half of them {lower_m} to {upper_m} m."
            ),
            values,
        )
        return Diagnosis(evidence, evidence[steady], (said,), count)
    values = {"crs": hypotheses[best].title, "median_m": round(evidence[best].median_m)}
    said = Message(N_("In {crs} the points lie nearest to the streets: half of them within {median_m} m."), values)
    return Diagnosis(evidence, evidence[best], (said,), count)


def _doubts(
    evidence: tuple[Evidence, ...], away: list[NDArray[np.float64]], apart: list[int], best: int
) -> tuple[Message, ...]:
    count = len(away[best])
    if count < _FEWEST:
        text = N_("{count} {count:point is|points are} too few to tell; {fewest} are needed.")
        return (Message(text, {"count": count, "fewest": _FEWEST}),)
    if evidence[best].capped_mean_m > 0.9 * _CAP_M:
        return (Message(N_("In none of the systems do the points lie near the streets.")),)
    for place in apart:
        if place != best and not _clearly_nearer(away[best], away[place], _RIVAL_SHARE, _RIVAL_Z):
            values = {"first": evidence[best].hypothesis.title, "second": evidence[place].hypothesis.title}
            return (Message(N_("{first} and {second} fit almost equally well."), values),)
    return ()


def _decoy_doubts(tree: shapely.STRtree, xy: NDArray[np.float64], away_m: NDArray[np.float64]) -> tuple[Message, ...]:
    """Shift the points by what no system does: if that fits as well, nearness to streets says nothing."""
    step = max(len(xy) // _DECOY_POINTS, 1)
    some, here = xy[::step], away_m[::step]
    for radius_m in _DECOY_RADII_M:
        for shift in _shifts(radius_m):
            if not _clearly_nearer(here, _distances(tree, some + shift), _DECOY_SHARE, _DECOY_Z):
                text = N_("The points fit the streets as well when they are shifted by {shift_m} m; nothing follows.")
                return (Message(text, {"shift_m": round(radius_m)}),)
    return ()


def _steadiest(
    tree: shapely.STRtree, metric: list[NDArray[np.float64]], away: list[NDArray[np.float64]], apart: list[int]
) -> int | None:
    """Find the system in which the distances scatter clearly less than in all others, and than when shifted."""
    near = [place for place in apart if np.minimum(away[place], _CAP_M).mean() < _CAP_M / 2]
    if not near or len(away[near[0]]) < _FEWEST_FOR_SPREAD:
        return None
    scatter = {place: _scatter(away[place]) for place in near}
    best = min(near, key=lambda place: float(scatter[place].mean()))
    if not all(_clearly_less(scatter[best], scatter[place]) for place in near if place != best):
        return None
    step = max(len(metric[best]) // _DECOY_POINTS, 1)
    some, here = metric[best][::step], _scatter(away[best][::step])
    for radius_m in _DECOY_RADII_M:
        for shift in _shifts(radius_m):
            away_m = _distances(tree, some + shift)
            if np.minimum(away_m, _CAP_M).mean() < _CAP_M / 2 and not _clearly_less(here, _scatter(away_m)):
                return None
    return best


def _scatter(away_m: NDArray[np.float64]) -> NDArray[np.float64]:
    capped = np.minimum(away_m, _CAP_M)
    result: NDArray[np.float64] = np.abs(capped - np.median(capped))
    return result


def _clearly_less(small: NDArray[np.float64], large: NDArray[np.float64]) -> bool:
    gain = large - small
    error = float(gain.std(ddof=1)) / np.sqrt(len(gain))
    return bool(small.mean() < _SPREAD_SHARE * large.mean() and gain.mean() > _SPREAD_Z * error)


def _shifts(radius_m: float) -> NDArray[np.float64]:
    turn = 2 * np.pi * np.arange(_DECOY_BEARINGS) / _DECOY_BEARINGS
    shifts: NDArray[np.float64] = radius_m * np.column_stack([np.sin(turn), np.cos(turn)])
    return shifts


def _clearly_nearer(
    near_m: NDArray[np.float64], far_m: NDArray[np.float64], share: float, standard_errors: float
) -> bool:
    first, second = np.minimum(near_m, _CAP_M), np.minimum(far_m, _CAP_M)
    gain = second - first
    error = float(gain.std(ddof=1)) / np.sqrt(len(gain)) if len(gain) > 1 else np.inf
    return bool(first.mean() < share * second.mean() and gain.mean() > standard_errors * error)


def _distances(tree: shapely.STRtree, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    away = np.full(len(xy), np.inf)
    good = np.isfinite(xy).all(axis=1)
    if good.any():
        (places, _), found = tree.query_nearest(shapely.points(xy[good]), all_matches=False, return_distance=True)
        away[np.flatnonzero(good)[places]] = found
    return away


def _evidence(hypothesis: Hypothesis, away_m: NDArray[np.float64]) -> Evidence:
    finite = np.minimum(away_m, 1e9)
    lower_m, median_m, upper_m = (float(value) for value in np.percentile(finite, [25, 50, 75]))
    capped = float(np.minimum(away_m, _CAP_M).mean())
    return Evidence(hypothesis, median_m, lower_m, upper_m, float(np.mean(away_m <= _NEAR_M)), capped)
