"""Puts the panels of the task dock together, in the order of an evening."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.desktop.features.hotspots.panel import HotspotsPanel
from patrolmap.desktop.features.importing.panel import ImportPanel
from patrolmap.desktop.features.planning.panel import PlanPanel
from patrolmap.desktop.features.reports.panel import ReportPanel
from patrolmap.desktop.features.rings.panel import RingsPanel
from patrolmap.desktop.features.sheets.panel import SheetsPanel
from patrolmap.desktop.tasks import TASKS, TaskPanel

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core

__all__ = ["make_panels"]


def make_panels(core: Core) -> tuple[TaskPanel, ...]:
    """
    Make a panel for each task.

    Parameters
    ----------
    core : Core
        Shared parts.

    Returns
    -------
    tuple of TaskPanel
        In the order of `patrolmap.desktop.tasks.TASKS`.
    """
    specs = {spec.id: spec for spec in TASKS}
    return (
        ImportPanel(core, specs["import"], specs["rings"]),
        RingsPanel(core, specs["rings"], specs["hotspots"]),
        HotspotsPanel(core, specs["hotspots"], specs["plan"]),
        PlanPanel(core, specs["plan"], specs["sheets"]),
        SheetsPanel(core, specs["sheets"], specs["report"]),
        ReportPanel(core, specs["report"], None),
    )
