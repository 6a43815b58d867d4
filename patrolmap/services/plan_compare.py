"""Two plans beside each other: their numbers, and what each team and each visit gains or loses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from patrolmap.model.plan import PatrolPlan, Route

__all__ = ["PlanComparison", "PlanNumbers", "TeamChange", "change_lines", "compare_plans", "plan_numbers"]

_SAME_S: Final = 60


@dataclass(frozen=True)
class PlanNumbers:
    """
    A plan in numbers.

    Parameters
    ----------
    prize : float
        Worth of all stops.
    required, required_met : int
        Visits that must be met, and those that are.
    unmet : int
        Visits in no route.
    stops, teams_out : int
        Stops of all teams, and teams with at least one.
    longest_s : int
        Time out of the team that is out longest, seconds.
    longest_team : str
        Its name; empty without any.
    length_m : float
        Metres along the streets, ways home included.
    """

    prize: float
    required: int
    required_met: int
    unmet: int
    stops: int
    teams_out: int
    longest_s: int
    longest_team: str
    length_m: float


@dataclass(frozen=True)
class TeamChange:
    """
    What is other for a team.

    Parameters
    ----------
    team_id, name : str
        The team.
    gained, lost : tuple of str
        Names of the stops that only the second, only the first plan gives it.
    moved : int
        Stops of both plans whose start differs by a minute or more.
    """

    team_id: str
    name: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    moved: int


@dataclass(frozen=True)
class PlanComparison:
    """
    Two plans beside each other.

    Parameters
    ----------
    first, second : PlanNumbers
        Their numbers.
    teams : tuple of TeamChange
        Teams for which something is other, in the order of the second plan, those only in the first last.
    met, missed : tuple of str
        Names of visits that only the second, only the first plan meets.
    """

    first: PlanNumbers
    second: PlanNumbers
    teams: tuple[TeamChange, ...]
    met: tuple[str, ...]
    missed: tuple[str, ...]


def plan_numbers(plan: PatrolPlan) -> PlanNumbers:
    """
    Sum a plan up.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.

    Returns
    -------
    PlanNumbers
        Its numbers.
    """
    out = [route for route in plan.routes if route.stops]
    longest = max(out, key=lambda route: route.end_s - route.depart_s, default=None)
    met = sum(stop.visit.required for route in out for stop in route.stops)
    return PlanNumbers(
        prize=sum(route.prize for route in out),
        required=met + sum(one.visit.required for one in plan.unmet),
        required_met=met,
        unmet=len(plan.unmet),
        stops=sum(len(route.stops) for route in out),
        teams_out=len(out),
        longest_s=0 if longest is None else longest.end_s - longest.depart_s,
        longest_team="" if longest is None else longest.team_name,
        length_m=sum(route.length_m for route in out),
    )


def compare_plans(first: PatrolPlan, second: PatrolPlan) -> PlanComparison:
    """
    Lay two plans beside each other.

    Parameters
    ----------
    first, second : PatrolPlan
        Of the same shift, or of shifts alike.

    Returns
    -------
    PlanComparison
        Stops are the same when their visit is; teams when their id is. O(stops).
    """
    before = {route.team_id: route for route in first.routes}
    after = {route.team_id: route for route in second.routes}
    changes = (_change(before.get(team), after.get(team)) for team in dict.fromkeys((*after, *before)))
    was, now = _met(first), _met(second)
    return PlanComparison(
        first=plan_numbers(first),
        second=plan_numbers(second),
        teams=tuple(one for one in changes if one.gained or one.lost or one.moved),
        met=tuple(name for visit, name in now.items() if visit not in was),
        missed=tuple(name for visit, name in was.items() if visit not in now),
    )


def change_lines(found: PlanComparison) -> tuple[Message, ...]:
    """
    Say in few words what the second plan does differently.

    Parameters
    ----------
    found : PlanComparison
        From `compare_plans`.

    Returns
    -------
    tuple of Message
        One to three lines.
    """
    other = sum(bool(team.gained or team.lost) for team in found.teams)
    moved = len(found.teams) - other
    if not found.teams and not found.met and not found.missed:
        return (Message(N_("No differences: the same teams at the same places at the same times.")),)
    lines = [
        Message(
            N_("{other} {other:team has|teams have} other stops, {moved} only other times."),
            {"other": other, "moved": moved},
        ),
        Message(N_("Newly met: {met}. No longer met: {missed}."), {"met": len(found.met), "missed": len(found.missed)}),
    ]
    gain = found.second.prize - found.first.prize
    if abs(gain) >= 0.05:
        lines.append(Message(N_("Prize {gain}."), {"gain": f"{gain:+.1f}"}))
    return tuple(lines)


def _change(first: Route | None, second: Route | None) -> TeamChange:
    was = {} if first is None else {stop.visit.visit_id: stop for stop in first.stops}
    now = {} if second is None else {stop.visit.visit_id: stop for stop in second.stops}
    one = second or first
    return TeamChange(
        team_id="" if one is None else one.team_id,
        name="" if one is None else one.team_name,
        gained=tuple(stop.visit.name for visit, stop in now.items() if visit not in was),
        lost=tuple(stop.visit.name for visit, stop in was.items() if visit not in now),
        moved=sum(abs(was[visit].start_s - stop.start_s) >= _SAME_S for visit, stop in now.items() if visit in was),
    )


def _met(plan: PatrolPlan) -> dict[str, str]:
    return {stop.visit.visit_id: stop.visit.name for route in plan.routes for stop in route.stops}
