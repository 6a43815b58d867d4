"""What the plan board lets a process of its own compute: plans that are handed back, not kept."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from patrolmap.planner.variants import DEFAULT_LOSS
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress
from patrolmap.services.plan_editing import PlanEditor
from patrolmap.services.plan_making import SearchBound
from patrolmap.services.plan_quality import variants_of
from patrolmap.services.replanning import replanned

if TYPE_CHECKING:
    from patrolmap.model.plan import PatrolPlan
    from patrolmap.planner.replan import Changes
    from patrolmap.project.store import ProjectStore

__all__ = ["again", "ready", "varied"]

_VARIANT_S: Final = 8.0


def ready(
    project: ProjectStore, plan: PatrolPlan, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> bool:
    """
    Bring streets and ways into memory, so that the next answer comes soon.

    Parameters
    ----------
    project : ProjectStore
        The project.
    plan : PatrolPlan
        The plan that will be changed.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    bool
        True.
    """
    PlanEditor(project, plan.plan_id, progress=progress, cancel=cancel).warm_up()
    importlib.import_module("pyvrp")
    return True


def again(
    project: ProjectStore,
    plan: PatrolPlan,
    changes: Changes,
    time_limit_s: float | None = None,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> PatrolPlan:
    """
    Plan the rest of a shift again.

    Parameters
    ----------
    project : ProjectStore
        The project.
    plan : PatrolPlan
        The plan.
    changes : Changes
        What happened.
    time_limit_s : float or None
        Seconds of search; None for as long as whoever waits on the radio can wait.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop; then nothing is to be kept.

    Returns
    -------
    PatrolPlan
        The new plan.
    """
    bound = None if time_limit_s is None else SearchBound(time_limit_s)
    return replanned(project, plan, changes, bound=bound, progress=progress, cancel=cancel, keep_best=False)


def varied(
    project: ProjectStore,
    plan: PatrolPlan,
    count: int,
    loss: float = DEFAULT_LOSS,
    seed: int = 0,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[PatrolPlan, ...]:
    """
    Make variants of a plan.

    Parameters
    ----------
    project : ProjectStore
        The project.
    plan : PatrolPlan
        The plan.
    count : int
        How many are wanted.
    loss : float, default 0.03
        Most share of the prize that a variant may lose.
    seed : int, default 0
        Variant k has the seed plus k. Each is searched for eight seconds.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop; then nothing is to be kept.

    Returns
    -------
    tuple of PatrolPlan
        Fewer than wanted if some lose too much.
    """
    found = variants_of(
        project, plan, count=count, loss=loss, seed=seed, time_limit_s=_VARIANT_S, progress=progress, cancel=cancel
    )
    return tuple(found)
