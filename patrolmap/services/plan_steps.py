"""Hand edits of a plan one after the other, kept as one new plan: what scripts do, and the window does with the mouse."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.plan_editing import EditOutcome, PlanEditor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.project.store import ProjectStore

__all__ = ["EditStep", "StepKind", "edited_by_hand"]


class StepKind(Enum):
    """What a step does."""

    PLACE = "place"
    TAKE_OUT = "take_out"
    ORDER = "order"
    LOCK = "lock"
    FREE = "free"
    DONE = "done"


@dataclass(frozen=True)
class EditStep:
    """
    One hand edit.

    Parameters
    ----------
    kind : StepKind
        What it does.
    visit_id : str, default ""
        Which visit; not for an order.
    team_id : str, default ""
        Into whose route, or whose stops get another order.
    position : int or None
        Number of stops before the placed one; None for where it fits best.
    order : tuple of str, default ()
        All visits of the team in their new order.
    """

    kind: StepKind
    visit_id: str = ""
    team_id: str = ""
    position: int | None = None
    order: tuple[str, ...] = ()


def edited_by_hand(
    project: ProjectStore,
    plan_id: str | None,
    steps: Sequence[EditStep],
    *,
    keep: bool = True,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> EditOutcome:
    """
    Make hand edits one after the other; every one is re-timed without the solver.

    Parameters
    ----------
    project : ProjectStore
        The project of the plan.
    plan_id : str or None
        The plan; None for the latest.
    steps : sequence of EditStep
        What to do, in this order.
    keep : bool, default True
        Whether the result is kept as a new plan.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop; then nothing is kept.

    Returns
    -------
    EditOutcome
        The plan after the last step, and what it breaks.

    Raises
    ------
    InputError
        If there is no such plan, visit or team, or a step cannot be.
    CancelledError
        If the user cancelled.
    """
    editor = PlanEditor(project, plan_id, progress=SubProgress(progress, 0.0, 0.9), cancel=cancel)
    for step in steps:
        raise_if_cancelled(cancel)
        _make(editor, step)
    plan = editor.save() if keep else editor.plan
    progress(1.0)
    return EditOutcome(plan, editor.broken)


def _make(editor: PlanEditor, step: EditStep) -> None:
    if step.kind is StepKind.PLACE:
        editor.place(step.visit_id, step.team_id, step.position)
    elif step.kind is StepKind.TAKE_OUT:
        editor.remove(step.visit_id)
    elif step.kind is StepKind.ORDER:
        editor.reorder(step.team_id, step.order)
    elif step.kind is StepKind.DONE:
        editor.mark_done(step.visit_id)
    else:
        editor.lock(step.visit_id, locked=step.kind is StepKind.LOCK)
