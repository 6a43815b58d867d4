"""What can be done in the window, as data: actions, menus, tool bar."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.desktop.actions import ActionSpec
from patrolmap.desktop.tasks import TASKS
from patrolmap.desktop.undoing import take_step
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.desktop.window import MainWindow

__all__ = ["MENUS", "TOOL_BAR", "window_actions"]

_DOCKS: Final = "docks"
_TASK_IDS: Final = tuple(f"task.{task.id}" for task in TASKS)

MENUS: Final[tuple[tuple[str, tuple[str | None, ...]], ...]] = (
    (
        N_("&Project"),
        (
            "project.new",
            "project.open",
            "project.open_protected",
            "project.sample",
            None,
            "project.import",
            "project.export",
            None,
            "project.office",
            "project.protect",
            "project.close",
            None,
            "window.settings",
            None,
            "window.quit",
        ),
    ),
    (
        N_("&Edit"),
        (
            "edit.undo",
            "edit.redo",
            None,
            "edit.find",
            None,
            "map.select_box",
            "map.select_area",
            "edit.clear_selection",
            None,
            "edit.draw_hotspot",
            "edit.move",
            "edit.merge",
            "edit.split",
        ),
    ),
    (
        N_("&View"),
        (
            "map.zoom_in",
            "map.zoom_out",
            "map.all",
            "map.selection",
            "map.identify",
            None,
            "map.measure",
            "map.measure_area",
            "map.copy_place",
            "map.copy",
            None,
            "map.background",
            "map.bookmark",
            "bookmarks",
            None,
            _DOCKS,
            None,
            "view.dark",
            "view.language",
        ),
    ),
    (N_("&Task"), (*_TASK_IDS, None, "jobs.list", "jobs.cancel")),
    (N_("&Help"), ("help.guide", "help.keys", "help.tour", None, "help.about")),
)
"""Menus with the ids of their actions; None is a line, ``docks`` the list of docks."""

TOOL_BAR: Final[tuple[str | None, ...]] = (
    "project.open", "project.import", "project.export", None, "edit.undo", "edit.redo", None, "map.zoom_in", "map.zoom_out",
    "map.all", "map.selection", None, "map.select_box", "map.measure", "map.bookmark", None, "view.dark", "view.language",
)  # fmt: skip


def window_actions(window: MainWindow) -> tuple[ActionSpec, ...]:
    """
    List all actions of a window.

    Parameters
    ----------
    window : MainWindow
        Where they act.

    Returns
    -------
    tuple of ActionSpec
        In no order that matters.
    """
    return (*_project_actions(window), *_edit_actions(window), *_view_actions(window), *_other_actions(window))


def _project_actions(window: MainWindow) -> tuple[ActionSpec, ...]:
    session, flow = window.core.session, window.project_flow

    def can_protect() -> bool:
        return session.is_open and not session.project.read_only

    return (
        ActionSpec("project.new", N_("&New project…"), flow.ask_new, "Ctrl+N", "new"),
        ActionSpec("project.open", N_("&Open project…"), flow.ask_open, "Ctrl+O", "open"),
        ActionSpec("project.open_protected", N_("Open p&rotected project…"), flow.ask_open_protected),
        ActionSpec("project.sample", N_("&Sample district"), flow.open_sample, "", "sample"),
        ActionSpec(
            "project.import", N_("&Import a file…"), window.ask_import, "Ctrl+I", "import", lambda: session.is_open
        ),
        ActionSpec("project.export", N_("&Export…"), flow.ask_export, "Ctrl+E", "export", lambda: session.is_open),
        ActionSpec("project.office", N_("O&ffice store…"), flow.show_office),
        ActionSpec("project.protect", N_("&Protect with password…"), flow.protection.ask_protect, enabled=can_protect),
        ActionSpec("project.close", N_("&Close project"), flow.close, "Ctrl+W", enabled=lambda: session.is_open),
        ActionSpec("window.settings", N_("&Settings…"), window.show_settings, "Ctrl+,", "settings"),
        ActionSpec("window.quit", N_("&Quit"), window.close, "Ctrl+Q"),
    )


def _edit_actions(window: MainWindow) -> tuple[ActionSpec, ...]:
    core = window.core
    session = core.session

    def can_undo() -> bool:
        return session.is_open and (core.tools.has_steps or (not core.is_changing and session.project.can_undo))

    def can_redo() -> bool:
        return session.is_open and not core.is_changing and session.project.can_redo

    return (
        ActionSpec("edit.undo", N_("&Undo"), partial(take_step, core, undo=True), "Ctrl+Z", "undo", can_undo),
        ActionSpec("edit.redo", N_("&Redo"), partial(take_step, core, undo=False), "Ctrl+Shift+Z", "redo", can_redo),
        ActionSpec("edit.find", N_("&Find…"), window.search.take_focus, "Ctrl+F", "search", lambda: session.is_open),
        ActionSpec("edit.clear_selection", N_("&Select nothing"), window.clear_selection, "Ctrl+Shift+A"),
    )


def _view_actions(window: MainWindow) -> tuple[ActionSpec, ...]:
    session, scene = window.core.session, window.core.scene

    def has_selection() -> bool:
        return bool(session.selection.fids)

    def show_selection() -> None:
        scene.show(scene.selected_geometries())

    def is_open() -> bool:
        return session.is_open

    def has_frame() -> bool:
        return session.is_open and session.project.has_frame

    desk = window.map_desk
    distance, area = partial(desk.measure, of_area=False), partial(desk.measure, of_area=True)
    box, polygon = partial(desk.select, by_box=True), partial(desk.select, by_box=False)
    return (
        ActionSpec("map.select_box", N_("Select by bo&x"), box, "Ctrl+Shift+B", "select", has_frame),
        ActionSpec("map.select_area", N_("Select by &area"), polygon, "Ctrl+Alt+B", "", has_frame),
        ActionSpec("edit.merge", N_("&Merge selected rows"), desk.merge, enabled=lambda: desk.can_shape),
        ActionSpec("edit.draw_hotspot", N_("&Draw a hotspot…"), desk.draw_hotspot, enabled=lambda: desk.can_draw),
        ActionSpec(
            "edit.move", N_("Mo&ve or reshape on the map…"), desk.move, "Ctrl+Alt+M", enabled=lambda: desk.can_move
        ),
        ActionSpec("edit.split", N_("&Split selected rows…"), desk.split, enabled=lambda: desk.can_shape),
        ActionSpec("map.zoom_in", N_("Zoom &in"), lambda: window.stage.zoom(1.5), "Ctrl++", "zoom-in", is_open),
        ActionSpec("map.zoom_out", N_("Zoom &out"), lambda: window.stage.zoom(1 / 1.5), "Ctrl+-", "zoom-out", is_open),
        ActionSpec("map.all", N_("&Whole district"), scene.show_all, "Ctrl+0", "fit", is_open),
        ActionSpec("map.selection", N_("Go to &selection"), show_selection, "Ctrl+J", "target", has_selection),
        ActionSpec("map.identify", N_("Iden&tify"), window.identify.identify, "Ctrl+Shift+I", "", has_selection),
        ActionSpec("map.measure", N_("&Measure a distance"), distance, "Ctrl+M", "measure", has_frame),
        ActionSpec("map.measure_area", N_("Measure an a&rea"), area, "Ctrl+Shift+M", "", has_frame),
        ActionSpec("map.copy_place", N_("Copy &coordinates"), window.status.copy_place, "Ctrl+Alt+C", "", is_open),
        ActionSpec("map.copy", N_("Copy map as &picture"), desk.copy_map, "Ctrl+Shift+C", "", is_open),
        ActionSpec("map.background", N_("Back&ground map…"), desk.ask_background, "Ctrl+B", "globe", has_frame),
        ActionSpec("map.bookmark", N_("&Bookmark this view…"), window.bookmarks.ask_add, "Ctrl+D", "bookmark", is_open),
        ActionSpec("view.dark", N_("&Dark theme"), window.toggle_theme, "F9", "moon", checked=window.is_dark),
        ActionSpec("view.language", N_("中文 / &English"), window.toggle_language, "F10", "language"),
    )


def _other_actions(window: MainWindow) -> tuple[ActionSpec, ...]:
    jobs, desk = window.core.jobs, window.help_desk

    def is_working() -> bool:
        return bool(jobs.alive)

    return (
        *(
            ActionSpec(f"task.{task.id}", task.title, partial(window.show_task, task.id), f"Alt+{place}", task.icon)
            for place, task in enumerate(TASKS, 1)
        ),
        ActionSpec("jobs.list", N_("Background &work"), window.jobs_list.toggle, "Ctrl+Shift+J"),
        ActionSpec("jobs.cancel", N_("&Cancel all work"), jobs.cancel_all, "Ctrl+.", "stop", is_working),
        ActionSpec("help.guide", N_("&Guide"), desk.show_guide, "F1", "help"),
        ActionSpec("help.keys", N_("&Keys"), desk.show_keys, "Ctrl+/"),
        ActionSpec("help.tour", N_("&Tour of the window"), window.start_tour),
        ActionSpec("help.about", N_("&About patrolmap"), desk.show_about),
    )
