"""Plan a week of shifts together: who is on duty when, what is visited when, and a plan for each night."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap import __version__
from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.plan import Provenance
from patrolmap.model.week import WeekNightPlan, WeekPlan, WeekUnmet
from patrolmap.planner.fairness import CellService, cell_services, least_served
from patrolmap.planner.settings import PlanSettings
from patrolmap.planner.week_explain import explain_week
from patrolmap.planner.week_settings import WeekSettings
from patrolmap.planner.week_solve import move_rounds, move_visits, solve_week
from patrolmap.planner.week_verify import verify_week
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.planning import plan_shift, shift_at
from patrolmap.services.settings_mark import SETTINGS_KEY
from patrolmap.services.shift_selection import ShiftSelection
from patrolmap.services.week_inputs import WeekInputs, week_inputs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.plan import PatrolPlan, UnmetVisit
    from patrolmap.model.schedule import Shift
    from patrolmap.planner.week import WeekAssignment
    from patrolmap.project.store import ProjectStore

__all__ = ["WEEK_SETTINGS_KEY", "NightSearch", "WeekFairness", "plan_week", "week_fairness", "week_shifts"]

WEEK_SETTINGS_KEY: Final = "week"
_INPUT_LAYERS: Final = ("streets", "sites", "hotspots", "teams", "grid_cells", "roster", "attendance", "weeks")


@dataclass(frozen=True)
class NightSearch:
    """
    How each night is searched.

    Parameters
    ----------
    time_limit_s, iterations, workers : float, int, int or None
        As in `patrolmap.services.plan_making.SearchBound`.
    """

    time_limit_s: float | None = None
    iterations: int | None = None
    workers: int | None = None


@dataclass(frozen=True)
class WeekFairness:
    """
    The fairness of a week in numbers.

    Parameters
    ----------
    nights : dict of str to int
        Nights of each team.
    work_s : dict of str to float
        Seconds of each team between leaving home and coming home, all nights.
    least_served : str
        Id of the site with the smallest share of its nights; of equal ones the one wanted most, then by id. Empty
        without wishes.
    least_share : float
        That share, 0 to 1.
    wanted, met : int
        Nights of all sites that were wanted, and that are planned.
    least_served_cell : CellService or None
        The smallest grid cell with the smallest share of its visits of all nights; None without grid cells with visits.
    cells_wanted, cells_served : int
        Grid cells in which visits are wanted, and in which at least one is planned.
    """

    nights: dict[str, int]
    work_s: dict[str, float]
    least_served: str
    least_share: float
    wanted: int
    met: int
    least_served_cell: CellService | None = None
    cells_wanted: int = 0
    cells_served: int = 0

    @property
    def longest_team(self) -> str:
        """The team with the most seconds of work; empty if none works."""
        return max(self.work_s, key=lambda team: (self.work_s[team], team), default="")


def week_shifts(first: dt.date, nights: int, start: str, end: str, mode: str = "routine") -> tuple[Shift, ...]:
    """
    Make the shifts of a week.

    Parameters
    ----------
    first : datetime.date
        Day on which the first shift starts.
    nights : int
        How many days running.
    start, end, mode : str
        As in `patrolmap.services.planning.shift_at`.

    Returns
    -------
    tuple of Shift
        One a day.

    Raises
    ------
    InputError
        If a time cannot be read or there is no night, or more than 31.
    """
    if not 1 <= nights <= 31:
        raise InputError(N_("A week has from 1 to 31 nights, not {nights}."), nights=nights)
    return tuple(shift_at(first + dt.timedelta(days=day), start, end, mode) for day in range(nights))


def plan_week(
    project: ProjectStore,
    shifts: Sequence[Shift],
    *,
    settings: PlanSettings | None = None,
    rules: WeekSettings | None = None,
    search: NightSearch | None = None,
    seed: int = 0,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> WeekPlan:
    """
    Plan a week and keep it in the project, with one plan a night.

    Parameters
    ----------
    project : ProjectStore
        With streets, teams and sites.
    shifts : sequence of Shift
        The nights, in order.
    settings : PlanSettings or None
        What the office decides about its shifts; None for the project's own.
    rules : WeekSettings or None
        What it decides about its weeks; None for the project's own, kept under `WEEK_SETTINGS_KEY`.
    search : NightSearch or None
        Bound of each night; None for the usual one.
    seed : int, default 0
        Seed of every random choice; night k has the seed plus k.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop; plans of finished nights stay, the week is not kept.

    Returns
    -------
    WeekPlan
        Checked. What a night could not serve has moved to a later night where there was one.

    Raises
    ------
    InputError
        If the project lacks streets, teams or anything to visit.
    CancelledError
        If the user cancelled.
    RuntimeError
        If the verifier finds a broken rule: a defect of the program.
    """
    chosen = settings if settings is not None else PlanSettings.from_json(project.setting(SETTINGS_KEY))
    own = rules if rules is not None else WeekSettings.from_json(project.setting(WEEK_SETTINGS_KEY))
    inputs = week_inputs(project, shifts, chosen, own)
    hashes = {layer: project.content_hash(layer) for layer in _INPUT_LAYERS if project.count(layer)}
    found = solve_week(inputs.problem, seed=seed, progress=SubProgress(progress, 0.0, 0.15), cancel=cancel)
    raise_if_cancelled(cancel)
    planner = _Nights(project, inputs, chosen, own, search=search or NightSearch(), found=found)
    for night in range(len(shifts)):
        part = SubProgress(progress, 0.15 + 0.85 * night / len(shifts), 0.15 + 0.85 * (night + 1) / len(shifts))
        planner.plan(night, seed + night, part, cancel)
    made = _provenance(hashes, shifts, chosen, own, search=search or NightSearch(), seed=seed)
    week = planner.week(made)
    project.save_week(week, label=Message(N_("Week {name}"), {"name": week.week_id}))
    progress(1.0)
    return week


def week_fairness(project: ProjectStore, week: WeekPlan) -> WeekFairness:
    """
    Measure the fairness of a week.

    Parameters
    ----------
    project : ProjectStore
        Its project, with the plans of its nights.
    week : WeekPlan
        The week.

    Returns
    -------
    WeekFairness
        In numbers; a night whose plan is no longer there counts without work.
    """
    teams = Counter(team for night in week.nights for team in night.teams)
    nights = {team: teams[team] for team in [*week.provenance.parameters.get("teams", ()), *teams]}
    work_s = dict.fromkeys(nights, 0.0)
    known = set(project.plan_ids())
    plans = [project.plan(night.plan_id) for night in week.nights if night.plan_id in known]
    for plan in plans:
        for route in plan.routes:
            if route.stops:
                team = route.team_id.partition("#")[0]
                work_s[team] = work_s.get(team, 0.0) + route.end_s - route.depart_s
    served = Counter(place for night in week.nights for place in night.served)
    shares = {place: served[place] / times for place, times in week.wanted.items() if times}
    least = min(shares, key=lambda place: (shares[place], -week.wanted[place], place), default="")
    met = sum(served[place] for place in shares)
    cells = cell_services(plans, project.metric_layer("grid_cells"))
    return WeekFairness(
        nights,
        work_s,
        least,
        shares.get(least, 1.0),
        sum(week.wanted.values()),
        met,
        least_served(cells),
        len(cells),
        sum(cell.met > 0 for cell in cells),
    )


class _Nights:
    """The nights of a week one after the other."""

    def __init__(
        self,
        project: ProjectStore,
        inputs: WeekInputs,
        settings: PlanSettings,
        rules: WeekSettings,
        *,
        search: NightSearch,
        found: WeekAssignment,
    ) -> None:
        self._project, self._inputs, self._settings, self._rules = project, inputs, settings, rules
        self._search, self._found = search, found
        self._served: list[list[int]] = []
        self._done: list[WeekNightPlan] = []
        self._failed: dict[str, UnmetVisit] = {}
        self._put_off: Counter[str] = Counter()
        self._check()

    def plan(self, night: int, seed: int, progress: Progress, cancel: Cancel) -> None:
        """Plan one night, and move what it could not serve."""
        problem, found = self._inputs.problem, self._found
        turn = [site for site, nights in enumerate(found.site_nights) if night in nights]
        teams = tuple(problem.teams[team].team_id for team in found.duty[night])
        plan = None
        if teams:
            plan = self._plan_of(night, turn, frozenset(teams), seed=seed, progress=progress, cancel=cancel)
        visited = {stop.visit.place_id for route in plan.routes for stop in route.stops} if plan else set()
        unmet = {one.visit.place_id: one for one in plan.unmet} if plan else {}
        places = [problem.sites[site].place_id for site in turn]
        self._served.append([s for s, place in zip(turn, places, strict=True) if place in visited])
        missed = [place for place in places if place not in visited]
        self._put_off.update(missed)
        self._failed.update({place: unmet[place] for place in [*missed, *self._rounds_of(night)] if place in unmet})
        rounds = tuple(place for place in self._rounds_of(night) if place in visited)
        served = tuple(place for place in places if place in visited)
        plan_id = plan.plan_id if plan else ""
        self._done.append(WeekNightPlan(self._inputs.shifts[night], plan_id, teams, served, rounds))
        late = [
            number for number, one in enumerate(problem.rounds) if self._is_late(number, one.place_id, night, rounds)
        ]
        if (missed or late) and night + 1 < len(problem.nights):
            self._found = move_visits(problem, found, self._served) if missed else found
            self._found = move_rounds(problem, self._found, night, late)
            self._check()

    def _is_late(self, number: int, place: str, night: int, served: Sequence[str]) -> bool:
        return self._found.round_night[number] == night and place not in served

    def week(self, made: Provenance) -> WeekPlan:
        """Put the week together."""
        problem, shifts = self._inputs.problem, self._inputs.shifts
        wanted = {site.place_id: site.times for site in problem.sites if site.times}
        owners = {one.place_id: problem.teams[one.team].team_id for one in problem.rounds}
        stages = tuple((stage.aim, stage.value, stage.bound) for stage in self._found.stages)
        parameters = {**made.parameters, "teams": [team.team_id for team in problem.teams]}
        made = replace(made, parameters=parameters)
        digest = hashlib.sha256(repr((self._done, made.parameters, made.inputs, made.seed)).encode()).hexdigest()
        week_id = f"{shifts[0].date:%Y%m%d}-{len(shifts)}-{digest[:6]}"
        return WeekPlan(week_id, tuple(self._done), wanted, owners, self._unmet(), stages, made)

    def _rounds_of(self, night: int) -> list[str]:
        rounds = zip(self._inputs.problem.rounds, self._found.round_night, strict=True)
        return [one.place_id for one, at in rounds if at == night]

    def _plan_of(
        self, night: int, turn: Sequence[int], teams: frozenset[str], *, seed: int, progress: Progress, cancel: Cancel
    ) -> PatrolPlan | None:
        problem = self._inputs.problem
        places = {problem.sites[site].place_id for site in turn}
        out = frozenset(site.place_id for site in problem.sites) - places
        if self._rules.rounds_only:
            layers = (("sites", "site_id"), ("hotspots", "hotspot_id"))
            out = frozenset(str(key) for layer, column in layers for key in self._project.layer(layer)[column])
        every = len(problem.nights)
        factors = {
            problem.sites[site].place_id: self._rules.wish_factor + self._put_off[problem.sites[site].place_id]
            for site in turn
            if problem.sites[site].times < every
        }
        rounds = self._rounds_of(night)
        owners = {one.place_id: problem.teams[one.team].team_id for one in problem.rounds}
        pairs = {**self._settings.fixed_pairs, **{place: (owners[place],) for place in rounds}}
        if not (places or rounds or (self._project.count("hotspots") and not self._rules.rounds_only)):
            return None
        return plan_shift(
            self._project,
            self._inputs.shifts[night],
            settings=replace(self._settings, fixed_pairs=pairs),
            requests=[self._inputs.rounds[place] for place in rounds],
            selection=ShiftSelection(teams, out, factors, {"teams_on_duty": sorted(teams), "left_out": sorted(out)}),
            seed=seed,
            time_limit_s=self._search.time_limit_s,
            iterations=self._search.iterations,
            workers=self._search.workers,
            progress=progress,
            cancel=cancel,
            keep_best=False,
        )

    def _unmet(self) -> tuple[WeekUnmet, ...]:
        problem, names = self._inputs.problem, self._inputs.names
        served = Counter(place for night in self._done for place in (*night.served, *night.rounds))
        reasons = {one.place_id: one for one in explain_week(problem, self._found)}
        found = []
        wanted = {site.place_id: site.times for site in problem.sites} | {one.place_id: 1 for one in problem.rounds}
        for place, times in wanted.items():
            if served[place] >= times:
                continue
            failed = self._failed.get(place)
            why = reasons.get(place)
            if failed is not None and (why is None or why.code == "out_ranked"):
                last = (failed.code, failed.reason, failed.remedy)
            elif why is not None:
                last = (why.code, why.reason, why.remedy)
            else:
                last = ("no_plan", Message(N_("The night of its turn has no plan.")), None)
            found.append(WeekUnmet(place, names[place], times, served[place], *last))
        return tuple(found)

    def _check(self) -> None:
        broken = verify_week(self._inputs.problem, self._found)
        if broken:
            raise RuntimeError(f"the week breaks {len(broken)} rules, first {broken[0]}")


def _provenance(
    hashes: dict[str, str],
    shifts: Sequence[Shift],
    settings: PlanSettings,
    rules: WeekSettings,
    *,
    search: NightSearch,
    seed: int,
) -> Provenance:
    parameters: dict[str, Any] = {
        "first_date": shifts[0].date.isoformat(),
        "nights": len(shifts),
        "settings": settings.to_json(),
        "week": rules.to_json(),
        "time_limit_s": search.time_limit_s,
        "iterations": search.iterations,
    }
    return Provenance(
        program_version=__version__,
        computed_at=dt.datetime.now(dt.UTC).astimezone().isoformat(timespec="seconds"),
        method="cp-sat, pyvrp",
        parameters=parameters,
        seed=seed,
        inputs=hashes,
    )
