"""How well somebody who watched the last shifts could tell who will be where when."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from patrolmap.model.plan import PatrolPlan

__all__ = ["Predictability", "predictability_of"]

SLOT_S: Final = 1_800
"""Times within the same half hour count as the same."""

LEAST_PLANS: Final = 3
WARN_BELOW: Final = 0.5


@dataclass(frozen=True)
class Predictability:
    """
    Entropy of the last plans, each number 0 (always the same) to 1 (never the same twice).

    Parameters
    ----------
    plans : int
        Plans compared.
    places : int
        Visits that occur in at least two of them.
    who_and_when, who, when : float or None
        Team and half hour together, team alone, half hour alone; None if no visit occurs twice.
    warning : Message or None
        What to tell the office when the plans have become predictable: three or more of them with `who_and_when` below
        0.5.
    """

    plans: int
    places: int
    who_and_when: float | None
    who: float | None
    when: float | None
    warning: Message | None


def predictability_of(plans: Sequence[PatrolPlan]) -> Predictability:
    """
    Measure how alike plans are.

    Parameters
    ----------
    plans : sequence of PatrolPlan
        Plans of shifts with the same hours, one a date.

    Returns
    -------
    Predictability
        The meter.

    Notes
    -----
    For the k-th visit to a place in each plan let x be its team and the half hour of its start. Over the n plans that
    have it, H = -Σ p(x) log₂ p(x) [1]_ with p(x) the share of plans with x. The meter is Σ H / Σ log₂ n over all
    visits with n of at least 2: the bits that are left to guess, as a share of the most there could be.

    References
    ----------
    .. [1] Shannon, C. E. (1948). A mathematical theory of communication. Bell System Technical Journal 27(3), 379-423.
       https://doi.org/10.1002/j.1538-7305.1948.tb01338.x
    """
    seen: dict[tuple[str, str, int], list[tuple[str, int]]] = {}
    for plan in plans:
        turn: Counter[tuple[str, str]] = Counter()
        stops = [(stop.start_s, route.team_id, stop.visit) for route in plan.routes for stop in route.stops]
        for start_s, team_id, visit in sorted(stops, key=lambda stop: (stop[0], stop[1], stop[2].visit_id)):
            place = (visit.place_id, visit.name)
            seen.setdefault((*place, turn[place]), []).append((team_id, start_s // SLOT_S))
            turn[place] += 1
    often = [outcomes for outcomes in seen.values() if len(outcomes) > 1]
    both = _share(often)
    warning = None
    if len(plans) >= LEAST_PLANS and both is not None and both < WARN_BELOW:
        warning = Message(
            N_(
                "The last {plans} plans are predictable: {percent} % of what could vary does. Plan with another seed, or"
                " choose among variants."
            ),
            {"plans": len(plans), "percent": round(100 * both)},
        )
    who = _share([[team for team, _ in outcomes] for outcomes in often])
    when = _share([[slot for _, slot in outcomes] for outcomes in often])
    return Predictability(len(plans), len(often), both, who, when, warning)


def _share(visits: Sequence[Sequence[Hashable]]) -> float | None:
    most = sum(math.log2(len(outcomes)) for outcomes in visits)
    return sum(_bits(outcomes) for outcomes in visits) / most if most > 0 else None


def _bits(outcomes: Sequence[Hashable]) -> float:
    shares = [count / len(outcomes) for count in Counter(outcomes).values()]
    return sum(-share * math.log2(share) for share in shares)
