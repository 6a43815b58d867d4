"""What can be done at once about an unmet visit: each remedy is a change of the plan, planned again with one call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.schedule import TimeWindow
from patrolmap.planner.demand import series_name
from patrolmap.planner.editing import TAKEN_OUT
from patrolmap.planner.replan import Changes
from patrolmap.services.plan_crews import another_team_id, overtime_of

if TYPE_CHECKING:
    from patrolmap.model.plan import PatrolPlan, UnmetVisit, Visit

__all__ = ["Remedy", "RemedyKind", "remedies_for", "remedy_changes"]

_WINDOW: Final = "A window that ends {minutes} min later would do."
_GAP: Final = "A gap of {minutes} min would do."
_TEAM: Final = "One team more, like {team}, would do."


class RemedyKind(Enum):
    """What a remedy changes."""

    OVERTIME = "overtime"
    TEAM = "team"
    WINDOW = "window"
    GAP = "gap"
    REQUIRE = "require"
    MEMBERS = "members"
    ANY_ZONE = "any_zone"
    SEARCH = "search"


@dataclass(frozen=True)
class Remedy:
    """
    One change that may meet a visit.

    Parameters
    ----------
    kind : RemedyKind
        What is changed.
    visit_id : str
        The unmet visit.
    label : Message
        What a button says.
    team_id : str, default ""
        Whose shift ends later, or which team the added one is like.
    minutes : int, default 0
        By how much a shift or a window ends later; the new gap between the repeats of a place.
    """

    kind: RemedyKind
    visit_id: str
    label: Message
    team_id: str = ""
    minutes: int = 0


def remedies_for(plan: PatrolPlan, unmet: UnmetVisit) -> tuple[Remedy, ...]:
    """
    List what can be done about an unmet visit.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    unmet : UnmetVisit
        One of its unmet visits.

    Returns
    -------
    tuple of Remedy
        The smallest change, as it was found by re-test, comes first; empty if no change of the plan would help, such
        as where no street leads.
    """
    visit = unmet.visit
    found = list(_tested(plan, unmet))
    if unmet.remedy and unmet.remedy.template == _GAP:
        minutes = int(unmet.remedy.values["minutes"])
        label = Message(N_("Shorten the gap to {minutes} min"), {"minutes": minutes})
        found.append(Remedy(RemedyKind.GAP, visit.visit_id, label, minutes=minutes))
    if unmet.code == "not_planned":
        label = Message(N_("Put it back") if unmet.reason.template == TAKEN_OUT else N_("Search on"))
        found.append(Remedy(RemedyKind.SEARCH, visit.visit_id, label))
    if unmet.code == "no_team_allowed" and visit.min_members > 1 and "count" in _values(unmet):
        label = Message(N_("Let a smaller team serve it"))
        found.append(Remedy(RemedyKind.MEMBERS, visit.visit_id, label))
    if unmet.code == "no_team_allowed" and visit.zone and "zone" in _values(unmet):
        label = Message(N_("Let teams of any zone serve it"))
        found.append(Remedy(RemedyKind.ANY_ZONE, visit.visit_id, label))
    if unmet.code == "out_ranked" and not visit.required:
        label = Message(N_("Put it before other optional stops"))
        found.append(Remedy(RemedyKind.REQUIRE, visit.visit_id, label))
    return tuple(found)


def remedy_changes(plan: PatrolPlan, remedy: Remedy) -> Changes:
    """
    Turn a remedy into what re-planning takes.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    remedy : Remedy
        One of `remedies_for`.

    Returns
    -------
    Changes
        For `patrolmap.services.replanning.replan_shift`.

    Raises
    ------
    InputError
        If the visit is not unmet in the plan.
    """
    # What is gained by the change is for this visit, not for another one that is worth as much.
    visit, meet = _visit(plan, remedy.visit_id), frozenset([remedy.visit_id])
    if remedy.kind is RemedyKind.OVERTIME:
        before_s = overtime_of(plan).get(remedy.team_id, 0)
        return Changes(overtime_s={remedy.team_id: before_s + 60 * remedy.minutes}, meet=meet)
    if remedy.kind is RemedyKind.TEAM:
        return Changes(join=frozenset([another_team_id(plan, remedy.team_id)]), meet=meet)
    if remedy.kind is RemedyKind.WINDOW:
        last = visit.windows[-1]
        later = (*visit.windows[:-1], TimeWindow(last.start_s, last.end_s + 60 * remedy.minutes))
        return Changes(wishes=(replace(visit, windows=later),), meet=meet)
    if remedy.kind is RemedyKind.GAP:
        return Changes(gaps_s={series_name(visit): 60 * remedy.minutes}, meet=meet)
    wishes = {
        RemedyKind.REQUIRE: replace(visit, required=True),
        RemedyKind.MEMBERS: replace(visit, min_members=1),
        RemedyKind.ANY_ZONE: replace(visit, zone=""),
    }
    return Changes(wishes=(wishes[remedy.kind],), meet=meet) if remedy.kind in wishes else Changes()


def _tested(plan: PatrolPlan, unmet: UnmetVisit) -> list[Remedy]:
    """Give the change that the explanation found, if a plan can take it."""
    if unmet.remedy is None:
        return []
    values, visit_id = unmet.remedy.values, unmet.visit.visit_id
    team_id, minutes = str(values.get("team_id", "")), int(values.get("minutes", 0))
    if unmet.remedy.template == _WINDOW and minutes and unmet.visit.windows:
        label = Message(N_("Let its window end {minutes} min later"), {"minutes": minutes})
        return [Remedy(RemedyKind.WINDOW, visit_id, label, minutes=minutes)]
    if team_id not in {route.team_id for route in plan.routes}:
        return []
    if unmet.remedy.template == _TEAM:
        label = Message(N_("Add a team like {team}"), {"team": values["team"]})
        return [Remedy(RemedyKind.TEAM, visit_id, label, team_id)]
    if minutes:
        label = Message(N_("Extend {team} by {minutes} min"), {"team": values["team"], "minutes": minutes})
        return [Remedy(RemedyKind.OVERTIME, visit_id, label, team_id, minutes)]
    return []


def _values(unmet: UnmetVisit) -> set[str]:
    return set(unmet.reason.values) | (set(unmet.remedy.values) if unmet.remedy else set())


def _visit(plan: PatrolPlan, visit_id: str) -> Visit:
    for one in plan.unmet:
        if one.visit.visit_id == visit_id:
            return one.visit
    raise InputError(
        N_("The visit “{name}” is not among the unmet ones of plan {plan}."), name=visit_id, plan=plan.plan_id
    )
