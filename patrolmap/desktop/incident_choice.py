"""Which incidents count in the window: the hotspots panel says it, the charts follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolmap.desktop.events import Event

if TYPE_CHECKING:
    import datetime as dt

    from patrolmap.hotspots.incidents import IncidentFilter

__all__ = ["ChosenIncidents", "IncidentChoice"]


@dataclass(frozen=True)
class ChosenIncidents:
    """
    Which incidents count.

    Parameters
    ----------
    categories : frozenset of str or None, default None
        Categories that count; None for all.
    first, last : datetime.date or None, default None
        Days that count, both included; None for no bound.
    hours : tuple of int or None, default None
        Hours of the day that count; None for all.
    ring : str or None, default None
        Kind of the ring within which they count; None for all places.
    """

    categories: frozenset[str] | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    hours: tuple[int, ...] | None = None
    ring: str | None = None

    def filter(self) -> IncidentFilter:
        """
        Say the same to the services.

        Returns
        -------
        IncidentFilter
            The filter.
        """
        from patrolmap.hotspots.incidents import IncidentFilter

        return IncidentFilter(self.categories, self.first, self.last, self.hours, ring=self.ring)


class IncidentChoice:
    """
    The choice that panels share.

    Attributes
    ----------
    changed : Event
        Another choice counts.
    """

    def __init__(self) -> None:
        self.now = ChosenIncidents()
        self.changed: Event[[]] = Event()

    def hold(self, chosen: ChosenIncidents) -> None:
        """
        Make a choice count.

        Parameters
        ----------
        chosen : ChosenIncidents
            The choice.
        """
        if chosen != self.now:
            self.now = chosen
            self.changed.emit()
