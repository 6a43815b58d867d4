"""The parts of the window that are no widgets, put together once."""

from __future__ import annotations

from typing import Final

from patrolmap.desktop.backgrounds import BackgroundDesk
from patrolmap.desktop.features.layers.keeping import LooksKeeper
from patrolmap.desktop.features.layers.presenter import LayerBoard
from patrolmap.desktop.incident_choice import ChosenIncidents, IncidentChoice
from patrolmap.desktop.jobs import JobRunner
from patrolmap.desktop.layer_cache import LayerCache
from patrolmap.desktop.map.scene import MapScene
from patrolmap.desktop.map.toolbox import ToolBox
from patrolmap.desktop.notices import Notices
from patrolmap.desktop.plan_desk import PlanDesk
from patrolmap.desktop.session import Session

__all__ = ["PROJECT_LANE", "Core"]

PROJECT_LANE: Final = "project"
"""Jobs that change the project run in this lane, one after the other."""


class Core:
    """
    What presenters share.

    Attributes
    ----------
    notices : Notices
        What is told to the user.
    jobs : JobRunner
        Background work.
    session : Session
        The open project.
    cache : LayerCache
        Its rows in metres.
    board : LayerBoard
        Which layers are seen.
    desk : PlanDesk
        The plan that is shown.
    scene : MapScene
        What the map shows.
    choice : IncidentChoice
        Which incidents the charts count.
    tools : ToolBox
        What a click on the map does while something is drawn.
    looks : LooksKeeper
        Keeps with the project how its map looks.
    backgrounds : BackgroundDesk
        What lies under the layers.
    """

    def __init__(self) -> None:
        self.notices = Notices()
        self.jobs = JobRunner(self.notices.report)
        self.session = Session(self.notices)
        self.cache = LayerCache(self.session, self.jobs.quick)
        self.board = LayerBoard(self.cache)
        self.desk = PlanDesk(self.session)
        self.scene = MapScene(self.session, self.cache, self.board, self.desk)
        self.choice = IncidentChoice()
        self.session.closed.connect(lambda: self.choice.hold(ChosenIncidents()))
        self.tools = ToolBox(self.session, self.scene)
        self.looks = LooksKeeper(self)
        self.backgrounds = BackgroundDesk(self)

    @property
    def is_changing(self) -> bool:
        """Whether a job that changes the project waits or runs."""
        return any(job.lane == PROJECT_LANE for job in self.jobs.alive)

    def close(self) -> None:
        """Stop all work and close the project."""
        self.jobs.close()
        self.backgrounds.close()
        self.session.close()
