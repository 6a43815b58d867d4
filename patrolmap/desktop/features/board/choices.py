"""Which plans there are to choose from: what each is called, and where it comes from. Plain Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from patrolmap.model.plan import PatrolPlan

__all__ = ["origin_of", "plan_title"]


def origin_of(plan: PatrolPlan) -> str:
    """
    Tell which plan a plan comes from.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.

    Returns
    -------
    str
        Id of the plan that was edited, planned again or varied last; empty for one that was planned from nothing.
    """
    parameters = plan.provenance.parameters
    for key in ("edits", "variant_of", "replans"):
        if parameters.get(key):
            return str(parameters[key])
    return ""


def plan_title(plan: PatrolPlan) -> Message:
    """
    Call a plan by its number and how it came about.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.

    Returns
    -------
    Message
        For lists.
    """
    parameters = plan.provenance.parameters
    if plan.provenance.method.endswith("+hand"):
        words = N_("{plan}, edited by hand")
    elif "variant" in parameters:
        words = N_("{plan}, variant")
    elif "replans" in parameters:
        words = N_("{plan}, planned again")
    else:
        words = N_("{plan}, planned")
    return Message(words, {"plan": plan.plan_id})
