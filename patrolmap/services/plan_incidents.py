"""Something that came in while a plan is under way, as a visit that the plan can take in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.plan import Visit
from patrolmap.model.schedule import DAY_S, TimeWindow

if TYPE_CHECKING:
    import shapely

    from patrolmap.model.plan import PatrolPlan

__all__ = ["Incident", "incident_visit"]

_PRIZE: Final = 20.0


@dataclass(frozen=True)
class Incident:
    """
    What came in.

    Parameters
    ----------
    point : shapely.Point
        Where, metric CRS.
    name : str
        What the plan and the sheets call it.
    from_s, to_s : int or None
        Clock times between which somebody arrives, seconds after 00:00; those before the shift's start are of the next day.
        None for just after the last stop that is done, and for the end of the shift.
    stay_s : int, default 900
        How long to stay, seconds.
    required : bool, default True
        Whether it comes before every optional visit.
    """

    point: shapely.Point
    name: str
    from_s: int | None = None
    to_s: int | None = None
    stay_s: int = 900
    required: bool = True


def incident_visit(plan: PatrolPlan, said: Incident) -> Visit:
    """
    Make the visit.

    Parameters
    ----------
    plan : PatrolPlan
        The plan that takes it in.
    said : Incident
        What came in.

    Returns
    -------
    Visit
        With an id that the plan does not have. Its window is that of the whole stay, as a user means it: there from, away
        by.

    Raises
    ------
    InputError
        If the place or the stay cannot be.
    """
    if not (math.isfinite(said.point.x) and math.isfinite(said.point.y)) or not 0 <= said.stay_s <= DAY_S:
        raise InputError(
            N_("“{name}” has a place or a stay that cannot be."),
            remedy=N_("Give a place in the district, and minutes from 0 up."),
            name=said.name,
        )
    there = {stop.visit.visit_id for route in plan.routes for stop in route.stops}
    there |= {one.visit.visit_id for one in plan.unmet}
    number = next(number for number in range(1, len(there) + 2) if f"incident-{number}" not in there)
    key, window = f"incident-{number}", plan.shift.window
    done = [stop.leave_s for route in plan.routes for stop in route.stops if stop.done]
    start_s = max([window.start_s, *done]) if said.from_s is None else _in_shift(said.from_s, window.start_s)
    end_s = window.end_s - said.stay_s if said.to_s is None else _in_shift(said.to_s, window.start_s)
    whole = TimeWindow(start_s, max(end_s, start_s) + said.stay_s)
    return Visit(key, key, "request", said.name, said.point, (whole,), said.stay_s, said.required, _PRIZE)


def _in_shift(clock_s: int, first_s: int) -> int:
    """Give a clock time as seconds of the shift, after midnight if it lies before the shift's start."""
    return clock_s + DAY_S * max(math.ceil((first_s - clock_s) / DAY_S), 0)
