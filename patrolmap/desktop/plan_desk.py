"""The plan on the desk: which plan is shown, and which team and stop of it is in hand. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolmap.desktop.events import Event

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patrolmap.desktop.session import Session
    from patrolmap.model.plan import PatrolPlan

__all__ = ["PlanDesk", "StopRef"]


@dataclass(frozen=True)
class StopRef:
    """
    One stop of the plan on the desk, or a whole team.

    Parameters
    ----------
    team_id : str, default ""
        The team; empty for none.
    number : int, default 0
        The stop, from 1; 0 for the whole route.
    """

    team_id: str = ""
    number: int = 0


class PlanDesk:
    """
    Shares one plan between the panel, the time line, the table and the map.

    Parameters
    ----------
    session : Session
        What is open.

    Attributes
    ----------
    puts : int
        Counts what was laid on the desk: what comes late from the background must not cover what is newer.
    changed : Event
        Another plan lies on the desk, or none.
    drafted : Event
        A hand edit is shown that is not kept yet, or no longer.
    pointed : Event
        Emitted with the `StopRef` that is in hand.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.plan: PatrolPlan | None = None
        self._draft: PatrolPlan | None = None
        self.current = StopRef()
        self.puts = 0
        self.changed: Event[[]] = Event()
        self.drafted: Event[[]] = Event()
        self.pointed: Event[[StopRef]] = Event()
        session.closed.connect(self._clear)

    @property
    def shown(self) -> PatrolPlan | None:
        """The plan with the edit that is just being kept, if there is one."""
        return self._draft or self.plan

    @property
    def colour_places(self) -> dict[str, int]:
        """Place of each team with stops in the palette of routes: by sorted id, as on the map."""
        routes = () if self.shown is None else self.shown.routes
        return {team: place for place, team in enumerate(sorted({route.team_id for route in routes if route.stops}))}

    def put(self, plan: PatrolPlan | None) -> None:
        """
        Lay a plan on the desk.

        Parameters
        ----------
        plan : PatrolPlan or None
            The plan; None clears the desk.
        """
        self.plan, self._draft = plan, None
        self.puts += 1
        self.changed.emit()
        self.point_at(StopRef())

    def awaits(self, plan_ids: Iterable[str]) -> bool:
        """
        Tell whether the rows of the plan are still on their way from the project.

        Parameters
        ----------
        plan_ids : iterable of str
            Of the rows of stops that have been read.

        Returns
        -------
        bool
            False without a plan, and for one that has no stops.
        """
        has_stops = self.plan is not None and any(route.stops for route in self.plan.routes)
        return has_stops and self.plan is not None and self.plan.plan_id not in set(plan_ids)

    def let_go(self) -> None:
        """Hear no more of the session: for a desk that is not the window's own."""
        self._session.closed.disconnect(self._clear)

    def _clear(self) -> None:
        self.put(None)

    def draft(self, plan: PatrolPlan | None) -> None:
        """
        Show how the plan would be while a hand edit is being kept.

        Parameters
        ----------
        plan : PatrolPlan or None
            The edited plan; None to show the kept one again.
        """
        self._draft = plan
        self.drafted.emit()

    def visit_of(self, ref: StopRef) -> str:
        """
        Tell which visit a stop serves.

        Parameters
        ----------
        ref : StopRef
            A stop of the plan that is shown.

        Returns
        -------
        str
            Id of the visit; empty if it is no stop.
        """
        for route in () if self.shown is None else self.shown.routes:
            if route.team_id == ref.team_id and 0 < ref.number <= len(route.stops):
                return route.stops[ref.number - 1].visit.visit_id
        return ""

    def ref_of(self, visit_id: str) -> StopRef:
        """
        Find the stop of a visit.

        Parameters
        ----------
        visit_id : str
            The visit.

        Returns
        -------
        StopRef
            Its stop in the plan that is shown; empty if it is in no route.
        """
        for route in () if self.shown is None else self.shown.routes:
            for number, stop in enumerate(route.stops, start=1):
                if stop.visit.visit_id == visit_id:
                    return StopRef(route.team_id, number)
        return StopRef()

    def point_at(self, ref: StopRef) -> None:
        """
        Take a team or stop in hand, in every view.

        Parameters
        ----------
        ref : StopRef
            Which.
        """
        if ref != self.current:
            self.current = ref
            self.pointed.emit(ref)
