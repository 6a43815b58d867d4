"""What was done at the stops of a plan, and how it compares with what was planned."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from patrolmap.model.plan import PatrolPlan, Stop

__all__ = ["PUNCTUAL_S", "STAY_TOLERANCE_S", "LogEntry", "LogNumbers", "LogState", "log_numbers"]

PUNCTUAL_S: Final = 600
"""How far from the planned time an arrival may be and still count as punctual, seconds."""

STAY_TOLERANCE_S: Final = 60
"""How much shorter than planned a stay may be and still count, seconds: clocks are noted in minutes."""


class LogState(StrEnum):
    """What became of a stop."""

    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class LogEntry:
    """
    What was done at one stop.

    Parameters
    ----------
    plan_id, team_id, visit_id : str
        The stop; a plan has each visit once.
    state : LogState
        Done or skipped.
    arrived, left : datetime.datetime or None
        Naive local time; None if nobody noted it.
    reason : str, default ""
        Why it was skipped.
    event : str, default ""
        Type of what was found.
    note : str, default ""
        Anything else, but no person.
    source : str, default "typed"
        ``typed``, ``code``, ``form`` or ``track``: how it was recorded.
    recorded_at : str, default ""
        ISO 8601 with offset.
    """

    plan_id: str
    team_id: str
    visit_id: str
    state: LogState
    arrived: dt.datetime | None = None
    left: dt.datetime | None = None
    reason: str = ""
    event: str = ""
    note: str = ""
    source: str = "typed"
    recorded_at: str = ""

    @property
    def stay_s(self) -> float | None:
        """Seconds from arrival to departure; None if one of them is not known."""
        if self.arrived is None or self.left is None:
            return None
        return (self.left - self.arrived).total_seconds()


@dataclass(frozen=True)
class LogNumbers:
    """
    Planned against done.

    Parameters
    ----------
    planned, done, skipped : int
        Stops in the plan, and of these done and skipped; the rest has no entry yet.
    required_planned, required_done : int
        The same for required visits.
    stays : int
        Stops done whose arrival and departure are known.
    stays_reached : int
        Of these, as long as planned or longer, or at most `STAY_TOLERANCE_S` shorter.
    stay_planned_s, stay_done_s : float
        Planned and true length of these stays together.
    arrivals : int
        Stops done whose arrival is known.
    punctual : int
        Of these, within `PUNCTUAL_S` of the time from the planned arrival to the planned start of the stay.
    median_off_s : float or None
        Median distance of these arrivals from that time, seconds, early or late; None without arrivals.
    events : int
        Stops at which something was found.
    """

    planned: int
    done: int
    skipped: int
    required_planned: int
    required_done: int
    stays: int
    stays_reached: int
    stay_planned_s: float
    stay_done_s: float
    arrivals: int
    punctual: int
    median_off_s: float | None
    events: int

    @property
    def open(self) -> int:
        """Stops without an entry."""
        return self.planned - self.done - self.skipped

    @property
    def coverage(self) -> float | None:
        """Share of planned stops that were done; None if nothing was planned."""
        return self.done / self.planned if self.planned else None

    @property
    def required_coverage(self) -> float | None:
        """Share of planned required stops that were done; None if there are none."""
        return self.required_done / self.required_planned if self.required_planned else None

    @property
    def stay_share(self) -> float | None:
        """Share of known stays that were long enough; None if none is known."""
        return self.stays_reached / self.stays if self.stays else None

    @property
    def punctual_share(self) -> float | None:
        """Share of known arrivals that were punctual; None if none is known."""
        return self.punctual / self.arrivals if self.arrivals else None


def log_numbers(plan: PatrolPlan, entries: Iterable[LogEntry], team_id: str | None = None) -> LogNumbers:
    """
    Compare a plan with its log.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    entries : iterable of LogEntry
        Its log; entries of visits that are in no route count for nothing.
    team_id : str or None
        One team; None for all.

    Returns
    -------
    LogNumbers
        Counts and sums, from which every share can be computed again.
    """
    stops = [stop for route in plan.routes if team_id in (None, route.team_id) for stop in route.stops]
    log = {entry.visit_id: entry for entry in entries if entry.plan_id == plan.plan_id}
    known = [(stop, log[stop.visit.visit_id]) for stop in stops if stop.visit.visit_id in log]
    done = [(stop, entry) for stop, entry in known if entry.state is LogState.DONE]
    stays = [(stop.leave_s - stop.start_s, entry.stay_s) for stop, entry in done if entry.stay_s is not None]
    off_s = _distances_s(plan, done)
    return LogNumbers(
        planned=len(stops),
        done=len(done),
        skipped=len(known) - len(done),
        required_planned=sum(stop.visit.required for stop in stops),
        required_done=sum(stop.visit.required for stop, _ in done),
        stays=len(stays),
        stays_reached=sum(true_s >= planned_s - STAY_TOLERANCE_S for planned_s, true_s in stays),
        stay_planned_s=float(sum(planned_s for planned_s, _ in stays)),
        stay_done_s=float(sum(true_s for _, true_s in stays)),
        arrivals=len(off_s),
        punctual=sum(off <= PUNCTUAL_S for off in off_s),
        median_off_s=float(statistics.median(off_s)) if off_s else None,
        events=sum(bool(entry.event) for _, entry in known),
    )


def _distances_s(plan: PatrolPlan, done: Sequence[tuple[Stop, LogEntry]]) -> list[float]:
    found = []
    for stop, entry in done:
        if entry.arrived is not None:
            early_s = (plan.moment(stop.arrive_s) - entry.arrived).total_seconds()
            late_s = (entry.arrived - plan.moment(stop.start_s)).total_seconds()
            found.append(max(early_s, late_s, 0.0))
    return found
