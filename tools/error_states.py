"""States in which the work of a task fails, and a plan that could not meet much: the panel says what, why and what to do."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from PySide6.QtCore import Qt, QTime

from patrolmap.model.schedule import TimeWindow
from patrolmap.project.complaints import explained
from patrolmap.services.planning import plan_shift
from patrolmap.services.sample import sample_shift

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.failure_note import FailureNote
    from patrolmap.desktop.features.hotspots.panel import HotspotsPanel
    from patrolmap.desktop.features.planning.panel import PlanPanel
    from patrolmap.desktop.features.reports.panel import ReportPanel
    from patrolmap.desktop.features.sheets.panel import SheetsPanel
    from tools.screenshots import Photographer

__all__ = ["ERROR_STATES"]

_SHORT_S: Final = 2700


def _keep_failure(shot: Photographer, note: FailureNote, name: str) -> None:
    shot.wait(note.isVisible, 120.0)
    shot.scroll_to(note)
    shot.save(name)
    note.clear()


def _hotspots(shot: Photographer) -> None:
    """Take the refusal of a search among no incidents at all."""
    panel = cast("HotspotsPanel", shot.window.tasks.panel("hotspots"))
    shot.window.show_task("hotspots")
    items = [panel.categories.item(place) for place in range(panel.categories.count())]
    for item in items:
        item.setCheckState(Qt.CheckState.Unchecked)
    panel.run_button.button.click()
    _keep_failure(shot, panel.failure, "error-hotspots")
    for item in items:
        item.setCheckState(Qt.CheckState.Checked)


def _plan(shot: Photographer) -> None:
    """Take the refusal of a shift in which nobody is on duty."""
    panel = cast("PlanPanel", shot.window.tasks.panel("plan"))
    shot.window.show_task("plan")
    before = panel.start.time(), panel.end.time()
    panel.start.setTime(QTime(4, 0))
    panel.end.setTime(QTime(5, 0))
    panel.run_button.button.click()
    _keep_failure(shot, panel.failure, "error-plan")
    for field, time in zip((panel.start, panel.end), before, strict=True):
        field.setTime(time)


def _sheets(shot: Photographer) -> None:
    """Take the refusal to write into a file as if it were a folder."""
    panel = cast("SheetsPanel", shot.window.tasks.panel("sheets"))
    shot.window.show_task("sheets")
    place = shot.folder / "巡逻单"
    place.write_text("", encoding="utf-8")
    panel.presenter.write(place)
    _keep_failure(shot, panel.failure, "error-sheets")


def _report(shot: Photographer) -> None:
    """Take the report of a project that another program holds."""
    panel = cast("ReportPanel", shot.window.tasks.panel("report"))
    shot.window.show_task("report")
    path, usual = shot.window.core.session.project.path, panel.presenter._make

    def refuse(*_asked: Any, **_more: Any) -> Any:
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorname = "SQLITE_BUSY"
        with explained(path):
            raise error

    panel.presenter._make = refuse
    panel.run_button.button.click()
    _keep_failure(shot, panel.failure, "error-report")
    panel.presenter._make = usual


def _unmet(shot: Photographer) -> None:
    """Take the plan of a shift much too short, one of its visits in hand."""
    core, panel = shot.window.core, cast("PlanPanel", shot.window.tasks.panel("plan"))
    shot.window.show_task("plan")
    usual = sample_shift()
    window = TimeWindow(usual.window.start_s, usual.window.start_s + _SHORT_S)
    plan = plan_shift(core.session.project, replace(usual, window=window), seed=1, time_limit_s=3.0)
    core.session.refresh()
    core.desk.put(plan)
    shot.wait(lambda: panel.unmet.visits.rowCount() > 1 and not core.cache.is_loading)
    shot.be_quiet()
    panel.unmet.setFocus()
    panel.unmet.setCurrentIndex(panel.unmet.visits.index(3, 0))
    shot.save("plan-unmet")
    core.session.undo()
    shot.come_back()


ERROR_STATES: Final[dict[str, Callable[[Photographer], None]]] = {
    "error-hotspots": _hotspots,
    "error-plan": _plan,
    "error-sheets": _sheets,
    "error-report": _report,
    "plan-unmet": _unmet,
}
"""Each leaves things as they were."""
