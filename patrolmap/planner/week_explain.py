"""Why a wish of a week is not met, found by trying the wish alone, and then with one rule changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from patrolmap.messages import N_, Message
from patrolmap.planner.week_solve import solve_week

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.week import WeekAssignment, WeekProblem, WeekSite

__all__ = ["WeekReason", "explain_week"]

_TRIAL_EFFORT = 0.5


@dataclass(frozen=True)
class WeekReason:
    """
    Why a place gets fewer nights than it wants.

    Parameters
    ----------
    place_id : str
        The place.
    wanted, met : int
        Nights wanted, and nights that it gets.
    code : str
        ``closed``, ``no_team_allowed``, ``too_few_members``, ``rest``, ``out_ranked`` or ``round_nights``.
    reason : Message
        The reason in words.
    remedy : Message or None
        The smallest change that was tried with success; None if none was found.
    """

    place_id: str
    wanted: int
    met: int
    code: str
    reason: Message
    remedy: Message | None


def explain_week(problem: WeekProblem, week: WeekAssignment) -> tuple[WeekReason, ...]:
    """
    Explain every wish that a week does not meet.

    Parameters
    ----------
    problem : WeekProblem
        The week.
    week : WeekAssignment
        Its answer.

    Returns
    -------
    tuple of WeekReason
        In the order of the sites, then rounds without a night in their order. The first that is true of: closed on too
        many nights; no team may serve it; its teams have enough members on too few nights; the rules of rest leave its
        teams too few nights even if they serve nothing else; other wishes need them.
    """
    found = [
        _site_reason(problem, number, len(nights))
        for number, nights in enumerate(week.site_nights)
        if len(nights) < problem.sites[number].times
    ]
    missing: dict[int, list[int]] = {}
    for number, night in enumerate(week.round_night):
        if night is None:
            missing.setdefault(problem.rounds[number].team, []).append(number)
    for team, rounds in missing.items():
        found += _round_reasons(problem, week, team, rounds)
    return tuple(found)


def _site_reason(problem: WeekProblem, number: int, met: int) -> WeekReason:
    site, teams = problem.sites[number], problem.allowed[number]
    code, reason, remedy = _site_words(problem, site, teams)
    return WeekReason(site.place_id, site.times, met, code, reason, remedy)


def _site_words(problem: WeekProblem, site: WeekSite, teams: Sequence[int]) -> tuple[str, Message, Message | None]:
    if len(site.nights) < site.times:
        values = {"nights": len(site.nights), "times": site.times}
        return "closed", Message(N_("It is on duty on {nights} nights and wanted on {times}."), values), None
    if not teams:
        reason = Message(N_("No team of its zone or fixed pair is there."))
        return "no_team_allowed", reason, Message(N_("Give it another team or another zone."))
    strong = {n for n in site.nights if any(problem.teams[t].members[n] >= max(site.min_members, 1) for t in teams)}
    if len(strong) < site.times:
        values = {"members": site.min_members, "nights": len(strong)}
        reason = Message(N_("Its teams have {members} members present on {nights} of its nights only."), values)
        return "too_few_members", reason, Message(N_("More members of its teams would have to come."))
    if _alone(problem, site, teams) < site.times:
        reason = Message(N_("Its teams may not be on duty on so many nights, by the rules of rest."))
        return "rest", reason, _rest_remedy(problem, site, teams)
    return "out_ranked", Message(N_("Its teams are needed elsewhere on these nights.")), None


def _alone(problem: WeekProblem, site: WeekSite, teams: Sequence[int]) -> int:
    """Nights that the site would get if its teams had nothing else to do."""
    own = tuple(problem.teams[team] for team in teams)
    trial = replace(problem, teams=own, sites=(site,), rounds=())
    return len(solve_week(trial, effort=_TRIAL_EFFORT).site_nights[0])


def _rest_remedy(problem: WeekProblem, site: WeekSite, teams: Sequence[int]) -> Message | None:
    for nights in range(problem.max_nights + 1, len(problem.nights)):
        changed = replace(problem, max_nights=nights, max_in_row=max(problem.max_in_row, nights))
        if _alone(changed, site, teams) >= site.times:
            return Message(
                N_("It would be met if its teams were on duty on up to {nights} nights."), {"nights": nights}
            )
    spare = next((team for team in range(len(problem.teams)) if team not in teams), None)
    if (
        spare is not None
        and site.only_teams
        and _alone(problem, replace(site, only_teams=()), (*teams, spare)) >= site.times
    ):
        return Message(N_("It would be met if one team more might serve it."))
    return None


def _round_reasons(problem: WeekProblem, week: WeekAssignment, team: int, rounds: Sequence[int]) -> list[WeekReason]:
    count = sum(one.team == team for one in problem.rounds)
    nights = len(week.nights_of(team))
    values = {"team": problem.teams[team].team_id, "count": count, "nights": nights, "most": problem.rounds_a_night}
    reason = Message(
        N_("The team {team} has {count} rounds and is on duty on {nights} nights with {most} each at most."), values
    )
    remedy = None
    if nights:
        remedy = Message(N_("{most} {most:round|rounds} a night would be enough."), {"most": -(-count // nights)})
    return [WeekReason(problem.rounds[number].place_id, 1, 0, "round_nights", reason, remedy) for number in rounds]
