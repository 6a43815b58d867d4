"""The states of the window that are photographed: empty, loading, full, at work, in error; each leaves things as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QMenu, QTreeWidget, QWidget

from patrolmap.desktop.features.sheets.panel import PaperView
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.desktop.plan_desk import StopRef
from patrolmap.desktop.session import Selection
from patrolmap.desktop.tour import STEPS
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from tools.error_states import ERROR_STATES
from tools.every_dialog import EVERY_DIALOG
from tools.import_states import take_import, take_wizard
from tools.panel_states import PANEL_STATES, wait_for_papers

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.features.hotspots.panel import HotspotsPanel
    from patrolmap.desktop.features.planning.panel import PlanPanel
    from patrolmap.desktop.features.rings.panel import RingsPanel
    from tools.screenshots import Photographer

__all__ = ["BEFORE", "EVERY_STATE", "PANELS"]

PANELS: Final = ("import", "rings", "hotspots", "plan", "sheets", "report")
_ELSEWHERE: Final = frozenset({"incident", "pick", "variants", "compare", "drill"})
"""Taken as the window opens them, with what they then show."""


def _welcome(shot: Photographer) -> None:
    shot.save("welcome")


def _recovery(shot: Photographer) -> None:
    words = tr(
        "“{name}” was open, task: {task}. Every change that you saw is in its file, and can still be undone.",
        name="安澄市城关区",
        task=tr("Plan"),
    )
    shot.window.welcome.offer(words, lambda: None, lambda: None)
    shot.save("recovery")
    shot.window.welcome.offer("", lambda: None, lambda: None)


def _empty(shot: Photographer) -> None:
    path = shot.folder / f"empty-{shot.look}.gpkg"
    shot.window.core.session.create(path, "新建辖区" if shot.look.startswith("zh") else "New district")
    for panel in PANELS:
        shot.window.show_task(panel)
        shot.save(f"empty-{panel}")
    for name in ("time_line", "stops", "attributes", "charts"):
        shot.window.docks[name].raise_()
        shot.save(f"empty-dock-{name}")
    shot.window.docks["time_line"].raise_()
    shot.window.core.session.close()
    path.unlink()


def _window(shot: Photographer) -> None:
    shot.window.show_task("plan")
    shot.rest(1.0)  # the message has just gone, and the map has its room
    shot.save("window")


def _panels(shot: Photographer) -> None:
    for panel in PANELS:
        shot.window.show_task(panel)
        shot.rest(0.2)
        wait_for_papers(shot, shot.window.tasks.panel(panel))
        shot.save(f"panel-{panel}")


def _rings(shot: Photographer) -> None:
    rings = cast("RingsPanel", shot.window.tasks.panel("rings"))
    shot.window.show_task("rings")
    for name, part in rings.sections.items():
        rings.show_section(name)
        shot.save(f"rings-{name}")
        run = getattr(part, "run_button", None)
        if name == "closure" or run is None:
            continue
        run.button.click()
        shot.wait(lambda: not shot.window.core.jobs.alive)
        shot.save(f"rings-{name}-full")
    rings.show_section("closure")


def _docks(shot: Photographer) -> None:
    window = shot.window
    for name in ("stops", "attributes", "charts"):
        window.docks[name].raise_()
        if name == "attributes":
            window.attributes.table.selectAll()
            shot.rest(0.3)
            shot.keep(window.attributes, "dock-attributes-chosen")
            window.attributes.table.clearSelection()
            shot.window.core.session.select(Selection())
            shot.window.core.scene.show_all()
        shot.save(f"dock-{name}")
    window.attributes.filter.setText("没有这样的行")
    window.docks["attributes"].raise_()
    shot.rest(0.3)
    shot.save("dock-attributes-nothing")
    window.attributes.filter.clear()
    window.docks["charts"].raise_()
    for place in range(window.charts.choice.count()):
        window.charts.choice.setCurrentIndex(place)
        shot.rest(0.2)
        shot.wait(lambda: not window.core.jobs.alive)
        if window.charts.canvas.name != "displacement":  # it asks for two areas first
            shot.wait(window.charts.save_button.isEnabled)
        shot.rest(0.5)
        shot.keep(window.charts, f"chart-{window.charts.canvas.name}")
    window.charts.choice.setCurrentIndex(0)
    window.docks["time_line"].raise_()


def _near(shot: Photographer) -> None:
    """Take the map where names, numbers and directions are read, with a stop in hand and a site selected."""
    core = shot.window.core
    team = next(route for route in core.desk.plan.routes if route.stops) if core.desk.plan else None
    if team is None:
        return
    shot.window.show_task("plan")
    core.scene.show([team.stops[0].visit.point], margin_m=900.0)
    shot.save("near-town")
    core.desk.point_at(StopRef(team.team_id, 1))
    core.scene.show([team.stops[0].visit.point], margin_m=250.0)
    shot.save("near-stop")
    core.session.select(Selection("sites", (int(core.cache["sites"].index[0]),)))  # type: ignore[index]  # it is read
    core.scene.show(core.scene.selected_geometries(), margin_m=400.0)
    shot.save("near-site")
    core.session.select(Selection())
    core.desk.point_at(StopRef())
    core.scene.show_all()


def _board(shot: Photographer) -> None:
    """Take the plan board's dialogs as its buttons open them, a locked stop, and its menu."""
    board, core = shot.window.board, shot.window.core
    plan = core.desk.plan
    if plan is None:
        return
    shot.window.show_task("plan")
    team = next(route for route in plan.routes if route.stops)
    core.desk.point_at(StopRef(team.team_id, 1))
    spot = team.stops[0].visit.point
    states: dict[str, Callable[[], object]] = {
        "team": board.ask_team,
        "drop-out": board.ask_drop_out,
        "incident": lambda: board.ask_incident(spot.x, spot.y),
        "variants": board.show_variants,
        "compare": board.compare,
    }
    for name, show in states.items():
        show()
        shot.rest(1.0)
        shot.wait(lambda: not core.jobs.alive)
        for tree in board.dialog.findChildren(QTreeWidget) if board.dialog is not None else ():
            shot.wait(lambda tree=tree: tree.topLevelItemCount() > 0)
        shot.be_quiet()
        if board.dialog is not None:
            shot.keep(board.dialog, f"board-{name}")
            board.dialog.close()
            shot.rest(0.1)
    board.place_incident()
    shot.save("board-incident-place")
    core.tools.drop()
    board.presenter.toggle_lock()
    shot.wait(lambda: not board.presenter.is_keeping and not core.jobs.alive and not core.cache.is_loading)
    shot.rest(2.0)
    shot.save("board-locked")
    board.chart.menu_wanted.emit(board.chart.mapToGlobal(QPoint(40, 40)))
    _keep_popup(shot, "board-menu")
    if core.session.project.can_undo:
        core.session.undo()
    core.desk.put(shot.plan)
    core.scene.show_all()


def _dialogs(shot: Photographer) -> None:
    for name, make in EVERY_DIALOG.items():
        if name in _ELSEWHERE:
            continue
        dialog = make(shot.window)
        dialog.show()
        shot.rest(0.4)
        shot.wait(lambda: not shot.window.core.jobs.alive)
        wait_for_papers(shot, dialog)
        shot.keep(dialog, f"dialog-{name}")
        dialog.close()
        dialog.deleteLater()
        shot.rest(0.1)


def _loading(shot: Photographer) -> None:
    window = shot.window
    window.core.session.close()
    with shot.held():
        window.project_flow.open(shot.folder / "sample.gpkg")
        window.show_task("hotspots")
        shot.wait(window.stage.note.isVisible)
        shot.rest(0.4)
        shot.keep(window, "loading-map")
    shot.come_back()
    sheets = window.tasks.panel("sheets")
    shot.be_quiet()
    with shot.held():
        window.show_task("sheets")
        window.core.desk.put(None)
        window.core.desk.put(shot.plan)
        shot.rest(0.6)
        for paper in sheets.findChildren(PaperView):
            paper.show_page(None)  # as before its first page is painted
        shot.rest(0.1)
        shot.keep(sheets, "loading-sheets")
    shot.wait(lambda: not window.core.jobs.alive)


def _at_work(shot: Photographer) -> None:
    """Take two long pieces of work: one under way with what is left, one that waits, then both being stopped."""
    window, core = shot.window, shot.window.core
    plan, spots = (
        cast("PlanPanel", window.tasks.panel("plan")),
        cast("HotspotsPanel", window.tasks.panel("hotspots")),
    )
    window.show_task("plan")
    plan.limit.setValue(60)
    plan.run_button.button.click()
    spots.run_button.button.click()
    shot.wait(lambda: any(job.remaining_s is not None for job in core.jobs.alive))
    shot.keep(window, "busy-plan")
    window.show_task("hotspots")
    window.jobs_list.toggle()
    shot.rest(0.3)
    shot.keep(window, "busy-jobs")
    core.jobs.cancel_all()
    shot.rest(0.1)
    shot.keep(window, "busy-stopping")
    shot.wait(lambda: not core.jobs.alive)
    shot.rest(1.0)
    shot.keep(window, "busy-ended")
    window.jobs_list.hide()
    plan.limit.setValue(20)
    core.desk.put(shot.plan)


def _messages(shot: Photographer) -> None:
    window, notices = shot.window, shot.window.core.notices
    window.show_task("plan")
    shot.rest(0.2)
    notices.report(
        InputError(
            N_("“{name}” cannot be read as {kind}."),
            why=N_("The file is damaged, cut off, or not what its name says."),
            remedy=N_("Open it in the program it came from and save it again."),
            name="警情 2026.xlsx" if shot.look.startswith("zh") else "incidents 2026.xlsx",
            kind="Excel (xlsx)",
        )
    )
    _keep_bar(shot, "error-bar")
    path = {"path": "D:/patrolmap/安澄.html"}
    for level, words in (
        (NoticeLevel.INFO, Message(N_("Stopping the work that is under way…"))),
        (NoticeLevel.DONE, Message(N_("Web map written to {path}"), path)),
        (NoticeLevel.WARNING, Message(N_("Open or make a project first, then drop the file again."))),
    ):
        notices.say(words, level)
        _keep_bar(shot, f"message-{level.value}")
    window.message_bar.hide()


def _keep_bar(shot: Photographer, name: str) -> None:
    shot.rest(0.3)
    shot.settle()
    shot.keep(shot.window, name)


def _found(shot: Photographer) -> None:
    """Take the hotspots panel after its search, with the proof by the past and the advice for the first one."""
    window, core = shot.window, shot.window.core
    panel = cast("HotspotsPanel", window.tasks.panel("hotspots"))
    window.show_task("hotspots")
    panel.presenter.result = shot.found  # the search is the same in every look, and long
    panel.redress()
    shot.wait(lambda: panel.list.topLevelItemCount() > 0)
    panel.list.setCurrentItem(panel.list.topLevelItem(0))
    shot.save("found-hotspots")
    core.session.select(Selection())
    shot.come_back()


def _outdated(shot: Photographer) -> None:
    """Take panels after the data changed under their results."""
    window, core = shot.window, shot.window.core
    from patrolmap.services.row_editing import delete_rows

    sites, incidents = core.cache["sites"], core.cache["incidents"]
    if sites is None or incidents is None:
        return
    delete_rows(core.session.project, "incidents", [int(incidents.index[0])])
    delete_rows(core.session.project, "sites", [int(sites.index[0])])
    core.session.refresh()
    shot.wait(lambda: not core.cache.is_loading and not core.jobs.alive)
    for task in ("hotspots", "plan"):
        window.show_task(task)
        shot.wait(lambda task=task: window.freshness.said(task) is not None)
        shot.save(f"outdated-{task}")
    core.session.undo()
    core.session.undo()
    shot.come_back()


def _tools(shot: Photographer) -> None:
    """Take the strips of the tools, with something drawn."""
    window, core = shot.window, shot.window.core
    window.show_task("rings")
    places = [(float(spot.x), float(spot.y)) for spot in core.cache["sites"].geometry.iloc[[0, 40, 90]]]  # type: ignore[index]
    window.map_desk.measure(of_area=True)
    for x, y in places:
        core.tools.click(x, y, 5.0)
    shot.save("tool-measure")
    core.tools.drop()
    window.map_desk.draw_hotspot()
    for x, y in places:
        core.tools.click(x, y, 5.0)
    shot.save("tool-draw")
    core.tools.drop()


def _menus(shot: Photographer) -> None:
    for place, action in enumerate(shot.window.menuBar().actions()):
        menu = cast("QMenu", action.menu())
        menu.popup(shot.window.mapToGlobal(QPoint(20, 40)))
        shot.rest(0.2)
        shot.keep(menu, f"menu-{place + 1}")
        menu.close()
    tree = shot.window.layers
    menu = tree.menu_of("sites")
    menu.popup(shot.window.mapToGlobal(QPoint(60, 140)))
    shot.rest(0.2)
    shot.keep(menu, "menu-layer")
    menu.close()
    plan = cast("PlanPanel", shot.window.tasks.panel("plan"))
    plan.mode.showPopup()
    _keep_popup(shot, "popup-choice")
    window = plan.date.calendarWidget().window()
    window.adjustSize()
    window.show()
    shot.rest(0.2)
    shot.keep(window, "popup-calendar")
    window.hide()


def _keep_popup(shot: Photographer, name: str) -> None:
    shot.rest(0.2)
    popup = QApplication.activePopupWidget()
    if popup is not None:
        shot.keep(popup, name)
        popup.close()
    shot.rest(0.1)


def _tour(shot: Photographer) -> None:
    tour = shot.window.tour
    tour.start()
    for step in range(len(STEPS)):
        tour.go(step)
        shot.rest(0.3)
        shot.keep(shot.window, f"tour-{step + 1}")
    tour.end()


def _show(shot: Photographer, dialog: QWidget, name: str) -> None:
    dialog.show()
    shot.rest(0.4)
    shot.wait(lambda: not shot.window.core.jobs.alive)
    shot.rest(0.2)
    shot.keep(dialog, name)
    dialog.close()
    dialog.deleteLater()
    shot.rest(0.1)


def _recent(shot: Photographer) -> None:
    shot.window.core.session.close()
    shot.save("welcome-recent")
    shot.come_back()


BEFORE: Final[dict[str, Callable[[Photographer], None]]] = {
    "welcome": _welcome,
    "recovery": _recovery,
    "empty": _empty,
}
"""States before the sample district is there."""

EVERY_STATE: Final[dict[str, Callable[[Photographer], None]]] = {
    "window": _window,
    "panel": _panels,
    "near": _near,
    "rings": _rings,
    "dock": _docks,
    "board": _board,
    "dialog": _dialogs,
    "wizard": take_wizard,
    "import": take_import,
    "busy": _at_work,
    "message": _messages,
    "found": _found,
    "outdated": _outdated,
    "tool": _tools,
    "menu": _menus,
    "tour": _tour,
    "loading": _loading,
    "recent": _recent,
} | (PANEL_STATES | ERROR_STATES)
"""States of a full project."""
