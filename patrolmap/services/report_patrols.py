"""Patrols, events and proposals of a situation report."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from patrolmap.i18n import tr
from patrolmap.model.events import event_counts, state_title
from patrolmap.model.patrol_log import LogState, log_numbers
from patrolmap.reports.duty_facts import EventFact, EventFacts, PatrolFact, ProposalFacts, UnmetFact
from patrolmap.services.event_types import event_types, type_title
from patrolmap.services.events import overdue_events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.model.patrol_log import LogEntry
    from patrolmap.model.plan import PatrolPlan, Stop
    from patrolmap.project.store import ProjectStore
    from patrolmap.reports.facts import HotspotFacts, RingFact

__all__ = ["ShiftDone", "done_places", "event_facts", "patrol_facts", "proposal_facts", "shifts_between"]


@dataclass(frozen=True, eq=False)
class ShiftDone:
    """
    A plan of the period with its log.

    Parameters
    ----------
    plan : PatrolPlan
        The plan that counts for its shift.
    entries : tuple of LogEntry
        Its log.
    """

    plan: PatrolPlan
    entries: tuple[LogEntry, ...]

    def stops(self, *, done: bool) -> list[Stop]:
        """
        List stops.

        Parameters
        ----------
        done : bool
            Those done, or all others.

        Returns
        -------
        list of Stop
            In the order of the plan.
        """
        served = {entry.visit_id for entry in self.entries if entry.state is LogState.DONE}
        return [stop for route in self.plan.routes for stop in route.stops if (stop.visit.visit_id in served) is done]


def shifts_between(project: ProjectStore, first: dt.date, last: dt.date) -> tuple[ShiftDone, ...]:
    """
    Read the plans of a period, one for each shift.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    first, last : datetime.date
        The period; a shift counts for the day on which it begins.

    Returns
    -------
    tuple of ShiftDone
        By start. Of several plans for one shift the one with the most entries in its log counts, and of several such
        the one saved last.
    """
    rows = project.table("plans")
    log = Counter(project.table("patrol_log")["plan_id"])
    days = rows["start"].astype(str).str[:10]
    best: dict[tuple[str, str, str], tuple[int, int, str]] = {}
    for place, row in enumerate(rows[(days >= first.isoformat()) & (days <= last.isoformat())].to_dict("records")):
        key = (row["start"], row["end"], row["shift"] or "")
        best[key] = max(best.get(key, (-1, -1, "")), (log[row["plan_id"]], place, row["plan_id"]))
    chosen = [plan_id for _, (_, _, plan_id) in sorted(best.items())]
    return tuple(ShiftDone(project.plan(plan_id), project.log_entries(plan_id)) for plan_id in chosen)


def patrol_facts(shifts: Sequence[ShiftDone]) -> tuple[PatrolFact, ...]:
    """
    Compare plans with what was done.

    Parameters
    ----------
    shifts : sequence of ShiftDone
        The shifts.

    Returns
    -------
    tuple of PatrolFact
        One for each.
    """
    facts = []
    for shift in shifts:
        plan, numbers = shift.plan, log_numbers(shift.plan, shift.entries)
        facts.append(
            PatrolFact(
                plan_id=plan.plan_id,
                date=plan.shift.date.isoformat(),
                shift=plan.shift.name,
                teams=sum(bool(route.stops) for route in plan.routes),
                planned=numbers.planned,
                done=numbers.done,
                skipped=numbers.skipped,
                open=numbers.open,
                required_planned=numbers.required_planned,
                required_done=numbers.required_done,
                stays=numbers.stays,
                stays_reached=numbers.stays_reached,
                arrivals=numbers.arrivals,
                punctual=numbers.punctual,
                unmet=len(plan.unmet),
                unmet_required=sum(unmet.visit.required for unmet in plan.unmet),
                events=numbers.events,
            )
        )
    return tuple(facts)


def done_places(shifts: Sequence[ShiftDone]) -> NDArray[np.float64] | None:
    """
    Find where stops were done.

    Parameters
    ----------
    shifts : sequence of ShiftDone
        The shifts.

    Returns
    -------
    numpy.ndarray of float64, shape (n, 2), or None
        Metric; None without any shift.
    """
    if not shifts:
        return None
    places = [(stop.visit.point.x, stop.visit.point.y) for shift in shifts for stop in shift.stops(done=True)]
    return np.array(places, dtype=np.float64).reshape(-1, 2)


def event_facts(project: ProjectStore, first: dt.date, last: dt.date, as_of: dt.datetime) -> EventFacts:
    """
    Count the events of a period.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    first, last : datetime.date
        The period; events count for the day on which they were found.
    as_of : datetime.datetime
        The moment whose states count, naive local time.

    Returns
    -------
    EventFacts
        The numbers.
    """
    start = dt.datetime.combine(first, dt.time())
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time())
    types = event_types(project)
    counts = event_counts(project.events(), start, end, as_of)
    overdue = tuple(
        EventFact(
            event.event_id,
            type_title(types, event.type),
            event.place,
            tr(state_title(event.state)),
            event.unit,
            f"{event.due_at:%Y-%m-%d %H:%M}",
            (event.overdue_s(as_of) or 0.0) / 3600,
        )
        for event in overdue_events(project, as_of)
    )
    return EventFacts(
        found=counts.found,
        handled_in_time=counts.handled_in_time,
        handled_late=counts.handled_late,
        open_overdue=counts.open_overdue,
        rated=counts.rated,
        rating_sum=counts.rating_sum,
        by_state={tr(state_title(state)): count for state, count in counts.by_state.items()},
        by_type={type_title(types, key): count for key, count in counts.by_type.items()},
        overdue=overdue,
    )


def proposal_facts(
    rings: Sequence[RingFact],
    hotspots: HotspotFacts | None,
    late_sites: Sequence[str],
    shifts: Sequence[ShiftDone],
) -> ProposalFacts:
    """
    Draw from the other parts what to do next.

    Parameters
    ----------
    rings : sequence of RingFact
        The rings.
    hotspots : HotspotFacts or None
        The hotspots.
    late_sites : sequence of str
        Names of sites that no post reaches in five minutes.
    shifts : sequence of ShiftDone
        The plans.

    Returns
    -------
    ProposalFacts
        Computed, not judged.
    """
    spots = () if hotspots is None else hotspots.hotspots
    return ProposalFacts(
        posts={one.ring: one.places for one in rings if one.leaks},
        late_sites=tuple(late_sites),
        missed_hotspots=tuple(f"{spot.rank} {spot.name}".strip() for spot in spots if spot.patrolled == 0),
        unmet=_unmet(shifts),
    )


def _unmet(shifts: Sequence[ShiftDone]) -> tuple[UnmetFact, ...]:
    found: dict[tuple[str, bool], list[tuple[str, str]]] = {}
    missed: Counter[tuple[str, bool]] = Counter()
    for shift in shifts:
        mine = set()
        for unmet in shift.plan.unmet:
            key = (unmet.visit.name, unmet.visit.required)
            mine.add(key)
            found.setdefault(key, []).append((tr(unmet.reason), tr(unmet.remedy) if unmet.remedy else ""))
        missed.update(mine)
    facts = []
    for (name, required), said in found.items():
        reason, remedy = next(((why, what) for why, what in said if what), said[-1])
        facts.append(UnmetFact(name, required, missed[name, required], reason, remedy))
    return tuple(sorted(facts, key=lambda one: (not one.required, -one.shifts, not one.remedy, one.name)))
