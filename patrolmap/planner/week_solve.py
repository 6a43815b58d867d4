"""Solving a week: one aim after the other, each bound by what the aims before reached."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from ortools.sat.python import cp_model

from patrolmap.messages import N_, Message
from patrolmap.planner.week import WeekAssignment, WeekStage
from patrolmap.planner.week_even import aim_bound, aim_value, even_duty
from patrolmap.planner.week_level import levelled
from patrolmap.planner.week_model import DutyModel
from patrolmap.planner.week_patterns import may_add
from patrolmap.planner.week_visits import choose_nights
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, CancelledError, Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.planner.week import WeekProblem

__all__ = ["move_rounds", "move_visits", "solve_week"]

_DUTY_AIMS: Final = ("wishes", "strength", "fairness")
_EFFORT: Final = 2.0
_USUAL_SIZE: Final = 2_000
_MOST_TIMES: Final = 3.0


def solve_week(
    problem: WeekProblem,
    *,
    seed: int = 0,
    effort: float = _EFFORT,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> WeekAssignment:
    """
    Choose who is on duty on which night, and on which nights each site is visited.

    Parameters
    ----------
    problem : WeekProblem
        The week.
    seed : int, default 0
        Seed of the search.
    effort : float, default 2.0
        Most work for each aim, in units of CP-SAT that do not depend on the machine; some seconds each.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        Ends the search; the best so far is the answer.

    Returns
    -------
    WeekAssignment
        The same for the same seed and effort. First as few unmet wishes as can be, then as many teams a night as
        wanted, then teams as equal in their nights as can be, then even distances between the nights of a site, then
        even load of the nights.

    Raises
    ------
    CancelledError
        If the user cancelled before there was any answer.

    Notes
    -----
    OR-Tools CP-SAT (Perron, Didier, Gay 2023, doi 10.4230/LIPIcs.CP.2023.3); each aim carries its own bound.
    """
    model, stages = DutyModel(problem), list[WeekStage]()
    start = min(
        (_simple_duty(problem), even_duty(problem)),
        key=lambda own: [aim_value(problem, own, aim) for aim in _DUTY_AIMS],
    )
    values = {var.index: int(night in start[team]) for (team, night), var in model.duty.items()}
    # A large district needs more work to look at all.
    effort *= min(max(1.0, len(model.duty) / _USUAL_SIZE), _MOST_TIMES)
    for number, name in enumerate(_DUTY_AIMS):
        progress(number / 4, Message(N_("Planning the nights of the week")))
        if name == "fairness":
            start = levelled(problem, start)
            values = {var.index: int(night in start[team]) for (team, night), var in model.duty.items()}
        aim = model.aim(name)
        known = aim_value(problem, start, name)
        at_best = aim_bound(problem, name, stages[-1].value if stages else 0)
        if known <= at_best:
            # What was made at once cannot be bettered: no search, which in a large district takes minutes.
            stages.append(WeekStage(name, known, known))
            model.model.add(aim <= known)
            continue
        solver = None if cancel() else _solved(model, aim, values, (seed, effort), cancel)
        if solver is None:
            break
        reached, bound = round(solver.objective_value), round(solver.best_objective_bound)
        # A search cut short may end above what it was given to begin with.
        if reached < known:
            start = [
                [n for n in range(len(problem.nights)) if _on(model, solver, t, n)] for t in range(len(problem.teams))
            ]
            start = _simple_duty(problem, start) if name == "wishes" else start
            values = {var.index: int(night in start[team]) for (team, night), var in model.duty.items()}
        reached = min(reached, known)
        stages.append(WeekStage(name, reached, min(reached, max(bound, at_best))))
        model.model.add(aim <= reached)
    if cancel() and not stages:
        raise CancelledError
    progress(0.75)
    duty: list[list[int]] = [[] for _ in problem.nights]
    for (team, night), var in model.duty.items():
        if values[var.index]:
            duty[night].append(team)
    on_duty = tuple(tuple(sorted(teams)) for teams in duty)
    chosen = choose_nights(problem, on_duty, effort=effort, seed=seed)
    whole = len(stages) == len(_DUTY_AIMS)
    progress(1.0)
    return WeekAssignment(
        on_duty, chosen.nights, _round_nights(problem, on_duty), (*stages, *chosen.stages), seed, complete=whole
    )


def move_visits(
    problem: WeekProblem, before: WeekAssignment, served: Sequence[Sequence[int]], *, effort: float = _EFFORT
) -> WeekAssignment:
    """
    Move visits that the first nights could not serve to later nights, without changing anybody's duty.

    Parameters
    ----------
    problem : WeekProblem
        The week.
    before : WeekAssignment
        Who is on duty when.
    served : sequence of sequence of int
        For each of the first nights the sites that were served.
    effort : float, default 2.0
        As in `solve_week`.

    Returns
    -------
    WeekAssignment
        As before in all but the nights of the sites.
    """
    chosen = choose_nights(problem, before.duty, served=served, effort=effort, seed=before.seed)
    kept = tuple(stage for stage in before.stages if stage.aim in _DUTY_AIMS)
    return replace(before, site_nights=chosen.nights, stages=(*kept, *chosen.stages))


def move_rounds(problem: WeekProblem, before: WeekAssignment, night: int, missed: Sequence[int]) -> WeekAssignment:
    """
    Move visit rounds that a night could not serve to later nights of their own teams.

    Parameters
    ----------
    problem : WeekProblem
        The week.
    before : WeekAssignment
        Who is on duty when.
    night : int
        The night that is over.
    missed : sequence of int
        The rounds that it could not serve.

    Returns
    -------
    WeekAssignment
        As before in all but these rounds: each has the next night of its team that has room, the emptiest first; one
        without such a night stays where it was.
    """
    nights = list(before.round_night)
    load = Counter(zip((one.team for one in problem.rounds), nights, strict=True))
    for number in missed:
        team = problem.rounds[number].team
        free = [later for later in before.nights_of(team) if later > night]
        free = [later for later in free if load[team, later] < problem.rounds_a_night]
        if free:
            nights[number] = min(free, key=lambda later: (load[team, later], later))
            load[team, nights[number]] += 1
    return replace(before, round_night=tuple(nights))


class _Watch(cp_model.CpSolverSolutionCallback):
    """Ends a search when the user wishes so."""

    def __init__(self, cancel: Cancel) -> None:
        super().__init__()
        self._cancel = cancel

    def on_solution_callback(self) -> None:
        """Look at the wish with each better answer."""
        if self._cancel():
            self.stop_search()


def _solved(
    model: DutyModel, aim: Any, hint: dict[int, int], bound: tuple[int, float], cancel: Cancel
) -> cp_model.CpSolver | None:
    """Search for one aim; one thread, so that the same seed and effort give the same answer."""
    model.model.minimize(aim)
    model.model.clear_hints()  # type: ignore[no-untyped-call] # OR-Tools leaves this one without types
    for var in model.duty.values():
        model.model.add_hint(var, hint[var.index])
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = bound[0] % 2**31
    solver.parameters.num_workers = 8
    solver.parameters.interleave_search = True
    solver.parameters.max_deterministic_time = bound[1]
    status = solver.solve(model.model, _Watch(cancel))
    return solver if status in {cp_model.OPTIMAL, cp_model.FEASIBLE} else None


def _on(model: DutyModel, solver: cp_model.CpSolver, team: int, night: int) -> bool:
    var = model.duty.get((team, night))
    return var is not None and bool(solver.boolean_value(var))


def _simple_duty(problem: WeekProblem, begun: Sequence[Sequence[int]] | None = None) -> list[list[int]]:
    """Nights of each team, one team after the other, always the night that lacks most teams: a start for the search."""
    lack = [night.teams_wanted for night in problem.nights]
    for night in (night for own in begun or () for night in own):
        lack[night] -= 1
    answer: list[list[int]] = []
    for number, team in enumerate(problem.teams):
        own: list[int] = list(begun[number]) if begun else []
        while len(own) < problem.most_nights:
            free = [
                n for n, there in enumerate(team.members) if there and n not in own and may_add(problem, team, own, n)
            ]
            if not free or max(lack[night] for night in free) <= 0:
                break
            night = max(free, key=lambda n: (lack[n], -n))
            lack[night] -= 1
            own.append(night)
        answer.append(own)
    return answer


def _round_nights(problem: WeekProblem, duty: Sequence[Sequence[int]]) -> tuple[int | None, ...]:
    """Give each team's rounds to its nights, neighbours together, as evenly as they go."""
    answer: list[int | None] = [None] * len(problem.rounds)
    own: dict[int, list[int]] = {}
    for number, one in enumerate(problem.rounds):
        own.setdefault(one.team, []).append(number)
    for team, rounds in own.items():
        nights = [night for night, teams in enumerate(duty) if team in teams]
        placed = min(len(rounds), len(nights) * problem.rounds_a_night)
        for place in range(placed):
            answer[rounds[place]] = nights[place * len(nights) // placed]
    return tuple(answer)
