"""Events from found to rated: enter, assign, handle, feed back, rate, and see what is overdue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.events import Event, EventState, EventStep, EventType, advanced, state_title
from patrolmap.services.event_types import type_named
from patrolmap.services.event_words import read_moment, read_point, refuse_persons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.project.store import ProjectStore

__all__ = ["SaidOfEvent", "add_event", "advance_event", "event_named", "overdue_events", "received_event"]

_FARTHEST_M: Final = 20_000.0


@dataclass(frozen=True)
class SaidOfEvent:
    """
    What somebody says of a new event.

    Parameters
    ----------
    type : str
        Key of a type or its name in any language.
    place : str, default ""
        The place in words; without `point` it is looked for on the project's streets.
    point : shapely.Point or None
        The place, metric CRS; None to find it by its words.
    happened_at : str, default ""
        Date and time; empty for now.
    note : str, default ""
        Anything else, but no person.
    """

    type: str
    place: str = ""
    point: shapely.Point | None = None
    happened_at: str = ""
    note: str = ""


def add_event(project: ProjectStore, said: SaidOfEvent, *, now: dt.datetime | None = None) -> Event:
    """
    Enter an event; it is received then.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    said : SaidOfEvent
        What is known of it.
    now : datetime.datetime or None
        Naive local time of receiving; None for the clock.

    Returns
    -------
    Event
        As kept, in one step of undo.

    Raises
    ------
    InputError
        If the type is unknown, the place is not found, not given or far from the streets, a time cannot be read, or a text looks like a
        person's number.
    """
    received = _now(now)
    for text in (said.place, said.note):
        refuse_persons(text)
    kind = type_named(project, said.type)
    happened = read_moment(said.happened_at) if said.happened_at.strip() else received
    if happened > received:
        raise InputError(
            N_("{moment} has not come yet."), remedy=N_("Check the time."), moment=f"{happened:%Y-%m-%d %H:%M}"
        )
    point = said.point or read_point(project, said.place)
    _refuse_far_point(project, point)
    step = EventStep(EventState.RECEIVED, received, said.note.strip())
    event = received_event(project.events(), kind, (said.place.strip(), point), happened, step)
    project.save_events((event,), label=Message(N_("Event {event} received"), {"event": event.event_id}))
    return event


def advance_event(
    project: ProjectStore,
    event_id: str,
    state: EventState,
    *,
    unit: str = "",
    rating: int | None = None,
    note: str = "",
    at: str = "",
    now: dt.datetime | None = None,
) -> Event:
    """
    Bring an event to its next state.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    event_id : str
        The event.
    state : EventState
        The state; the one after its present state.
    unit : str, default ""
        For assigned: the team or office that shall handle it.
    rating : int or None
        For rated: 1 to 5.
    note : str, default ""
        Anything to know about the step, but no person.
    at : str, default ""
        Date and time of the step; empty for now.
    now : datetime.datetime or None
        Naive local time; None for the clock.

    Returns
    -------
    Event
        As kept, in one step of undo.

    Raises
    ------
    InputError
        If there is no such event, the step is not the next, a time is before the last step or still to come, or a text
        looks like a person's number.
    """
    event = event_named(project, event_id)
    for text in (unit, note):
        refuse_persons(text)
    clock = max(_now(now), event.steps[-1].at)
    moment = read_moment(at) if at.strip() else clock
    if moment > clock:
        raise InputError(
            N_("{moment} has not come yet."), remedy=N_("Check the time."), moment=f"{moment:%Y-%m-%d %H:%M}"
        )
    changed = advanced(event, EventStep(state, moment, note.strip()), unit=unit, rating=rating)
    label = Message(N_("Event {event}: {state}"), {"event": event_id, "state": state_title(state)})
    project.save_events((changed,), label=label)
    return changed


def event_named(project: ProjectStore, event_id: str) -> Event:
    """
    Find an event.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    event_id : str
        Its id.

    Returns
    -------
    Event
        The event.

    Raises
    ------
    InputError
        If there is none.
    """
    for event in project.events():
        if event.event_id == event_id:
            return event
    raise InputError(
        N_("There is no event {event}."), remedy=N_("Look up its id in the list of events."), event=event_id
    )


def overdue_events(project: ProjectStore, now: dt.datetime | None = None) -> tuple[Event, ...]:
    """
    List the events that should have been handled by now.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    now : datetime.datetime or None
        Naive local time; None for the clock.

    Returns
    -------
    tuple of Event
        The longest overdue first.
    """
    moment = _now(now)
    late = [event for event in project.events() if event.is_open_overdue(moment)]
    return tuple(sorted(late, key=lambda event: (event.due_at, event.event_id)))


def received_event(
    known: Sequence[Event],
    kind: EventType,
    where: tuple[str, shapely.Point],
    happened: dt.datetime,
    received: EventStep,
) -> Event:
    """
    Make an event that was just received.

    Parameters
    ----------
    known : sequence of Event
        Those that are there already: the new one gets the next number of its day.
    kind : EventType
        What it is.
    where : tuple of (str, shapely.Point)
        The place in words, and metric.
    happened : datetime.datetime
        When it was found, naive local time.
    received : EventStep
        The step.

    Returns
    -------
    Event
        Not kept yet.
    """
    head = f"E{happened:%Y%m%d}-"
    numbers = [int(event.event_id.removeprefix(head)) for event in known if _is_of_day(event.event_id, head)]
    return Event(
        event_id=f"{head}{max(numbers, default=0) + 1:03d}",
        type=kind.key,
        place=where[0],
        point=where[1],
        happened_at=happened,
        due_at=received.at + dt.timedelta(hours=kind.due_hours),
        steps=(received,),
    )


def _refuse_far_point(project: ProjectStore, point: shapely.Point) -> None:
    """Take no place that cannot be meant: it would stretch every map of the events."""
    name = "streets" if project.count("streets") else "boundary"
    if not project.count(name):
        return
    far_m = float(shapely.box(*project.metric_layer(name).total_bounds).distance(point))
    if not far_m <= _FARTHEST_M:
        raise InputError(
            N_("The place is {km} km away from the streets of the project."),
            remedy=N_("Check longitude and latitude, or the point on the map."),
            km=f"{far_m / 1000:.0f}",
        )


def _is_of_day(event_id: str, head: str) -> bool:
    return event_id.startswith(head) and event_id.removeprefix(head).isdecimal()


def _now(now: dt.datetime | None) -> dt.datetime:
    return (now or dt.datetime.now()).replace(microsecond=0)
