"""An independent check of a week: every rule again, from the problem alone. Nothing is shared with the search."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from patrolmap.planner.verify import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolmap.planner.week import WeekAssignment, WeekProblem, WeekSite

__all__ = ["verify_week"]


def verify_week(problem: WeekProblem, week: WeekAssignment) -> tuple[Violation, ...]:
    """
    Check every rule of a week.

    Parameters
    ----------
    problem : WeekProblem
        The week as it was asked for.
    week : WeekAssignment
        What was found.

    Returns
    -------
    tuple of Violation
        Empty if all rules hold. Rules are ``shape``, ``absent``, ``nights``, ``row``, ``rest``, ``times``, ``closed``,
        ``no_team``, ``round_team`` and ``round_load``. Unmet wishes are no violation.
    """
    return tuple(
        itertools.chain(_shape(problem, week), _duties(problem, week), _sites(problem, week), _rounds(problem, week))
    )


def _shape(problem: WeekProblem, week: WeekAssignment) -> Iterator[Violation]:
    sizes = (
        (len(week.duty), len(problem.nights)),
        (len(week.site_nights), len(problem.sites)),
        (len(week.round_night), len(problem.rounds)),
    )
    for have, want in sizes:
        if have != want:
            yield Violation("shape", "", "", abs(have - want))
    for teams in week.duty:
        if list(teams) != sorted(set(teams)):
            yield Violation("shape", "", "", 1.0)


def _duties(problem: WeekProblem, week: WeekAssignment) -> Iterator[Violation]:
    count = len(problem.nights)
    most = 1 if count == 1 else min(problem.max_nights, count - 1)
    for number, team in enumerate(problem.teams):
        nights = [night for night in range(count) if number in week.duty[night]]
        for night in nights:
            if team.members[night] < 1:
                yield Violation("absent", team.team_id, "", 1.0)
        if len(nights) > most:
            yield Violation("nights", team.team_id, "", len(nights) - most)
        inside = [problem.nights[night].day for night in nights]
        for last in inside:
            # Days before the week count only where a day of the week is in the row with them.
            row = sum(last - problem.max_in_row <= day <= last for day in (*team.days_before, *inside))
            if row > problem.max_in_row and not _only_before(problem, team.days_before, last):
                yield Violation("row", team.team_id, "", row - problem.max_in_row)
        for before, after in itertools.combinations(nights, 2):
            pause_s = problem.nights[after].start_s - problem.nights[before].end_s
            if pause_s < problem.min_rest_s:
                yield Violation("rest", team.team_id, "", problem.min_rest_s - pause_s)


def _only_before(problem: WeekProblem, days_before: tuple[int, ...], last: int) -> bool:
    """Tell whether the days before the week break the rule by themselves, whatever the week does."""
    return sum(last - problem.max_in_row <= day for day in days_before) > problem.max_in_row


def _sites(problem: WeekProblem, week: WeekAssignment) -> Iterator[Violation]:
    for site, nights in zip(problem.sites, week.site_nights, strict=False):
        if len(set(nights)) != len(nights) or len(nights) > site.times:
            yield Violation("times", "", site.place_id, len(nights) - site.times)
        for night in nights:
            if night not in site.nights:
                yield Violation("closed", "", site.place_id, 1.0)
            elif not any(_may_serve(problem, site, team, night) for team in week.duty[night]):
                yield Violation("no_team", "", site.place_id, 1.0)


def _may_serve(problem: WeekProblem, site: WeekSite, number: int, night: int) -> bool:
    team = problem.teams[number]
    if site.only_teams and team.team_id not in site.only_teams:
        return False
    if site.zone and team.zone and site.zone != team.zone:
        return False
    return team.members[night] >= site.min_members


def _rounds(problem: WeekProblem, week: WeekAssignment) -> Iterator[Violation]:
    load: dict[tuple[int, int], int] = {}
    for one, night in zip(problem.rounds, week.round_night, strict=False):
        if night is None:
            continue
        team = problem.teams[one.team].team_id
        if one.team not in week.duty[night]:
            yield Violation("round_team", team, one.place_id, 1.0)
        load[one.team, night] = load.get((one.team, night), 0) + 1
    for (number, _), count in load.items():
        if count > problem.rounds_a_night:
            yield Violation("round_load", problem.teams[number].team_id, "", count - problem.rounds_a_night)
