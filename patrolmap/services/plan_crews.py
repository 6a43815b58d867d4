"""The teams of a plan as the plan has them: with their overtime, and with teams that were added for its shift alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.services.roster import crews_on_shift

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from patrolmap.model.plan import PatrolPlan
    from patrolmap.planner.crews import TeamOnShift
    from patrolmap.project.store import ProjectStore

__all__ = ["OVERTIME_KEY", "another_team_id", "crews_of_plan", "overtime_of"]

OVERTIME_KEY: Final = "overtime_s"
_MORE: Final = "+"


def overtime_of(plan: PatrolPlan) -> dict[str, int]:
    """
    Tell by how much the shifts of a plan's teams end later than the layer of teams says.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.

    Returns
    -------
    dict of str to int
        Seconds by team; teams without overtime are not in it.
    """
    return {str(team): int(seconds) for team, seconds in plan.provenance.parameters.get(OVERTIME_KEY, {}).items()}


def another_team_id(plan: PatrolPlan, like: str) -> str:
    """
    Give the id of one team more.

    Parameters
    ----------
    plan : PatrolPlan
        The plan that it joins.
    like : str
        Id of the team that it is like: home, members, way of moving and hours.

    Returns
    -------
    str
        Such as ``T5+1``; not in the plan yet.
    """
    base, there = like.partition(_MORE)[0], {route.team_id for route in plan.routes}
    number = 1
    while f"{base}{_MORE}{number}" in there:
        number += 1
    return f"{base}{_MORE}{number}"


def crews_of_plan(
    project: ProjectStore,
    plan: PatrolPlan,
    *,
    join: Iterable[str] = (),
    overtime_s: Mapping[str, int] | None = None,
) -> tuple[TeamOnShift, ...]:
    """
    Find the teams of a plan.

    Parameters
    ----------
    project : ProjectStore
        The project of the plan.
    plan : PatrolPlan
        The plan.
    join : iterable of str
        Ids of teams that join it: others on the shift, or one more as `another_team_id` names it.
    overtime_s : mapping of str to int, or None
        Seconds by which shifts end later, beside those of the plan; None for the plan's alone.

    Returns
    -------
    tuple of TeamOnShift
        In the order of the layer, teams that were added last.

    Raises
    ------
    InputError
        If a team that is to join is not on the shift.
    """
    joining = frozenset(join)
    wanted = {route.team_id for route in plan.routes} | joining
    on_shift = {crew.team_id: crew for crew in crews_on_shift(project, plan.shift)}
    extra = {**overtime_of(plan), **(overtime_s or {})}
    crews = [crew for crew in on_shift.values() if crew.team_id in wanted]
    for team_id in sorted(wanted - set(on_shift)):
        base, mark, number = team_id.partition(_MORE)
        if mark and base in on_shift:
            like = on_shift[base]
            copied = replace(like, team_id=team_id, name=f"{like.name} +{number}", counts_as=like.counts_as or base)
            crews.append(copied)
        elif team_id in joining:
            raise InputError(
                N_("The team “{team}” is not on this shift."), remedy=N_("Name a team that is."), team=team_id
            )
    return tuple(_longer(crew, extra.get(crew.team_id, 0)) for crew in crews)


def _longer(crew: TeamOnShift, seconds: int) -> TeamOnShift:
    """Let a team stay longer; its break stays in the middle of its usual hours."""
    if not seconds:
        return crew
    return replace(crew, window=replace(crew.window, end_s=crew.window.end_s + seconds), rest_span=crew.break_span)
