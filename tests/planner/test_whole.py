"""Claims about small problems with everything in them: plans are the best there are, and reasons are true."""

from __future__ import annotations

from dataclasses import replace

import pytest

from patrolmap.planner import Problem, StopRule, solve, verify
from patrolmap.planner.explain import explain
from patrolmap.planner.solution import SearchRecord, solution_of

from .whole import optimum, random_whole

SHORT = StopRule(iterations=60)


@pytest.mark.parametrize("block", range(10))
def test_small_plans_are_the_best_there_are(block):
    """300 problems of up to 7 visits and 3 teams, against the proven optimum; the verifier finds nothing."""
    for seed in range(30 * block, 30 * block + 30):
        problem = random_whole(seed)
        solution = solve(problem, seed=seed, stop=SHORT)
        assert verify(problem, solution) == (), seed
        assert solution.score[:2] == optimum(problem), seed


def could_all(problem, wanted):
    """Tell whether a plan can serve all of some visits, by the independent model."""
    visits = tuple(replace(visit, required=index in wanted) for index, visit in enumerate(problem.visits))
    return optimum(Problem(problem.travel_s, visits, problem.teams))[0] == 0


def changed(problem, found):
    """Make the change that a remedy names; None if it names none that a problem can hold."""
    values = {} if found.remedy is None else found.remedy.values
    text = "" if found.remedy is None else found.remedy.template
    teams, visits = list(problem.teams), list(problem.visits)
    number = next((k for k, team in enumerate(teams) if team.team_id == values.get("team")), None)
    if "One team more" in text:
        teams.append(replace(teams[number], team_id="more"))
        only = tuple(dict.fromkeys((*visits[found.visit].only_teams, "more"))) if visits[found.visit].only_teams else ()
        visits[found.visit] = replace(visits[found.visit], only_teams=only)
    elif "min more" in text and "Without its other stops" not in text:
        team, extra_s = teams[number], 60.0 * values["minutes"]
        teams[number] = replace(
            team,
            shift=(team.shift[0], team.shift[1] + extra_s),
            break_window=team.break_span,
            max_travel_s=team.max_travel_s + extra_s,
        )
    elif "A window that ends" in text:
        *before, last = sorted(visits[found.visit].windows)
        windows = (*before, (last[0], last[1] + 60.0 * values["minutes"]))
        visits[found.visit] = replace(visits[found.visit], windows=windows)
    elif "A gap of" in text:
        series = visits[found.visit].series
        visits = [replace(v, min_gap_s=60.0 * values["minutes"]) if v.series == series else v for v in visits]
    else:
        return None
    return Problem(problem.travel_s, tuple(visits), tuple(teams))


@pytest.mark.parametrize("block", range(10))
def test_every_reason_and_every_remedy_is_true(block):
    """Of full plans and of plans with a stop taken out: each by the independent model, with all that was met kept."""
    for seed in range(1000 + 25 * block, 1025 + 25 * block):
        problem = random_whole(seed)
        plan = solve(problem, seed=seed, stop=SHORT)
        orders = [order[:-1] if seed % 3 == 0 else order for order in plan.orders]
        if seed % 3 == 0 and not any(visit.series for visit in problem.visits):
            plan = solution_of(problem, orders, SearchRecord(seed, 0, 0, "iterations"))
        met = {visit for order in plan.orders for visit in order}
        for found in explain(problem, plan):
            check(problem, met, found, seed)


def check(problem, met, found, seed):
    """Check one reason and its remedy."""
    alone = could_all(problem, {found.visit})
    if found.code == "no_team_allowed":
        assert not alone, (seed, found)
    elif found.code in {"no_time_left", "out_ranked", "gap_too_long", "not_planned"}:
        assert found.code == "no_time_left" or alone, (seed, found)
    if found.code == "out_ranked":
        rival = next(k for k, v in enumerate(problem.visits) if v.visit_id == found.reason.values["rival"])
        assert rival in met, (seed, found)
        worth = [(problem.visits[k].required, problem.visits[k].prize) for k in (rival, found.visit)]
        assert worth[0] >= worth[1], (seed, found)
        assert could_all(problem, (met - {rival}) | {found.visit}), (seed, found)
    if found.code == "not_planned":
        assert could_all(problem, met | {found.visit}), (seed, found)
    other = changed(problem, found)
    if other is not None:
        assert could_all(other, met | {found.visit}), (seed, found)
