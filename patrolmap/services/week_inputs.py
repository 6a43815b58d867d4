"""From a project to the problem of a week: its nights, teams, wishes and visit rounds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.plan import Visit
from patrolmap.planner.crews import base_team
from patrolmap.planner.demand import site_visits
from patrolmap.planner.week import WeekNight, WeekProblem, WeekRound, WeekSite, WeekTeam
from patrolmap.planner.week_rounds import own_teams, walking_order
from patrolmap.services.roster import crews_on_shift
from patrolmap.services.visit_rounds import listed_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.schedule import Shift
    from patrolmap.planner.crews import TeamOnShift
    from patrolmap.planner.demand import WantedVisit
    from patrolmap.planner.settings import PlanSettings
    from patrolmap.planner.week_settings import WeekSettings
    from patrolmap.project.store import ProjectStore

__all__ = ["LISTED", "WeekInputs", "week_inputs"]

LISTED: Final = "list"
"""The level of visit rounds that stands for the project's list of addresses."""

_WAY_S: Final = 300.0
_REQUIRED_WEIGHT: Final = 10
_LOOKED_BACK: Final = dt.timedelta(days=7)


@dataclass(frozen=True, eq=False)
class WeekInputs:
    """
    A week's problem with what it is about.

    Parameters
    ----------
    problem : WeekProblem
        The problem.
    shifts : tuple of Shift
        Its nights.
    names : dict of str to str
        What the sheets call sites and rounds, by id.
    rounds : dict of str to Visit
        The visit of each round.
    """

    problem: WeekProblem
    shifts: tuple[Shift, ...]
    names: dict[str, str]
    rounds: dict[str, Visit]


def week_inputs(
    project: ProjectStore, shifts: Sequence[Shift], settings: PlanSettings, rules: WeekSettings
) -> WeekInputs:
    """
    Make the problem of a week.

    Parameters
    ----------
    project : ProjectStore
        With teams and sites.
    shifts : sequence of Shift
        The nights, in order.
    settings : PlanSettings
        What the office decides about its shifts.
    rules : WeekSettings
        What it decides about its weeks.

    Returns
    -------
    WeekInputs
        A site's cost on a night is its dwells with five minutes of way each; it only evens the load of the nights, the
        plan of each night measures every way.

    Raises
    ------
    InputError
        If there is no team on duty on any night, or no grid cell of the level of the rounds.
    """
    crews = [crews_on_shift(project, shift) for shift in shifts]
    teams = _teams(project, shifts, crews)
    if not teams:
        raise InputError(
            N_("No team is on duty on any night of the week."),
            remedy=N_("Import the teams, or change the hours of the nights or of the teams."),
        )
    sites = project.metric_layer("sites")
    wanted = [() if rules.rounds_only else site_visits(sites, shift, settings) for shift in shifts]
    visits, owners = _rounds(project, teams, crews, rules)
    number = {team.team_id: place for place, team in enumerate(teams)}
    names = {one.visit.place_id: one.visit.name for night in wanted for one in night}
    names.update({visit.place_id: visit.name for visit in visits})
    problem = WeekProblem(
        _nights(shifts, teams, rules),
        teams,
        _sites(wanted, rules),
        tuple(WeekRound(visit.place_id, number[owner]) for visit, owner in zip(visits, owners, strict=True)),
        max_nights=rules.max_nights,
        max_in_row=rules.max_in_row,
        min_rest_s=rules.min_rest_h * 3600,
        rounds_a_night=rules.rounds_a_night,
    )
    return WeekInputs(problem, tuple(shifts), names, {visit.place_id: visit for visit in visits})


def _nights(shifts: Sequence[Shift], teams: Sequence[WeekTeam], rules: WeekSettings) -> tuple[WeekNight, ...]:
    """Ask for as many teams each night as the rules of rest allow on the mean, if no number is given."""
    count = len(shifts)
    most = min(rules.max_nights, count - 1) if count > 1 else 1
    duties = sum(min(most, sum(there > 0 for there in team.members)) for team in teams)
    wanted = rules.teams_a_night or duties // count
    first = shifts[0].date
    return tuple(
        WeekNight(
            (shift.date - first).days,
            (shift.date - first).days * 86_400 + shift.window.start_s,
            (shift.date - first).days * 86_400 + shift.window.end_s,
            wanted,
            0 if rules.teams_a_night else 1,
        )
        for shift in shifts
    )


def _teams(
    project: ProjectStore, shifts: Sequence[Shift], crews: Sequence[Sequence[TeamOnShift]]
) -> tuple[WeekTeam, ...]:
    before = _days_before(project, shifts[0].date)
    rows: dict[str, dict[str, Any]] = {}
    for night, there in enumerate(crews):
        for crew in there:
            blank = {"members": [0] * len(shifts), "work_s": [0.0] * len(shifts), "zone": crew.zone}
            row = rows.setdefault(base_team(crew.team_id), blank)
            row["members"][night] = max(row["members"][night], crew.members)
            row["work_s"][night] += max(crew.window.length_s - crew.break_s, 0)
    return tuple(
        WeekTeam(team_id, tuple(row["members"]), tuple(row["work_s"]), row["zone"], before.get(team_id, ()))
        for team_id, row in rows.items()
    )


def _days_before(project: ProjectStore, first: dt.date) -> dict[str, tuple[int, ...]]:
    """Duties of the seven days before, from the weeks that the project keeps; of each date the week kept last."""
    by_date: dict[dt.date, set[str]] = {}
    for week in project.weeks():
        for night in week.nights:
            if first - _LOOKED_BACK <= night.shift.date < first:
                by_date[night.shift.date] = set(night.teams)
    found: dict[str, list[int]] = {}
    for date in sorted(by_date):
        for team_id in by_date[date]:
            found.setdefault(team_id, []).append((date - first).days)
    return {team_id: tuple(days) for team_id, days in found.items()}


def _sites(wanted: Sequence[Sequence[WantedVisit]], rules: WeekSettings) -> tuple[WeekSite, ...]:
    first: dict[str, WantedVisit] = {}
    nights: dict[str, list[int]] = {}
    cost_s: dict[str, float] = {}
    for night, visits in enumerate(wanted):
        for one in visits:
            place = one.visit.place_id
            first.setdefault(place, one)
            if night not in nights.setdefault(place, []):
                nights[place].append(night)
            if night == nights[place][0]:
                cost_s[place] = cost_s.get(place, 0.0) + one.visit.dwell_s + _WAY_S
    return tuple(
        WeekSite(
            place,
            rules.times_of(one.visit.kind, place, len(wanted)),
            tuple(nights[place]),
            cost_s[place],
            _REQUIRED_WEIGHT if one.visit.required else 1,
            one.visit.zone,
            one.visit.min_members,
            one.only_teams,
        )
        for place, one in first.items()
    )


def _rounds(
    project: ProjectStore, teams: Sequence[WeekTeam], crews: Sequence[Sequence[TeamOnShift]], rules: WeekSettings
) -> tuple[list[Visit], list[str]]:
    """Visits of the cells with their own teams, each team's in an order in which neighbours stand together."""
    if not rules.round_level:
        return [], []
    ids, titles, points, told_by_id = _round_places(project, rules)
    home = {base_team(crew.team_id): crew.point for there in crews for crew in there}
    order = {team.team_id: number for number, team in enumerate(teams)}
    row = {key: place for place, key in enumerate(ids)}
    told_by_id = {**told_by_id, **rules.round_teams}
    told = {row[key]: order[team] for key, team in told_by_id.items() if key in row and team in order}
    places = np.array([(point.x, point.y) for point in points], dtype=np.float64)
    homes = np.array([(home[team.team_id].x, home[team.team_id].y) for team in teams], dtype=np.float64)
    owner = own_teams(places, homes, told)
    visits, owners = [], []
    for number, team in enumerate(teams):
        own = np.flatnonzero(owner == number)
        for place in own[walking_order(places[own], homes[number].tolist())].tolist():
            visits.append(_round(ids[place], titles[place] or ids[place], points[place], rules.round_dwell_s))
            owners.append(team.team_id)
    return visits, owners


def _round_places(
    project: ProjectStore, rules: WeekSettings
) -> tuple[list[str], list[str], list[shapely.Point], dict[str, str]]:
    """Ids, names and points of what is visited once, with the teams that the list itself names."""
    if rules.round_level == LISTED:
        listed = listed_places(project)
        if not listed:
            raise InputError(
                N_("The project has no list of visit rounds."),
                remedy=N_("Bring one first: patrolmap rounds PROJECT --file FILE."),
            )
        frame = project.frame
        points = [frame.wgs84_to_metric(shapely.Point(place.lon, place.lat)) for place in listed]
        teams = {place.place_id: place.team_id for place in listed if place.team_id}
        return [place.place_id for place in listed], [place.name for place in listed], points, teams
    cells = project.metric_layer("grid_cells")
    cells = cells[cells["level"] == rules.round_level]
    if cells.empty:
        raise InputError(
            N_("There are no grid cells of the level “{level}” for visit rounds."),
            remedy=N_("Import the grid cells, or choose another level."),
            level=rules.round_level,
        )
    points = [shape.representative_point() for shape in cells.geometry]
    return [str(cell) for cell in cells["cell_id"]], cells["name"].fillna("").astype(str).to_list(), points, {}


def _round(cell_id: str, name: str, point: Any, dwell_s: int) -> Visit:
    return Visit(f"round-{cell_id}", f"round-{cell_id}", "round", name, point, (), dwell_s, required=True, prize=0.0)
