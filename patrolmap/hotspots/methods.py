"""The families of forecasters by name, and which of each the automatic choice tries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.hotspots.blend import FadingCount
from patrolmap.hotspots.forecast import AverageCount, Forecaster, GetisOrdStar, LastPeriodCount, QuarticKde
from patrolmap.hotspots.network_density import NetworkKde
from patrolmap.hotspots.place_risk import PlaceRisk
from patrolmap.hotspots.self_exciting import SelfExciting
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.hotspots.grid import StudyGrid
    from patrolmap.hotspots.lixels import Lixels
    from patrolmap.hotspots.place_risk import PlaceFeatures

__all__ = ["BASELINES", "DEFAULT_BANDWIDTH_M", "FAMILIES", "candidates", "family_of", "forecaster"]

SURFACES: Final = ("kde", "gi", "nkde", "sepp", "blend", "risk")
BASELINES: Final = ("last", "average")
FAMILIES: Final = (*SURFACES, *BASELINES)
DEFAULT_BANDWIDTH_M: Final = 300.0
BANDWIDTHS_M: Final = (100.0, 150.0, 200.0, 300.0, 400.0, 600.0, 800.0)
GI_DISTANCES_M: Final = (150.0, 300.0)
NETWORK_BANDWIDTHS_M: Final = (150.0, 300.0)
MEMORIES_DAYS: Final = (90, 365, 1095)
HALF_LIVES_DAYS: Final = (180, 365, 730, 1460)
BLEND_SIGMAS_M: Final = (100.0, 200.0)


def forecaster(
    family: str,
    bandwidth_m: float | None = None,
    memory_days: int = 365,
    lixels: Lixels | None = None,
    places: PlaceFeatures | None = None,
) -> Forecaster:
    """
    Make the forecaster that a user asks for by name.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    bandwidth_m : float or None, default None
        Kernel radius or neighbours' distance; None for 300 m.
    memory_days : int, default 365
        How far back incidents count.
    lixels : Lixels or None
        Streets in pieces, for ``nkde``.
    places : PlaceFeatures or None
        What stands near each cell, for ``risk``.

    Returns
    -------
    Forecaster
        With these parameters, as far as it has them.

    Raises
    ------
    InputError
        If there is no such family, or it needs streets or sites and there are none.
    """
    if family == "nkde" and lixels is None:
        raise InputError(
            N_("Density along streets needs streets."), remedy=N_("Import streets, or choose another method.")
        )
    if family == "risk" and places is None:
        raise InputError(
            N_("Risk from places needs sites."),
            why=N_("At least three sites of one kind are needed."),
            remedy=N_("Import checkpoints and key sites, or choose another method."),
        )
    reach_m = bandwidth_m or DEFAULT_BANDWIDTH_M
    known: dict[str, Forecaster] = {
        "kde": QuarticKde(reach_m, memory_days),
        "gi": GetisOrdStar(reach_m, memory_days),
        **({"nkde": NetworkKde(lixels, reach_m, memory_days)} if lixels is not None else {}),
        "sepp": SelfExciting(memory_days),
        "blend": FadingCount(memory_days, bandwidth_m / 2 if bandwidth_m else FadingCount.sigma_m),
        **({"risk": PlaceRisk(places, memory_days)} if places is not None else {}),
        "last": LastPeriodCount(),
        "average": AverageCount(memory_days),
    }
    if family not in known:
        raise InputError(
            N_("There is no method called {method}."),
            remedy=N_("Choose from: {methods}."),
            method=family,
            methods=["auto", *FAMILIES],
        )
    return known[family]


def candidates(
    families: Sequence[str],
    grid: StudyGrid,
    span_days: int,
    lixels: Lixels | None = None,
    places: PlaceFeatures | None = None,
) -> tuple[Forecaster, ...]:
    """
    List what the automatic choice tries.

    Parameters
    ----------
    families : sequence of str
        From `FAMILIES`.
    grid : StudyGrid
        The cells; reaches shorter than a cell are left out.
    span_days : int
        Days that the incidents cover; of the memories longer than that only the shortest is kept.
    lixels : Lixels or None
        Streets in pieces, for ``nkde``.
    places : PlaceFeatures or None
        What stands near each cell, for ``risk``.

    Returns
    -------
    tuple of Forecaster
        In the order of `families`, without repeats.

    Raises
    ------
    InputError
        If there is no such family, or it needs streets or sites and there are none.
    """
    memories, half_lives = (_within(days, span_days) for days in (MEMORIES_DAYS, HALF_LIVES_DAYS))
    listed: list[Forecaster] = []
    for family in dict.fromkeys(families):
        if family == "blend":
            listed += [FadingCount(days, sigma_m) for days in half_lives for sigma_m in BLEND_SIGMAS_M]
        elif family == "risk" and places is not None:
            listed.append(PlaceRisk(places))
        else:
            listed += _variants(family, grid.cell_m, memories, lixels)
    return tuple({one.name: one for one in listed}.values())


def _within(choices: tuple[int, ...], span_days: int) -> list[int]:
    """Choices shorter than the data, and the first that is not."""
    return [days for days in choices if days < span_days] + [days for days in choices if days >= span_days][:1]


def family_of(name: str) -> str:
    """
    Tell the family of a forecaster by its name.

    Parameters
    ----------
    name : str
        Name, as in a back-test.

    Returns
    -------
    str
        Its first word.
    """
    return name.split(" ", 1)[0].rstrip(",")


def _variants(family: str, cell_m: float, memories: list[int], lixels: Lixels | None) -> list[Forecaster]:
    if family == "kde":
        wide_enough = [h for h in BANDWIDTHS_M if h >= cell_m] or [2 * cell_m]
        return [QuarticKde(bandwidth_m, memory) for memory in memories for bandwidth_m in wide_enough]
    if family == "gi":
        apart = [d for d in GI_DISTANCES_M if d >= cell_m] or [2 * cell_m]
        return [GetisOrdStar(distance_m, memory) for memory in memories for distance_m in apart]
    if family == "nkde" and lixels is not None:
        return [NetworkKde(lixels, h, memory) for memory in memories[-2:] for h in NETWORK_BANDWIDTHS_M]
    if family == "sepp":
        return [SelfExciting(memories[-1])]
    if family == "average":
        return [AverageCount(memory) for memory in memories[-2:]]
    return [forecaster(family)]
