"""What a plan is like, in words; light to import, so that the window and the command line can say it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from patrolmap.planner.fairness import Fairness
    from patrolmap.planner.predictability import Predictability

__all__ = ["quality_lines"]


def quality_lines(fairness: Fairness | None, predictability: Predictability | None) -> tuple[Message, ...]:
    """
    Word what the duty officer should know of fairness and of what a watcher could foresee.

    Parameters
    ----------
    fairness : Fairness or None
        As `plan_fairness` measured it; None to leave it out.
    predictability : Predictability or None
        As `plan_predictability` measured it; None to leave it out.

    Returns
    -------
    tuple of Message
        A line each; the warning, if there is one, comes last.
    """
    lines = []
    if fairness is not None and fairness.longest_team_id:
        said = N_("Longest on duty: {team}, {longest} h; mean of the teams out {mean} h.")
        hours = {"longest": f"{fairness.longest_work_s / 3600:.1f}", "mean": f"{fairness.mean_work_s / 3600:.1f}"}
        lines.append(Message(said, {"team": fairness.longest_team, **hours}))
    least = None if fairness is None else fairness.least_served
    if least is not None:
        said = N_("Least served cell: {cell}, {met} of {wanted} visits planned.")
        lines.append(Message(said, {"cell": least.name or least.cell_id, "met": least.met, "wanted": least.wanted}))
    if predictability is not None and predictability.who_and_when is not None:
        said = N_("Over the last {plans} plans of these hours {percent} % of who comes when varies.")
        percent = round(100 * predictability.who_and_when)
        lines.append(Message(said, {"plans": predictability.plans, "percent": percent}))
    if predictability is not None and predictability.warning is not None:
        lines.append(predictability.warning)
    return tuple(lines)
