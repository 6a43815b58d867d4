"""More states of the window that are photographed: the report's parts in turn, settings found, and what each panel refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from patrolmap.desktop.features.settings.dialog import SettingsDialog
from patrolmap.desktop.features.sheets.panel import PaperView
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from patrolmap.desktop.features.reports.panel import ReportPanel
    from patrolmap.desktop.features.rings.drill_section import DrillSection
    from patrolmap.desktop.features.rings.panel import RingsPanel
    from tools.screenshots import Photographer

__all__ = ["PANEL_STATES", "wait_for_papers"]

_PLACES: Final = ("东大街与南大街交叉口", "人民东路与东大街交叉口")
_NOWHERE: Final = "没有的甲路与没有的乙路交叉口"


def wait_for_papers(shot: Photographer, within: QWidget) -> None:
    """
    Wait until each page that is seen is painted.

    Parameters
    ----------
    shot : Photographer
        Lets the window work.
    within : QWidget
        A panel or a dialog.
    """
    papers = [one for one in within.findChildren(PaperView) if one.isVisible()]
    shot.wait(lambda: all(one.preview is not None for one in papers))
    shot.rest(0.2)


def _log(shot: Photographer) -> None:
    """Take the patrol log with stops that were done and skipped, and a sheet that nobody knows."""
    window, core = shot.window, shot.window.core
    panel = cast("ReportPanel", window.tasks.panel("report"))
    window.show_task("report")
    log = panel.log
    before = core.session.project.undo_label
    log.done.setText("1-2 4")
    log.skipped.setText("3")
    log.reason.setText(tr("Why skipped"))
    log.record_button.click()
    shot.wait(lambda: not core.jobs.alive and not core.cache.is_loading)
    log.view.selectRow(1)
    shot.scroll_to(log)
    shot.save("log-recorded")
    log.code.setText("PM-0000")
    log.code.returnPressed.emit()
    shot.rest(0.4)
    shot.keep(window, "error-log")
    log.code.clear()
    window.message_bar.hide()
    while core.session.project.can_undo and core.session.project.undo_label != before:
        core.session.undo()
    shot.wait(lambda: not core.cache.is_loading)


def _events(shot: Photographer) -> None:
    """Take events in the list with the step of one, their daily list, and a place that is not found."""
    window, core = shot.window, shot.window.core
    panel = cast("ReportPanel", window.tasks.panel("report"))
    window.show_task("report")
    kinds, before = list(panel.events.presenter.types), core.session.project.undo_label
    for place, kind in zip(_PLACES, kinds, strict=False):
        panel.events.presenter.add(kind, place)
    shot.wait(lambda: not core.cache.is_loading and not core.jobs.alive)
    if panel.events.presenter.events:
        panel.events.select(panel.events.presenter.events[0].event_id)
    shot.scroll_to(panel.events)
    core.scene.show_all()
    shot.save("events-listed")
    made = panel.events.entry.show_list(weekly=False)
    made.show()
    shot.rest(0.4)
    shot.keep(made, "events-list")
    made.close()
    panel.events.presenter.add(kinds[0], _NOWHERE)
    shot.rest(0.4)
    shot.keep(window, "error-event")
    window.message_bar.hide()
    while core.session.project.can_undo and core.session.project.undo_label != before:
        core.session.undo()
    shot.come_back()


def _report(shot: Photographer) -> None:
    """Take the situation report in the making, and made."""
    window, core = shot.window, shot.window.core
    panel = cast("ReportPanel", window.tasks.panel("report"))
    window.show_task("report")
    panel.run_button.button.click()
    shot.scroll_to(panel.run_button)
    shot.rest(0.3)
    shot.keep(panel, "loading-report")
    shot.wait(lambda: panel.presenter.job is None)
    shot.rest(0.3)
    wait_for_papers(shot, panel)
    shot.scroll_to(panel.paper)
    core.scene.show_all()
    shot.save("report-made")


def _drill(shot: Photographer) -> None:
    """Take the pages of a drill, and the question that nobody can answer."""
    window, core = shot.window, shot.window.core
    rings = cast("RingsPanel", window.tasks.panel("rings"))
    window.show_task("rings")
    rings.show_section("drill")
    drill = cast("DrillSection", rings.sections["drill"])
    drill.run()
    shot.wait(lambda: not core.jobs.alive)
    drill.preview()
    wait_for_papers(shot, drill.shown)
    shot.keep(drill.shown, "drill-pages")
    drill.shown.close()
    drill.kind.setCurrentIndex(1)
    drill.place.setText(_NOWHERE)
    drill.run()
    shot.wait(lambda: not core.jobs.alive)
    shot.rest(0.4)
    shot.keep(window, "error-drill")
    drill.kind.setCurrentIndex(0)
    drill.place.clear()
    window.message_bar.hide()
    rings.show_section("closure")


def _search(shot: Photographer) -> None:
    window = shot.window
    window.activateWindow()
    for name, words in (
        ("found", "人民"),
        ("cross", "东大街与南大街交叉口"),
        ("away", "鼓楼购物中心东200米"),
        ("nothing", "没有这个地方"),
    ):
        window.search.take_focus()
        window.search.setText(words)
        window.search.presenter.ask(words)
        shot.wait(lambda: not window.search.presenter.is_searching)
        shot.rest(0.3)
        shot.keep(window, f"search-{name}")
    window.search.clear()
    window.stage.map.setFocus()


def _settings(shot: Photographer) -> None:
    """Take the settings that a word finds, and a word that finds none."""
    made = SettingsDialog(shot.window.core, shot.window)
    made.show()
    for name, words in (("found", tr("Hotspot")), ("nothing", "没有 nothing")):
        made.search.setText(words)
        shot.rest(0.3)
        shot.keep(made, f"settings-{name}")
    made.close()
    made.deleteLater()
    shot.rest(0.1)


PANEL_STATES: Final[dict[str, Callable[[Photographer], None]]] = {
    "log": _log,
    "events": _events,
    "report": _report,
    "drill": _drill,
    "search": _search,
    "settings": _settings,
}
"""Each leaves things as they were."""
