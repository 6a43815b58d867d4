"""Events: what a patrol finds, and how it is brought to its end. An event holds a place and times, but no person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    import shapely

__all__ = [
    "DEFAULT_TYPES",
    "OTHER_TYPE",
    "RATINGS",
    "STATES",
    "Event",
    "EventCounts",
    "EventState",
    "EventStep",
    "EventType",
    "advanced",
    "event_counts",
    "state_title",
]

RATINGS: Final = (1, 2, 3, 4, 5)
"""From poor to good."""

OTHER_TYPE: Final = "other"


class EventState(StrEnum):
    """How far an event has come; each state follows the one before."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    HANDLED = "handled"
    FED_BACK = "fed_back"
    RATED = "rated"


STATES: Final = tuple(EventState)
_STATE_TITLES: Final[Mapping[EventState, str]] = MappingProxyType(
    {
        EventState.RECEIVED: N_("Received"),
        EventState.ASSIGNED: N_("Assigned"),
        EventState.HANDLED: N_("Handled"),
        EventState.FED_BACK: N_("Fed back"),
        EventState.RATED: N_("Rated"),
    }
)


@dataclass(frozen=True)
class EventType:
    """
    A kind of event.

    Parameters
    ----------
    key : str
        Its name in the file; of a kind that the office added, its own words.
    title : str
        English title, the key of its translation; of a kind that the office added, its own words.
    due_hours : float
        Hours from receiving to the latest moment of handling.
    """

    key: str
    title: str
    due_hours: float


_TYPES: Final = (
    EventType("fire_hazard", N_("Fire hazard"), 4),
    EventType("suspicious_object", N_("Unattended object"), 2),
    EventType("control_gap", N_("Gap in a checkpoint or fence"), 4),
    EventType("dispute", N_("Dispute or disorder"), 4),
    EventType("ebike_charging", N_("E-bike parked or charged where it must not be"), 24),
    EventType("passage_blocked", N_("Passage blocked"), 24),
    EventType("entrance_unlocked", N_("Entrance or gate not locked"), 24),
    EventType("road_damage", N_("Road or manhole damaged"), 48),
    EventType("flooding", N_("Flooding"), 12),
    EventType("street_light", N_("Street light out"), 72),
    EventType("camera_fault", N_("Camera or alarm out of order"), 48),
    EventType(OTHER_TYPE, N_("Other"), 72),
)
DEFAULT_TYPES: Final[Mapping[str, EventType]] = MappingProxyType({one.key: one for one in _TYPES})
"""The kinds that every project has, by key; an office may add its own and change the hours."""


@dataclass(frozen=True)
class EventStep:
    """
    One step of an event.

    Parameters
    ----------
    state : EventState
        The state that the step led to.
    at : datetime.datetime
        Naive local time.
    note : str, default ""
        Anything to know about it, but no person.
    """

    state: EventState
    at: dt.datetime
    note: str = ""


@dataclass(frozen=True)
class Event:
    """
    Something found, with what became of it.

    Parameters
    ----------
    event_id : str
        Unique in the project, such as ``E20261121-003``.
    type : str
        Key of its `EventType`.
    place : str
        The place in words.
    point : shapely.Point
        The place, metric CRS.
    happened_at : datetime.datetime
        When it was found, naive local time.
    due_at : datetime.datetime
        Latest moment of handling, naive local time.
    steps : tuple of EventStep
        From received on, one for each state reached.
    unit : str, default ""
        The team or office it was assigned to, not a person.
    rating : int or None
        One of `RATINGS`; None before it was rated.
    source : str, default ""
        Key of the entry of the patrol log it came from; empty if it was typed in.
    """

    event_id: str
    type: str
    place: str
    point: shapely.Point
    happened_at: dt.datetime
    due_at: dt.datetime
    steps: tuple[EventStep, ...]
    unit: str = ""
    rating: int | None = None
    source: str = ""

    @property
    def state(self) -> EventState:
        """The last state reached."""
        return self.steps[-1].state

    @property
    def next_state(self) -> EventState | None:
        """The state that follows; None when it is rated."""
        place = STATES.index(self.state) + 1
        return STATES[place] if place < len(STATES) else None

    def at(self, state: EventState) -> dt.datetime | None:
        """
        Tell when a state was reached.

        Parameters
        ----------
        state : EventState
            The state.

        Returns
        -------
        datetime.datetime or None
            None if it has not been reached.
        """
        return next((step.at for step in self.steps if step.state is state), None)

    def state_at(self, moment: dt.datetime) -> EventState | None:
        """
        Tell how far the event had come.

        Parameters
        ----------
        moment : datetime.datetime
            Naive local time.

        Returns
        -------
        EventState or None
            The last state reached before or at the moment; None if it had not been received.
        """
        reached = [step.state for step in self.steps if step.at <= moment]
        return reached[-1] if reached else None

    def overdue_s(self, moment: dt.datetime) -> float | None:
        """
        Tell by how much the event is, or was, handled too late.

        Parameters
        ----------
        moment : datetime.datetime
            Naive local time; an event that was not handled by then counts as open.

        Returns
        -------
        float or None
            Seconds past its due time, until it was handled or until the moment; None if it is not late.
        """
        handled = self.at(EventState.HANDLED)
        until = moment if handled is None or handled > moment else handled
        late_s = (until - self.due_at).total_seconds()
        return late_s if late_s > 0 else None

    def is_open_overdue(self, moment: dt.datetime) -> bool:
        """
        Tell whether the event should have been handled by now and was not.

        Parameters
        ----------
        moment : datetime.datetime
            Naive local time.

        Returns
        -------
        bool
            False once it is handled, however late.
        """
        handled = self.at(EventState.HANDLED)
        return (handled is None or handled > moment) and self.overdue_s(moment) is not None


def state_title(state: EventState) -> Message:
    """
    Name a state to the user.

    Parameters
    ----------
    state : EventState
        The state.

    Returns
    -------
    Message
        Its title.
    """
    return Message(_STATE_TITLES[state])


def advanced(event: Event, step: EventStep, *, unit: str = "", rating: int | None = None) -> Event:
    """
    Bring an event one state further.

    Parameters
    ----------
    event : Event
        The event.
    step : EventStep
        The next state, when, and a note.
    unit : str, default ""
        Who shall handle it, for the state assigned.
    rating : int or None
        How well it was done, for the state rated.

    Returns
    -------
    Event
        With the step added.

    Raises
    ------
    InputError
        If the step is not the next one or before the last, or if the unit or the rating is missing.
    """
    if step.state is not event.next_state:
        raise InputError(
            N_("{event} is “{state}”; it cannot become “{wanted}”."),
            why=N_("Events are received, assigned, handled, fed back and rated, in this order."),
            event=event.event_id,
            state=state_title(event.state),
            wanted=state_title(step.state),
        )
    if step.at < event.steps[-1].at:
        raise InputError(
            N_("{event}: {moment} is before the last step, at {last}."),
            remedy=N_("Check the time."),
            event=event.event_id,
            moment=f"{step.at:%Y-%m-%d %H:%M}",
            last=f"{event.steps[-1].at:%Y-%m-%d %H:%M}",
        )
    if step.state is EventState.ASSIGNED and not unit.strip():
        raise InputError(N_("Nothing says who shall handle {event}."), remedy=N_("Name a unit."), event=event.event_id)
    if step.state is EventState.RATED and rating not in RATINGS:
        raise InputError(N_("A rating is a whole number from 1 to 5."))
    changed = replace(event, steps=(*event.steps, step))
    if step.state is EventState.ASSIGNED:
        changed = replace(changed, unit=unit.strip())
    return replace(changed, rating=rating) if step.state is EventState.RATED else changed


@dataclass(frozen=True)
class EventCounts:
    """
    The events found in a period, and how far they have come.

    Parameters
    ----------
    found : int
        Found in the period.
    by_state : mapping of EventState to int
        These, by state.
    by_type : mapping of str to int
        These, by type, the most frequent first.
    handled_in_time, handled_late : int
        Of these, handled by their due time, and handled later.
    open_overdue : int
        Of all events of the project, those past their due time and not handled.
    rated, rating_sum : int
        Of these, how many were rated, and the sum of their ratings.
    """

    found: int
    by_state: Mapping[EventState, int]
    by_type: Mapping[str, int]
    handled_in_time: int
    handled_late: int
    open_overdue: int
    rated: int
    rating_sum: int


def event_counts(events: Iterable[Event], start: dt.datetime, end: dt.datetime, as_of: dt.datetime) -> EventCounts:
    """
    Count the events of a period.

    Parameters
    ----------
    events : iterable of Event
        All events of a project.
    start, end : datetime.datetime
        First moment, and the first moment after the period; naive local time.
    as_of : datetime.datetime
        The moment whose knowledge counts; what was noted of later moments is left out.

    Returns
    -------
    EventCounts
        Events count for the period in which they were found.
    """
    known = [event for event in events if event.state_at(as_of) is not None]
    mine = [event for event in known if start <= event.happened_at < end]
    reached = [event.state_at(as_of) for event in mine]
    handled = [event for event in mine if (at := event.at(EventState.HANDLED)) is not None and at <= as_of]
    late = [event for event in handled if event.overdue_s(as_of) is not None]
    types = [event.type for event in mine]
    rated = [event for event, state in zip(mine, reached, strict=True) if state is EventState.RATED]
    return EventCounts(
        found=len(mine),
        by_state={state: reached.count(state) for state in STATES},
        by_type={key: types.count(key) for key in sorted(set(types), key=lambda one: (-types.count(one), one))},
        handled_in_time=len(handled) - len(late),
        handled_late=len(late),
        open_overdue=sum(event.is_open_overdue(as_of) for event in known),
        rated=len(rated),
        rating_sum=sum(event.rating or 0 for event in rated),
    )
