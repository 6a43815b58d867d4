"""From visits and teams on a street graph to a planning problem: where they stand, and how long every way takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.messages import N_, Message
from patrolmap.planner.problem import Problem, ProblemTeam, ProblemVisit
from patrolmap.planner.ways import known_ways, within
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress
from patrolmap.streets.attach import Attachments, attach

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.planner.crews import TeamOnShift
    from patrolmap.planner.demand import WantedVisit
    from patrolmap.planner.way_store import WayStore
    from patrolmap.streets.network import StreetGraph

__all__ = [
    "ATTACH_LIMIT_M",
    "PlaceTies",
    "StreetProblem",
    "fixed_teams",
    "rings_of",
    "street_problem",
    "team_of",
    "tie_places",
    "travel_key",
    "visit_of",
]

ATTACH_LIMIT_M: Final = 250.0
"""How far from a street a place may lie, metres."""


@dataclass(frozen=True, eq=False)
class StreetProblem:
    """
    A planning problem with its places on the streets.

    Parameters
    ----------
    problem : Problem
        In whole seconds: every way rounded up, so that its plans hold on the streets.
    wanted : tuple of WantedVisit
        The visits, in the order of the problem.
    crews : tuple of TeamOnShift
        The teams, in the order of the problem.
    attachments : dict of str to Attachments
        Places on streets by `TravelMode` value, one row a place.
    """

    problem: Problem
    wanted: tuple[WantedVisit, ...]
    crews: tuple[TeamOnShift, ...]
    attachments: dict[str, Attachments]

    def off_street(self, visit: int) -> bool:
        """
        Tell whether a visit lies too far from every street.

        Parameters
        ----------
        visit : int
            Index of the visit.

        Returns
        -------
        bool
            True if no mode of the shift comes within `ATTACH_LIMIT_M`.
        """
        place = self.problem.visits[visit].place
        return all(int(found.edge[place]) < 0 for found in self.attachments.values())

    def homeless(self) -> tuple[TeamOnShift, ...]:
        """
        Name the teams whose start or end lies too far from every street that they can use.

        Returns
        -------
        tuple of TeamOnShift
            No route can be planned for them.
        """
        return tuple(
            crew
            for crew, team in zip(self.crews, self.problem.teams, strict=True)
            if min(int(self.attachments[crew.mode.value].edge[place]) for place in (team.start, team.end)) < 0
        )


def travel_key(crew: TeamOnShift) -> str:
    """
    Name the travel matrix of a team.

    Parameters
    ----------
    crew : TeamOnShift
        The team.

    Returns
    -------
    str
        Its mode, with its own speed if it has one.
    """
    return crew.mode.value if crew.speed_kph is None else f"{crew.mode.value}@{crew.speed_kph:g}"


@dataclass(frozen=True, eq=False)
class PlaceTies:
    """
    Where all places of a shift stand on the streets.

    Parameters
    ----------
    row : dict of (float, float) to int
        Row of each place in the attachments, by its coordinates.
    attachments : dict of str to Attachments
        By `TravelMode` value.
    """

    row: dict[tuple[float, float], int]
    attachments: dict[str, Attachments]


def tie_places(graph: StreetGraph, wanted: Sequence[WantedVisit], crews: Sequence[TeamOnShift]) -> PlaceTies:
    """
    Tie the places of visits and teams to the streets, once for all problems made of them.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    wanted : sequence of WantedVisit
        The visits.
    crews : sequence of TeamOnShift
        The teams; at least one.

    Returns
    -------
    PlaceTies
        For the modes of the teams; a place is tied to a street that is joined to the network, if there is one.
    """
    xy, _, _ = _places(wanted, crews)
    modes = sorted({crew.mode for crew in crews})
    ties = {mode.value: attach(graph, xy, limit_m=ATTACH_LIMIT_M, mode=mode, joined=True) for mode in modes}
    return PlaceTies({(float(x), float(y)): row for row, (x, y) in enumerate(xy)}, ties)


def street_problem(
    graph: StreetGraph,
    wanted: Sequence[WantedVisit],
    crews: Sequence[TeamOnShift],
    *,
    ties: PlaceTies | None = None,
    longest_way_s: float | None = None,
    store: WayStore | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> StreetProblem:
    """
    Make the planning problem of a shift.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    wanted : sequence of WantedVisit
        The visits.
    crews : sequence of TeamOnShift
        The teams; at least one.
    ties : PlaceTies or None
        Where the places stand, if that is known already.
    longest_way_s : float or None
        Ways that take longer are no ways, seconds; None for the longest shift.
    store : WayStore or None
        Where the ways between the places of `ties` are kept, for a district that is planned in parts.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    StreetProblem
        With one travel matrix for each mode and speed, no way longer than the longest shift of its teams.

    Raises
    ------
    CancelledError
        If the user cancelled.
    """
    xy, visit_place, team_place = _places(wanted, crews)
    known = tie_places(graph, wanted, crews) if ties is None else ties
    rows = _rows(known, xy)
    attachments = _taken(known, rows, crews)
    keys = {travel_key(crew): (crew.mode, crew.speed_kph) for crew in crews}
    travel_s = {}
    for number, (key, (mode, speed_kph)) in enumerate(keys.items()):
        part = SubProgress(progress, number / len(keys), (number + 1) / len(keys))
        part(0.0, Message(N_("Measuring the ways between all places")))
        limit_s = float(max(crew.window.length_s for crew in crews if travel_key(crew) == key))
        limit_s = limit_s if longest_way_s is None else min(limit_s, longest_way_s)
        if store is not None:
            reach_s = limit_s if longest_way_s is None else longest_way_s
            all_places = known.attachments[mode.value]
            found = store.ways(
                graph, all_places, rows, mode, speed_kph=speed_kph, limit_s=reach_s, progress=part, cancel=cancel
            )
            travel_s[key] = within(limit_s, found)
            continue
        travel_s[key] = known_ways(
            graph, attachments[mode.value], mode, speed_kph=speed_kph, limit_s=limit_s, progress=part, cancel=cancel
        )
    rules = zip(rings_of(wanted, crews), fixed_teams(wanted, crews), strict=True)
    visits = tuple(visit_of(one, place, *rule) for one, place, rule in zip(wanted, visit_place, rules, strict=True))
    teams = tuple(team_of(crew, places) for crew, places in zip(crews, team_place, strict=True))
    return StreetProblem(Problem(travel_s, visits, teams), tuple(wanted), tuple(crews), attachments)


def street_piece(
    problem: Problem, wanted: Sequence[WantedVisit], crews: Sequence[TeamOnShift], ties: PlaceTies
) -> StreetProblem:
    """
    Give a problem that `street_problem` made its streets back.

    Parameters
    ----------
    problem : Problem
        The problem.
    wanted : sequence of WantedVisit
        Its visits, in its order.
    crews : sequence of TeamOnShift
        Its teams, in its order.
    ties : PlaceTies
        Where the places stand.

    Returns
    -------
    StreetProblem
        As it was.
    """
    xy, _, _ = _places(wanted, crews)
    return StreetProblem(problem, tuple(wanted), tuple(crews), _taken(ties, _rows(ties, xy), crews))


def _rows(ties: PlaceTies, xy: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.array([ties.row[x, y] for x, y in xy.tolist()], dtype=np.intp)


def _taken(ties: PlaceTies, rows: NDArray[np.intp], crews: Sequence[TeamOnShift]) -> dict[str, Attachments]:
    return {mode: ties.attachments[mode].take(rows) for mode in sorted({crew.mode.value for crew in crews})}


def _places(
    wanted: Sequence[WantedVisit], crews: Sequence[TeamOnShift]
) -> tuple[NDArray[np.float64], list[int], list[tuple[int, ...]]]:
    index: dict[tuple[float, float], int] = {}
    visit_place = [index.setdefault((one.visit.point.x, one.visit.point.y), len(index)) for one in wanted]
    team_place = [tuple(index.setdefault((p.x, p.y), len(index)) for p in (c.start or c.point, c.point)) for c in crews]
    return np.array(list(index), dtype=np.float64).reshape(-1, 2), visit_place, team_place


def rings_of(wanted: Sequence[WantedVisit], crews: Sequence[TeamOnShift]) -> list[tuple[str, ...]]:
    """
    Tell in which rings each visit lies, of those that teams are bound to.

    Parameters
    ----------
    wanted : sequence of WantedVisit
        The visits.
    crews : sequence of TeamOnShift
        The teams.

    Returns
    -------
    list of tuple of str
        Names as the teams give them; a place on the boundary is inside. A visit that somebody held where it is lies in
        all of them.
    """
    areas = {crew.ring: crew.ring_area for crew in crews if crew.ring_area is not None}
    x = np.array([one.visit.point.x for one in wanted])
    y = np.array([one.visit.point.y for one in wanted])
    held = np.array([one.held for one in wanted], dtype=np.bool_)
    inside = {ring: shapely.intersects_xy(area, x, y) | held for ring, area in areas.items()}
    return [tuple(ring for ring, there in inside.items() if there[row]) for row in range(len(wanted))]


def fixed_teams(wanted: Sequence[WantedVisit], crews: Sequence[TeamOnShift]) -> list[tuple[str, ...]]:
    """
    Name the only teams that may serve each visit, on this shift.

    Parameters
    ----------
    wanted : sequence of WantedVisit
        The visits.
    crews : sequence of TeamOnShift
        The teams.

    Returns
    -------
    list of tuple of str
        A team that is fixed brings its second time on duty and its copies with it, except where somebody held the visit
        in one route.
    """
    more: dict[str, list[str]] = {}
    for crew in crews:
        if crew.counts_as:
            more.setdefault(crew.counts_as, []).append(crew.team_id)
    return [
        one.only_teams
        if one.held
        else tuple(dict.fromkeys(name for team in one.only_teams for name in (team, *more.get(team, ()))))
        for one in wanted
    ]


def visit_of(wanted: WantedVisit, place: int, rings: tuple[str, ...], only_teams: tuple[str, ...]) -> ProblemVisit:
    """
    Bring a visit into the terms of a problem.

    Parameters
    ----------
    wanted : WantedVisit
        The visit.
    place : int
        Its place in the problem.
    rings : tuple of str
        Rings that it lies in.
    only_teams : tuple of str
        The only teams that may serve it; empty for no such limit.

    Returns
    -------
    ProblemVisit
        In seconds of the shift's date.
    """
    visit = wanted.visit
    return ProblemVisit(
        visit_id=visit.visit_id,
        place=place,
        dwell_s=float(visit.dwell_s),
        prize=visit.prize,
        required=visit.required,
        windows=tuple((float(w.start_s), float(w.end_s)) for w in visit.windows),
        series=wanted.series,
        min_gap_s=float(wanted.min_gap_s),
        zone=visit.zone,
        min_members=visit.min_members,
        only_teams=only_teams,
        rings=rings,
    )


def team_of(crew: TeamOnShift, places: tuple[int, ...]) -> ProblemTeam:
    """
    Bring a team into the terms of a problem.

    Parameters
    ----------
    crew : TeamOnShift
        The team.
    places : tuple of int
        Places of its start and its end in the problem.

    Returns
    -------
    ProblemTeam
        Its break may start in the middle half of its time on duty.
    """
    start_s, end_s = crew.window.start_s, crew.window.end_s
    return ProblemTeam(
        team_id=crew.team_id,
        start=places[0],
        end=places[1],
        shift=(float(start_s), float(end_s)),
        mode=travel_key(crew),
        members=crew.members,
        zone=crew.zone,
        break_s=float(crew.break_s),
        break_window=(float(crew.break_span.start_s), float(crew.break_span.end_s)),
        ring=crew.ring if crew.ring_area is not None else "",
    )
