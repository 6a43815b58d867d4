"""The plan on the desk: which plan is shown, and which team and stop of it is in hand. Plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from patrolmap.desktop.events import Event

if TYPE_CHECKING:
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
    pointed : Event
        Emitted with the `StopRef` that is in hand.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.plan: PatrolPlan | None = None
        self.current = StopRef()
        self.puts = 0
        self.changed: Event[[]] = Event()
        self.pointed: Event[[StopRef]] = Event()
        session.closed.connect(lambda: self.put(None))

    @property
    def colour_places(self) -> dict[str, int]:
        """Place of each team with stops in the palette of routes: by sorted id, as on the map."""
        routes = () if self.plan is None else self.plan.routes
        return {team: place for place, team in enumerate(sorted({route.team_id for route in routes if route.stops}))}

    def put(self, plan: PatrolPlan | None) -> None:
        """
        Lay a plan on the desk.

        Parameters
        ----------
        plan : PatrolPlan or None
            The plan; None clears the desk.
        """
        self.plan = plan
        self.puts += 1
        self.changed.emit()
        self.point_at(StopRef())

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
