"""The planning problem, free of maps: places are row numbers of travel matrices, times are seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["ONE_MODE", "Problem", "ProblemTeam", "ProblemVisit", "Span"]

Span = tuple[float, float]
"""Start and end of a stretch of time, seconds; both ends belong to it."""

ONE_MODE: Final = "any"
"""The travel mode of a problem that has only one."""


@dataclass(frozen=True)
class ProblemVisit:
    """
    A place to be at, within a window, for a dwell.

    Parameters
    ----------
    visit_id : str
        Unique in the problem.
    place : int
        Row and column of the travel matrices.
    dwell_s : float, default 0.0
        How long to stay, seconds.
    prize : float, default 0.0
        Worth of an optional visit; not negative. Of a required visit it counts in the sum only.
    required : bool, default False
        Whether it comes before every optional visit.
    windows : tuple of (float, float), default ()
        When the dwell may start; arrival before is waiting. Empty for any time of a shift.
    series : str, default ""
        Visits of one series keep `min_gap_s` from each other, whichever teams serve them. Empty for none.
    min_gap_s : float, default 0.0
        Least time from the end of one visit of the series to the start of the next, seconds.
    zone : str, default ""
        Only teams of this zone, or of none, serve it. Empty for any team.
    min_members : int, default 1
        Smallest team that may serve it.
    only_teams : tuple of str, default ()
        Ids of the only teams that may serve it ("fixed point, fixed person"). Empty for no such limit.
    rings : tuple of str, default ()
        Rings that it lies in, as teams name theirs.
    """

    visit_id: str
    place: int
    dwell_s: float = 0.0
    prize: float = 0.0
    required: bool = False
    windows: tuple[Span, ...] = ()
    series: str = ""
    min_gap_s: float = 0.0
    zone: str = ""
    min_members: int = 1
    only_teams: tuple[str, ...] = ()
    rings: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProblemTeam:
    """
    One team on one shift.

    Parameters
    ----------
    team_id : str
        Unique in the problem.
    start, end : int
        Places where the team starts and ends.
    shift : (float, float)
        Departure not before the first, arrival at the end not after the second, seconds.
    mode : str, default "any"
        Which travel matrix holds for the team.
    members : int, default 1
        Members present.
    zone : str, default ""
        The team's zone; a team without one goes everywhere.
    break_s : float, default 0.0
        Length of the break, seconds, taken where the team stands between two stops.
    break_window : (float, float) or None
        When the break may start; None for the middle half of the shift.
    max_travel_s, max_length_m : float, default inf
        Most travel time (dwell, waiting and break not counted) and longest way of the team.
    ring : str, default ""
        The ring that the team does not leave; a team without one goes everywhere.
    """

    team_id: str
    start: int
    end: int
    shift: Span
    mode: str = ONE_MODE
    members: int = 1
    zone: str = ""
    break_s: float = 0.0
    break_window: Span | None = None
    max_travel_s: float = math.inf
    max_length_m: float = math.inf
    ring: str = ""

    @property
    def break_span(self) -> Span:
        """When the break may start, seconds."""
        if self.break_window is not None:
            return self.break_window
        start_s, end_s = self.shift
        return start_s + (end_s - start_s) / 4, start_s + (end_s - start_s) * 3 / 4


@dataclass(frozen=True, eq=False)
class Problem:
    """
    Teams, visits and travel times.

    Parameters
    ----------
    travel_s : mapping of str to array_like, shape (p, p)
        Seconds from place to place by each mode; ``inf`` where there is no way. The diagonal is not used.
    visits : tuple of ProblemVisit
        What is to be done.
    teams : tuple of ProblemTeam
        Who does it.
    length_m : mapping of str to array_like, shape (p, p), default {}
        Metres from place to place by each mode; needed for modes of teams with `max_length_m`.

    Raises
    ------
    InputError
        If a matrix is not square or holds negative times or NaN, a place or a mode does not exist, an id is not
        unique, a number is out of range, or a series disagrees about its gap.

    Examples
    --------
    >>> from patrolmap.planner import Problem, StopRule, solve
    >>> minutes = [[0, 2, 9], [2, 0, 9], [9, 9, 0]]
    >>> problem = Problem.from_matrix(minutes, prizes=[0, 5, 7], limit=10, teams=1)
    >>> solve(problem, stop=StopRule(iterations=50)).prize
    5.0
    """

    travel_s: Mapping[str, NDArray[np.float64]]
    visits: tuple[ProblemVisit, ...]
    teams: tuple[ProblemTeam, ...]
    length_m: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Bring the matrices into one form and check everything."""
        object.__setattr__(self, "travel_s", {key: _checked_matrix(m, key) for key, m in self.travel_s.items()})
        object.__setattr__(self, "length_m", {key: _checked_matrix(m, key) for key, m in self.length_m.items()})
        if len({m.shape for m in (*self.travel_s.values(), *self.length_m.values())}) != 1:
            raise InputError(N_("The travel matrices of a planning problem differ in size, or there is none."))
        _check_ids([v.visit_id for v in self.visits])
        _check_ids([t.team_id for t in self.teams])
        for visit in self.visits:
            _check_visit(visit, self.place_count)
        for team in self.teams:
            _check_team(team, self)
        _check_series(self.visits)

    @classmethod
    def from_matrix(
        cls,
        travel_s: ArrayLike,
        *,
        prizes: Sequence[float],
        limit: float,
        teams: int = 1,
        start: int = 0,
        end: int | None = None,
        dwell_s: Sequence[float] | None = None,
        windows: Sequence[Span] | None = None,
    ) -> Problem:
        """
        Make the team orienteering problem of a bare matrix, as published instances are given.

        Parameters
        ----------
        travel_s : array_like, shape (p, p)
            Time from place to place, in any unit.
        prizes : sequence of float
            Prize of each place; places with prize 0 become no visits.
        limit : float
            Longest time of each route, in the same unit.
        teams : int, default 1
            Number of equal teams.
        start : int, default 0
            Place where all routes start.
        end : int or None
            Place where all routes end; None for the start.
        dwell_s : sequence of float or None
            Stay at each place; None for no stay.
        windows : sequence of (float, float) or None
            When the stay at each place may start; None for any time.

        Returns
        -------
        Problem
            With a visit ``str(place)`` for each place with a prize and teams ``"1"``, ``"2"``, ….
        """
        last = start if end is None else end
        visits = tuple(
            ProblemVisit(
                visit_id=str(place),
                place=place,
                dwell_s=0.0 if dwell_s is None else dwell_s[place],
                prize=float(prize),
                windows=() if windows is None else (windows[place],),
            )
            for place, prize in enumerate(prizes)
            if prize > 0 and place not in (start, last)
        )
        crew = tuple(ProblemTeam(str(number + 1), start, last, (0.0, float(limit))) for number in range(teams))
        return cls({ONE_MODE: np.asarray(travel_s, dtype=np.float64)}, visits, crew)

    def with_visits(self, visits: tuple[ProblemVisit, ...]) -> Problem:
        """
        Exchange the visits for others like them, without checking the matrices again.

        Parameters
        ----------
        visits : tuple of ProblemVisit
            As many, at the same places and for the same teams, with other windows, prizes or series.

        Returns
        -------
        Problem
            A problem that shares everything else.
        """
        twin = object.__new__(Problem)
        for name, value in (("travel_s", self.travel_s), ("visits", visits), ("teams", self.teams)):
            object.__setattr__(twin, name, value)
        object.__setattr__(twin, "length_m", self.length_m)
        if "allowed_matrix" in self.__dict__:
            twin.__dict__["allowed_matrix"] = self.allowed_matrix
        return twin

    def with_team(self, number: int, team: ProblemTeam) -> Problem:
        """
        Exchange a team for one like it, without checking the matrices again.

        Parameters
        ----------
        number : int
            Index of the team.
        team : ProblemTeam
            With another shift, break or limit; the same mode, zone, members and places.

        Returns
        -------
        Problem
            A problem that shares everything else.
        """
        twin = self.with_visits(self.visits)
        object.__setattr__(twin, "teams", (*self.teams[:number], team, *self.teams[number + 1 :]))
        return twin

    @property
    def place_count(self) -> int:
        """Number of places."""
        return len(next(iter(self.travel_s.values())))

    def matrix(self, team: int) -> NDArray[np.float64]:
        """
        Give the travel times of a team.

        Parameters
        ----------
        team : int
            Index of the team.

        Returns
        -------
        numpy.ndarray, shape (p, p)
            Seconds.
        """
        return self.travel_s[self.teams[team].mode]

    def allowed(self, team: int, visit: int) -> bool:
        """
        Tell whether a team may serve a visit, by zone, ring, size and fixed pairs; time is another matter.

        Parameters
        ----------
        team, visit : int
            Indices.

        Returns
        -------
        bool
            True if it may.
        """
        return bool(self.allowed_matrix[team, visit])

    @cached_property
    def allowed_matrix(self) -> NDArray[np.bool_]:
        """Which team may serve which visit, shape (teams, visits)."""
        answer = np.ones((len(self.teams), len(self.visits)), dtype=np.bool_)
        for column, visit in enumerate(self.visits):
            for row, team in enumerate(self.teams):
                answer[row, column] = (
                    (not visit.zone or not team.zone or visit.zone == team.zone)
                    and team.members >= visit.min_members
                    and (not visit.only_teams or team.team_id in visit.only_teams)
                    and (not team.ring or team.ring in visit.rings)
                )
        return answer

    @cached_property
    def reach_s(self) -> tuple[Span, ...]:
        """Earliest arrival at each visit straight from home, and latest start from which home is reached in time."""
        if not self.teams:
            return tuple((0.0, 0.0) for _ in self.visits)
        place = np.array([visit.place for visit in self.visits], dtype=np.intp)
        dwell_s = np.array([visit.dwell_s for visit in self.visits])
        first, last = np.full(len(place), np.inf), np.full(len(place), -np.inf)
        for number, team in enumerate(self.teams):
            ways, may = self.matrix(number), self.allowed_matrix[number]
            arrive_s = team.shift[0] + np.where(place == team.start, 0.0, ways[team.start, place])
            leave_s = team.shift[1] - dwell_s - np.where(place == team.end, 0.0, ways[place, team.end])
            could = may & (arrive_s <= leave_s)
            first[could] = np.minimum(first, arrive_s)[could]
            last[could] = np.maximum(last, leave_s)[could]
        # What nobody reaches straight keeps the bounds of the shifts: on odd ways a detour may be shorter.
        nobody = first > last
        first[nobody] = min(team.shift[0] for team in self.teams)
        last[nobody] = max(team.shift[1] for team in self.teams)
        return tuple(zip(first.tolist(), last.tolist(), strict=True))

    @cached_property
    def series(self) -> Mapping[str, tuple[int, ...]]:
        """Indices of the visits of each series with more than one."""
        members: dict[str, list[int]] = {}
        for index, visit in enumerate(self.visits):
            if visit.series:
                members.setdefault(visit.series, []).append(index)
        return {name: tuple(indices) for name, indices in members.items() if len(indices) > 1}

    def spans(self, visit: int) -> tuple[Span, ...]:
        """
        Give the windows of a visit.

        Parameters
        ----------
        visit : int
            Index of the visit.

        Returns
        -------
        tuple of (float, float)
            In order; one endless window if the visit has none.
        """
        return self._spans[visit]

    @cached_property
    def _spans(self) -> tuple[tuple[Span, ...], ...]:
        return tuple(tuple(sorted(visit.windows)) or ((-math.inf, math.inf),) for visit in self.visits)


def _checked_matrix(matrix: ArrayLike, mode: str) -> NDArray[np.float64]:
    times = np.asarray(matrix, dtype=np.float64)
    if times.ndim != 2 or times.shape[0] != times.shape[1] or not times.size:
        raise InputError(N_("The travel matrix “{mode}” is not square."), mode=mode)
    if np.isnan(times).any() or (times < 0).any():
        raise InputError(
            N_("The travel matrix “{mode}” holds negative values or gaps."),
            remedy=N_("Give seconds from 0 up, and infinity where there is no way."),
            mode=mode,
        )
    return times


def _check_ids(ids: list[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if name in seen:
            raise InputError(N_("The id “{name}” occurs twice in the planning problem."), name=name)
        seen.add(name)


def _is_place(place: object, places: int) -> bool:
    return isinstance(place, int | np.integer) and 0 <= int(place) < places


def _check_visit(visit: ProblemVisit, places: int) -> None:
    numbers = (visit.dwell_s, visit.prize, visit.min_gap_s)
    good = _is_place(visit.place, places)
    good = good and all(math.isfinite(n) and n >= 0 for n in numbers)
    if not good or any(not start <= end for start, end in visit.windows):
        raise InputError(
            N_("The visit “{name}” has a place, a time or a prize that cannot be."),
            remedy=N_("Dwell, gap and prize are numbers from 0 up; windows end after they start."),
            name=visit.visit_id,
        )


def _check_team(team: ProblemTeam, problem: Problem) -> None:
    places = problem.place_count
    good = _is_place(team.start, places) and _is_place(team.end, places)
    good = good and team.shift[0] <= team.shift[1] and math.isfinite(team.break_s)
    good = good and all(map(math.isfinite, team.shift)) and team.break_s >= 0 and team.max_travel_s >= 0
    good = good and team.mode in problem.travel_s and team.break_span[0] <= team.break_span[1]
    if not good or (math.isfinite(team.max_length_m) and team.mode not in problem.length_m):
        raise InputError(
            N_("The team “{name}” has a place, a shift, a mode or a limit that cannot be."),
            remedy=N_("A shift ends after it starts, and its mode has a travel matrix."),
            name=team.team_id,
        )


def _check_series(visits: tuple[ProblemVisit, ...]) -> None:
    gaps: dict[str, float] = {}
    for visit in visits:
        if visit.series and gaps.setdefault(visit.series, visit.min_gap_s) != visit.min_gap_s:
            raise InputError(N_("The visits of the series “{name}” disagree about their gap."), name=visit.series)
