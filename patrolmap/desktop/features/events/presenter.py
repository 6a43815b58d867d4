"""What the list of events knows: its rows, which one is chosen, and the next step of each."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import shapely

from patrolmap.desktop.events import Event as Signal
from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.model.events import EventState, state_title

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.model.events import Event, EventType
    from patrolmap.reports.document import ReportDocument

__all__ = ["EventsPresenter"]

_OWNER: Final = "events"


class EventsPresenter:
    """
    Lists events, shows the unfinished ones on the map, and brings them on.

    Parameters
    ----------
    core : Core
        Shared parts.

    Attributes
    ----------
    changed : Event
        The events are others.
    picked : Event
        Emitted with the id of an event that was clicked on the map.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self.events: tuple[Event, ...] = ()
        self.types: dict[str, EventType] = {}
        self.spot: shapely.Point | None = None
        self.changed: Signal[[]] = Signal()
        self.picked: Signal[[str]] = Signal()
        core.session.opened.connect(self.read)
        core.session.closed.connect(self._forget)
        core.session.changed.connect(lambda names: self.read() if "events" in names else None)
        core.scene.overlay_picked.connect(self._on_picked)
        if core.session.is_open:
            self.read()

    def read(self) -> None:
        """Read the events again; unfinished ones come first, the overdue before the others."""
        from patrolmap.services.event_types import event_types

        project, now = self._core.session.project, dt.datetime.now()
        self.types = event_types(project)
        self.events = tuple(
            sorted(
                project.events(),
                key=lambda e: (not e.is_open_overdue(now), e.state is EventState.RATED, e.due_at, e.event_id),
            )
        )
        self.show()
        self.changed.emit()

    def show(self) -> None:
        """Put what is not handled yet on the map."""
        now = dt.datetime.now()
        self._core.scene.set_overlays(
            _OWNER,
            [
                Overlay("event_overdue" if e.is_open_overdue(now) else "event", e.point, e.event_id, self.words(e))
                for e in self.events
                if e.at(EventState.HANDLED) is None
            ],
        )

    def words(self, event: Event) -> str:
        """
        Name an event.

        Parameters
        ----------
        event : Event
            Any event.

        Returns
        -------
        str
            Type and place.
        """
        kind = self.types.get(event.type)
        return f"{tr(kind.title) if kind else event.type} · {event.place}"

    def rows(self) -> list[tuple[str, ...]]:
        """
        Write the events as rows.

        Returns
        -------
        list of tuple of str
            Event, state, due time; in the order of `events`.
        """
        now = dt.datetime.now()
        return [
            (
                self.words(event),
                tr("Overdue") if event.is_open_overdue(now) else tr(state_title(event.state)),
                f"{event.due_at:%m-%d %H:%M}",
            )
            for event in self.events
        ]

    def advance(self, event_id: str, *, unit: str = "", rating: int | None = None, note: str = "") -> None:
        """
        Bring an event to its next state.

        Parameters
        ----------
        event_id : str
            The event.
        unit : str, default ""
            Who shall handle it, if it is assigned now.
        rating : int or None
            From 1 to 5, if it is rated now.
        note : str, default ""
            A remark.
        """
        from patrolmap.services.events import advance_event

        event = next((one for one in self.events if one.event_id == event_id), None)
        if event is None or event.next_state is None:
            return
        try:
            advance_event(self._core.session.project, event_id, event.next_state, unit=unit, rating=rating, note=note)
        except PatrolmapError as error:
            self._core.notices.report(error)
        self._core.session.refresh()

    def ask_for_spot(self) -> None:
        """Let the user click where the next event is; `spot` keeps the place until it is taken in."""
        from patrolmap.desktop.map.tools import PointTool

        def place(x: float, y: float) -> None:
            self.spot = shapely.Point(x, y)
            self.changed.emit()

        self._core.tools.take(PointTool(Message(N_("Click where it was found. Esc cancels.")), place))

    def add(self, kind: str, place: str, moment: str = "", note: str = "") -> bool:
        """
        Take an event in.

        Parameters
        ----------
        kind : str
            Key of its type.
        place : str
            In words; looked for on the streets if nothing was clicked.
        moment : str, default ""
            Date and time; empty for now.
        note : str, default ""
            A remark, no person.

        Returns
        -------
        bool
            Whether it was taken in; if not, a notice says why.
        """
        from patrolmap.services.events import SaidOfEvent, add_event

        words = place.strip() or (tr("clicked on the map") if self.spot is not None else "")
        try:
            event = add_event(self._core.session.project, SaidOfEvent(kind, words, self.spot, moment, note))
        except PatrolmapError as error:
            self._core.notices.report(error)
            return False
        self.spot = None
        self._core.session.refresh()
        self.read()
        self._core.notices.say(Message(N_("Event {event} received"), {"event": event.event_id}), NoticeLevel.DONE)
        self.picked.emit(event.event_id)
        return True

    def list_of(self, *, weekly: bool) -> ReportDocument:
        """
        Make a list of events.

        Parameters
        ----------
        weekly : bool
            The review of the last seven days; else the check list of today.

        Returns
        -------
        ReportDocument
            In the current language.
        """
        from patrolmap.services.event_lists import daily_check, weekly_review

        return (weekly_review if weekly else daily_check)(self._core.session.project, dt.date.today())

    def report(self, error: BaseException) -> None:
        """
        Tell an error to the user.

        Parameters
        ----------
        error : BaseException
            The error.
        """
        self._core.notices.report(error)

    def go_to(self, event_id: str) -> None:
        """
        Show the surroundings of an event on the map.

        Parameters
        ----------
        event_id : str
            The event.
        """
        for event in self.events:
            if event.event_id == event_id:
                x, y = event.point.x, event.point.y
                self._core.scene.view_wanted.emit((x - 400, y - 400, x + 400, y + 400))

    def _on_picked(self, overlay: Overlay) -> None:
        if any(event.event_id == overlay.key for event in self.events):
            self.picked.emit(overlay.key)

    def _forget(self) -> None:
        self.events, self.types, self.spot = (), {}, None
        self._core.scene.set_overlays(_OWNER, ())
        self.changed.emit()
