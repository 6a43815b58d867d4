"""What exported files call tasks, modes and stays, in the user's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.kinds import ShiftMode, TravelMode
from patrolmap.model.schedule import clock

if TYPE_CHECKING:
    from patrolmap.model.plan import Stop

__all__ = ["SHIFT_MODES", "TRAVEL_MODES", "stop_line", "task_title"]

_TASKS: Final = {
    "checkpoint": N_("Checkpoint duty"),
    "intersection": N_("Watch the junction"),
    "key_site": N_("Check the key site"),
    "post": N_("Look in at the post"),
    "hotspot": N_("Walk about, be seen"),
    "request": N_("As asked"),
}
TRAVEL_MODES: Final = {TravelMode.WALK: N_("on foot"), TravelMode.EBIKE: N_("by e-bike"), TravelMode.CAR: N_("by car")}
SHIFT_MODES: Final = {ShiftMode.ROUTINE: N_("Routine"), ShiftMode.HEIGHTENED: N_("Heightened")}


def task_title(kind: str) -> str:
    """
    Name a task.

    Parameters
    ----------
    kind : str
        As in `patrolmap.model.plan.Visit`.

    Returns
    -------
    str
        In the current language; an unknown kind as it is.
    """
    return tr(_TASKS[kind]) if kind in _TASKS else kind


def stop_line(stop: Stop) -> str:
    """
    Say when to stay at a stop and what for.

    Parameters
    ----------
    stop : Stop
        A stop of a plan.

    Returns
    -------
    str
        Such as ``19:20-19:32 重点部位检查, 12 min``.
    """
    return tr(
        "{start} to {end}, {task}, {minutes} min",
        start=clock(stop.start_s),
        end=clock(stop.leave_s),
        task=task_title(stop.visit.kind),
        minutes=round((stop.leave_s - stop.start_s) / 60),
    )
