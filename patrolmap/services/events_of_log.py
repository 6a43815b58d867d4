"""Events from what a patrol found at its stops, as its log says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from patrolmap.model.events import OTHER_TYPE, Event, EventState, EventStep
from patrolmap.services.event_types import event_types, type_key
from patrolmap.services.events import received_event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.patrol_log import LogEntry
    from patrolmap.model.plan import PatrolPlan
    from patrolmap.project.store import ProjectStore

__all__ = ["events_of_log"]


def events_of_log(
    project: ProjectStore, plan: PatrolPlan, entries: Sequence[LogEntry], also: Sequence[Event] = ()
) -> tuple[Event, ...]:
    """
    Make events of what a patrol found at its stops.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    plan : PatrolPlan
        The plan of the entries.
    entries : sequence of LogEntry
        New entries of the patrol log; those of other plans or without an event type give nothing.
    also : sequence of Event, default ()
        Events that will be kept together with these.

    Returns
    -------
    tuple of Event
        Not kept yet. A stop gives one event: when it is recorded again nothing is added. A type that the project does
        not know becomes “other”, with the words in the note.
    """
    if not any(entry.event for entry in entries):
        return ()
    types, known = event_types(project), [*project.events(), *also]
    sources = {event.source for event in known}
    stops = {stop.visit.visit_id: stop for route in plan.routes for stop in route.stops}
    made = []
    for entry in entries:
        stop, source = stops.get(entry.visit_id), f"{entry.plan_id}/{entry.visit_id}"
        if entry.plan_id != plan.plan_id or not entry.event or stop is None or source in sources:
            continue
        key = type_key(types, entry.event)
        notes = [entry.event if key is None else "", entry.note]
        happened = entry.arrived or plan.moment(stop.start_s)
        step = EventStep(EventState.RECEIVED, max(happened, _recorded(entry)), " ".join(filter(None, notes)))
        where = stop.visit.name, stop.visit.point
        event = replace(received_event(known, types[key or OTHER_TYPE], where, happened, step), source=source)
        known.append(event)
        made.append(event)
    return tuple(made)


def _recorded(entry: LogEntry) -> dt.datetime:
    if not entry.recorded_at:
        return dt.datetime.now().replace(microsecond=0)
    return dt.datetime.fromisoformat(entry.recorded_at).replace(tzinfo=None)
