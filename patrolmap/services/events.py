"""Events from found to rated: enter, assign, handle, feed back, rate, and see what is overdue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.i18n import tr, translations
from patrolmap.ingest.places.answers import HIGH, PlaceStatus
from patrolmap.ingest.privacy import personal_content
from patrolmap.ingest.times import parse_times
from patrolmap.messages import N_, Message
from patrolmap.model.edits import SetSetting
from patrolmap.model.events import (
    DEFAULT_TYPES,
    OTHER_TYPE,
    Event,
    EventState,
    EventStep,
    EventType,
    advanced,
    state_title,
)
from patrolmap.services.geocoding import geocode_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolmap.model.patrol_log import LogEntry
    from patrolmap.model.plan import PatrolPlan
    from patrolmap.project.store import ProjectStore

__all__ = [
    "SaidOfEvent",
    "add_event",
    "advance_event",
    "event_named",
    "event_types",
    "events_of_log",
    "overdue_events",
    "set_event_type",
    "type_named",
    "type_title",
]

_SETTING: Final = "event_types"
_LONGEST_HOURS: Final = 24.0 * 365


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


def event_types(project: ProjectStore) -> dict[str, EventType]:
    """
    List the types of events that a project knows.

    Parameters
    ----------
    project : ProjectStore
        An open project.

    Returns
    -------
    dict of str to EventType
        By key; the office's own come last, and its hours replace those of the program.
    """
    types = dict(DEFAULT_TYPES)
    for key, hours in (project.setting(_SETTING) or {}).items():
        known = types.get(key)
        types[key] = replace(known, due_hours=float(hours)) if known else EventType(key, key, float(hours))
    return types


def set_event_type(project: ProjectStore, name: str, due_hours: float) -> EventType:
    """
    Add a type of events, or change the hours of one.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    name : str
        Key or name of a known type, or the name of a new one.
    due_hours : float
        Hours from receiving to the latest moment of handling; above 0, at most a year.

    Returns
    -------
    EventType
        The type. Events that are there keep their due times.

    Raises
    ------
    InputError
        If the hours are out of range, or the name is empty or looks like a person's number.
    """
    if not 0 < due_hours <= _LONGEST_HOURS:
        raise InputError(N_("The hours to handle an event must be above 0, and at most a year."))
    _refuse_persons(name)
    types = event_types(project)
    key = _key_of(types, name) or name.strip()
    if not key:
        raise InputError(N_("A type of events needs a name."))
    own = {**(project.setting(_SETTING) or {}), key: due_hours}
    project.apply(SetSetting(_SETTING, own), Message(N_("Event type {type} set"), {"type": key}))
    return event_types(project)[key]


def type_title(types: Mapping[str, EventType], key: str) -> str:
    """
    Name a type to the user.

    Parameters
    ----------
    types : mapping of str to EventType
        From `event_types`.
    key : str
        The type of an event; one that the project no longer knows is its own name.

    Returns
    -------
    str
        In the current language.
    """
    return tr(types[key].title) if key in types else key


def type_named(project: ProjectStore, name: str) -> EventType:
    """
    Find a type by its key or its name in any language.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    name : str
        Key or name.

    Returns
    -------
    EventType
        The type.

    Raises
    ------
    InputError
        If there is none.
    """
    types = event_types(project)
    key = _key_of(types, name)
    if key is None:
        raise InputError(
            N_("There is no event type “{name}”."),
            remedy=N_("Choose from: {types}. Or add it first."),
            name=name,
            types=", ".join(tr(one.title) for one in types.values()),
        )
    return types[key]


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
        If the type is unknown, the place is not found or not given, a time cannot be read, or a text looks like a
        person's number.
    """
    received = _now(now)
    for text in (said.place, said.note):
        _refuse_persons(text)
    kind = type_named(project, said.type)
    happened = _moment(said.happened_at) if said.happened_at.strip() else received
    if happened > received:
        raise InputError(
            N_("{moment} has not come yet."), remedy=N_("Check the time."), moment=f"{happened:%Y-%m-%d %H:%M}"
        )
    point = said.point or _point_of(project, said.place)
    step = EventStep(EventState.RECEIVED, received, said.note.strip())
    event = _received(project.events(), kind, (said.place.strip(), point), happened, step)
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
        _refuse_persons(text)
    clock = max(_now(now), event.steps[-1].at)
    moment = _moment(at) if at.strip() else clock
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
        key = _key_of(types, entry.event)
        notes = [entry.event if key is None else "", entry.note]
        happened = entry.arrived or plan.moment(stop.start_s)
        step = EventStep(EventState.RECEIVED, max(happened, _recorded(entry)), " ".join(filter(None, notes)))
        where = stop.visit.name, stop.visit.point
        event = replace(_received(known, types[key or OTHER_TYPE], where, happened, step), source=source)
        known.append(event)
        made.append(event)
    return tuple(made)


def _received(
    known: Sequence[Event],
    kind: EventType,
    where: tuple[str, shapely.Point],
    happened: dt.datetime,
    received: EventStep,
) -> Event:
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


def _is_of_day(event_id: str, head: str) -> bool:
    return event_id.startswith(head) and event_id.removeprefix(head).isdecimal()


def _key_of(types: Mapping[str, EventType], name: str) -> str | None:
    wanted = name.strip().casefold()
    for key, one in types.items():
        if wanted in {key.casefold(), *(text.casefold() for text in translations(one.title))}:
            return key
    return None


def _recorded(entry: LogEntry) -> dt.datetime:
    if not entry.recorded_at:
        return _now(None)
    return dt.datetime.fromisoformat(entry.recorded_at).replace(tzinfo=None)


def _now(now: dt.datetime | None) -> dt.datetime:
    return (now or dt.datetime.now()).replace(microsecond=0)


def _moment(text: str) -> dt.datetime:
    parsed = parse_times(np.array([text.strip()], dtype=object))
    if np.isnat(parsed.moments[0]) or parsed.without_clock[0]:
        raise InputError(
            N_("“{text}” is no date with a time."), remedy=N_("Write it as 2026-11-21 21:30."), text=text.strip()
        )
    moment: dt.datetime = parsed.moments[0].astype("datetime64[s]").item()
    return moment


def _point_of(project: ProjectStore, place: str) -> shapely.Point:
    if not place.strip():
        raise InputError(
            N_("Nothing says where it was."), remedy=N_("Give the place in words, or longitude and latitude.")
        )
    answer = geocode_texts(project, [place]).rows[0].answer
    if answer.status is not PlaceStatus.FOUND or answer.candidates[0].confidence < HIGH:
        raise InputError(
            N_("“{place}” is not clear on the streets of the project."),
            remedy=N_("Name a junction such as “A街与B路交叉口”, or give longitude and latitude."),
            place=place.strip(),
        )
    return shapely.Point(answer.candidates[0].x_m, answer.candidates[0].y_m)


def _refuse_persons(text: str) -> None:
    if text and personal_content(np.array([text], dtype=object)) is not None:
        raise InputError(
            N_("The text has what looks like an identity number or a telephone number."),
            why=N_("Events hold no persons."),
            remedy=N_("Leave the number out."),
        )
