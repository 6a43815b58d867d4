"""Undo and redo from the window: a small step at once, a large one in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core

__all__ = ["AT_ONCE_ROWS", "take_step"]

AT_ONCE_ROWS: Final = 1_000
"""What touches more rows would hold the window up."""


def take_step(core: Core, *, undo: bool) -> None:
    """
    Take back the last change, or do again what was taken back last, and say what it was.

    While something is being drawn, undo takes back its last step and leaves the project alone.

    Parameters
    ----------
    core : Core
        Shared parts; a project is open.
    undo : bool
        True for undo, False for redo.
    """
    session, tools = core.session, core.tools
    if tools.has_steps:
        # What is being drawn is nearer to the user than what was kept before it.
        if undo:
            tools.key("Backspace")
        else:
            session.notices.say(Message(N_("Something is being drawn: end it or put it away first.")))
        return
    tools.drop()  # what it holds may be a row that comes or goes now
    project = session.project
    label = project.undo_label if undo else project.redo_label
    if label is None or project.step_rows(undo=undo) <= AT_ONCE_ROWS:
        (session.undo if undo else session.redo)()
        return
    core.jobs.start(
        Message(N_("Taking back: {step}") if undo else N_("Doing again: {step}"), {"step": label}),
        lambda progress, cancel: (project.undo if undo else project.redo)(progress=progress, cancel=cancel),
        on_done=lambda step: session.tell_step(step, undo=undo),
        lane=PROJECT_LANE,
    )
