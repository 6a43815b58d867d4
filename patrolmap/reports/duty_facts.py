"""The numbers of a situation report on patrols, events and proposals, apart from their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EventFact", "EventFacts", "PatrolFact", "PlaceFact", "ProposalFacts", "UnmetFact"]


@dataclass(frozen=True)
class PlaceFact:
    """
    A place in words.

    Parameters
    ----------
    name : str
        Streets.
    on_junction : bool
        Whether it is a junction or on a street.
    """

    name: str
    on_junction: bool


@dataclass(frozen=True)
class PatrolFact:
    """
    A shift, planned and done.

    Parameters
    ----------
    plan_id, date, shift : str
        Which.
    teams : int
        Teams with stops.
    planned, done, skipped, open : int
        Stops.
    required_planned, required_done : int
        Of these, required ones.
    stays, stays_reached : int
        Known stays, and those as long as planned.
    arrivals, punctual : int
        Known arrivals, and those in time.
    unmet, unmet_required : int
        Visits that the plan could not serve.
    events : int
        Stops at which something was found.
    """

    plan_id: str
    date: str
    shift: str
    teams: int
    planned: int
    done: int
    skipped: int
    open: int
    required_planned: int
    required_done: int
    stays: int
    stays_reached: int
    arrivals: int
    punctual: int
    unmet: int
    unmet_required: int
    events: int


@dataclass(frozen=True)
class EventFact:
    """
    An event that is overdue.

    Parameters
    ----------
    event_id, type, place, state, unit : str
        As the reader reads them.
    due_at : str
        ``2026-11-21 21:30``.
    late_hours : float
        Hours past the due time.
    """

    event_id: str
    type: str
    place: str
    state: str
    unit: str
    due_at: str
    late_hours: float


@dataclass(frozen=True)
class EventFacts:
    """
    Events of the period.

    Parameters
    ----------
    found, handled_in_time, handled_late, open_overdue, rated, rating_sum : int
        As in `patrolmap.model.events.EventCounts`.
    by_state : mapping of str to int
        By state.
    by_type : mapping of str to int
        By type, as the reader reads it.
    overdue : tuple of EventFact
        All that are overdue, the longest first.
    """

    found: int
    handled_in_time: int
    handled_late: int
    open_overdue: int
    rated: int
    rating_sum: int
    by_state: Mapping[str, int]
    by_type: Mapping[str, int]
    overdue: tuple[EventFact, ...]


@dataclass(frozen=True)
class UnmetFact:
    """
    A place whose visit was not served.

    Parameters
    ----------
    name : str
        The place.
    required : bool
        Whether the visit was required.
    shifts : int
        In how many shifts it was not served.
    reason, remedy : str
        In the reader's language; an empty remedy if none was found.
    """

    name: str
    required: bool
    shifts: int
    reason: str
    remedy: str


@dataclass(frozen=True)
class ProposalFacts:
    """
    What follows for the next period.

    Parameters
    ----------
    posts : mapping of str to tuple of PlaceFact
        For each open ring the fewest places that would close it.
    late_sites : tuple of str
        Sites that no post reaches in five minutes, the latest first.
    missed_hotspots : tuple of str
        Hotspots in which no stop was done.
    unmet : tuple of UnmetFact
        Visits not served, required ones first, then those missed most often.
    """

    posts: Mapping[str, tuple[PlaceFact, ...]]
    late_sites: tuple[str, ...]
    missed_hotspots: tuple[str, ...]
    unmet: tuple[UnmetFact, ...]
