"""From a problem to PyVRP's integers and back.

Times become ticks, rounded up on the way and down at the limits, so that what is feasible in ticks is feasible in
seconds. Prizes become weights: one unit of prize outweighs the travel of a whole shift, a required visit outweighs
all optional visits that one route could serve.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from patrolmap.planner.break_places import break_places
from patrolmap.planner.schedule import time_route
from patrolmap.planner.servable import servable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyvrp

    from patrolmap.planner.problem import Problem, Span

__all__ = ["Encoded", "encode"]

_FINE_TICKS: Final = 40_000
_PRIZE_STEPS: Final = 1_000
_NO_LIMIT: Final = 2**53


@dataclass(frozen=True, eq=False)
class Encoded:
    """
    A problem in PyVRP's terms.

    Parameters
    ----------
    problem : Problem
        The problem, without series.
    data : pyvrp.ProblemData
        The same in integers.
    client_visit : tuple of int
        Visit of each client, -1 for a break; a visit with several windows has a client for each.
    type_teams : tuple of tuple of int
        Teams of each vehicle type.
    heaviest : int
        Largest prize of a visit's client.
    break_clients : dict of (int, int) to int
        Client of the break of a team at a place; without breaks in the search, and for teams without one, empty.
    """

    problem: Problem
    data: pyvrp.ProblemData
    client_visit: tuple[int, ...]
    type_teams: tuple[tuple[int, ...], ...]
    heaviest: int
    break_clients: dict[tuple[int, int], int]

    def decode(self, solution: pyvrp.Solution) -> list[list[int]]:
        """
        Read PyVRP's routes.

        Parameters
        ----------
        solution : pyvrp.Solution
            A solution of `data`.

        Returns
        -------
        list of list of int
            The visits of each team, in order.
        """
        orders: list[list[int]] = [[] for _ in self.problem.teams]
        free = [list(teams) for teams in self.type_teams]
        for route in solution.routes():
            team = free[route.vehicle_type()].pop(0)
            visits = (self.client_visit[stop.idx] for stop in route if stop.is_client())
            orders[team] = [visit for visit in visits if visit >= 0]
        return orders

    def encode_orders(self, orders: Sequence[Sequence[int]]) -> pyvrp.Solution:
        """
        Write routes as PyVRP's solution, for a warm start.

        Parameters
        ----------
        orders : sequence of sequence of int
            The visits of each team, in order.

        Returns
        -------
        pyvrp.Solution
            The same; of a visit with several windows the client whose window holds its planned start.
        """
        import pyvrp

        routes = []
        for kind, teams in enumerate(self.type_teams):
            for team in teams:
                clients = self._clients(team, orders[team])
                if clients:
                    routes.append(pyvrp.Route(self.data, clients, kind))
        return pyvrp.Solution(self.data, routes)

    def _clients(self, team: int, order: Sequence[int]) -> list[int]:
        timing = time_route(self.problem, team, order)
        clients = []
        for number, visit in enumerate(order):
            mine = self.visit_clients.get(visit, ())
            spans = self.problem.spans(visit)
            start_s = timing.start_s[number] if timing else -math.inf
            which = next((k for k, span in enumerate(spans) if start_s <= span[1]), len(spans) - 1)
            if timing and timing.break_at == number:
                clients += self._break(team, order[:number])
            if mine:
                clients.append(mine[min(which, len(mine) - 1)])
        if timing and order and timing.break_at == len(order):
            clients += self._break(team, order)
        return clients

    def _break(self, team: int, before: Sequence[int]) -> list[int]:
        place = self.problem.visits[before[-1]].place if before else self.problem.teams[team].start
        client = self.break_clients.get((team, place))
        return [] if client is None else [client]

    @cached_property
    def visit_clients(self) -> dict[int, tuple[int, ...]]:
        """Clients of each visit."""
        found: dict[int, list[int]] = {}
        for client, visit in enumerate(self.client_visit):
            found.setdefault(visit, []).append(client)
        return {visit: tuple(clients) for visit, clients in found.items()}


def encode(
    problem: Problem, *, prize_share: float = 1.0, tick_share: float = 1.0, breaks: bool = False
) -> Encoded | None:
    """
    Turn a problem into PyVRP's.

    Parameters
    ----------
    problem : Problem
        Without series.
    prize_share : float, default 1.0
        Weight of a unit of prize as a share of the weight that outweighs a whole shift of travel.
    tick_share : float, default 1.0
        Share of the usual fineness of time; coarser ticks search faster and lose a little at the limits.
    breaks : bool, default False
        Whether breaks are clients, one of a few places for each team; else they only shorten the shift, and windows
        after a break may be missed. Too large a problem goes without.

    Returns
    -------
    Encoded or None
        Visits that nobody could serve are left out; None if no visit is left.
    """
    encoder = _Encoder(problem, prize_share, tick_share, breaks=breaks)
    return encoder.encoded() if encoder.visits else None


class _Encoder:
    def __init__(self, problem: Problem, prize_share: float, tick_share: float, *, breaks: bool) -> None:
        self.problem = problem
        self.origin_s = min(team.shift[0] for team in problem.teams)
        self.horizon_s = max(team.shift[1] for team in problem.teams) - self.origin_s
        self.scale = _ticks_per_second(problem, self.horizon_s, tick_share)
        self.horizon = math.floor(self.horizon_s * self.scale)
        self.far = self.horizon + 1
        self.may = problem.allowed_matrix
        able = servable(problem)
        self.visits = [int(v) for v in np.flatnonzero(able.any(axis=0))]
        self.break_places = break_places(problem, able) if breaks and self.visits else {}
        self.break_location: dict[tuple[int, int], int] = {}
        self.break_clients: dict[tuple[int, int], int] = {}
        self.weight = max(round(self.far * prize_share), 1)
        self.by_length = any(math.isfinite(team.max_length_m) for team in problem.teams)

    def encoded(self) -> Encoded:
        import pyvrp

        places, place_of, signatures = self._locations()
        profiles, profile_of = self._profiles()
        depot_of: dict[int, int] = {}
        depots: list[pyvrp.Depot] = []
        for team in self.problem.teams:
            for place in (team.start, team.end):
                if place not in depot_of:
                    depot_of[place] = len(depots)
                    depots.append(pyvrp.Depot(len(places)))
                    places.append(place)
                    signatures.append(b"")
        clients, groups, client_visit = self._clients(place_of)
        types, type_teams = self._vehicles(depot_of, profile_of)
        matrices = [self._matrices(team, places, signatures) for team in profiles]
        data = pyvrp.ProblemData(
            [pyvrp.Location(0, 0) for _ in places],
            clients,
            depots,
            types,
            [distance for distance, _ in matrices],
            [duration for _, duration in matrices],
            groups,
        )
        heaviest = max((one.prize for one, visit in zip(clients, client_visit, strict=True) if visit >= 0), default=0)
        return Encoded(self.problem, data, client_visit, type_teams, heaviest, self.break_clients)

    def _locations(self) -> tuple[list[int], dict[int, int], list[bytes]]:
        """One location for each place and set of teams that can serve there."""
        index: dict[tuple[int, bytes], int] = {}
        place_of = {}
        for visit in self.visits:
            key = (self.problem.visits[visit].place, self.may[:, visit].tobytes())
            place_of[visit] = index.setdefault(key, len(index))
        for team, places in self.break_places.items():
            for place in places:
                self.break_location[team, place] = index.setdefault((place, self._only(team)), len(index))
        return [place for place, _ in index], place_of, [signature for _, signature in index]

    def _only(self, team: int) -> bytes:
        alone = np.zeros(len(self.problem.teams), dtype=np.bool_)
        alone[team] = True
        return alone.tobytes()

    def _profiles(self) -> tuple[list[int], list[int]]:
        """Name a team of each profile, and the profile of each team; a team whose breaks are clients has its own."""
        index: dict[tuple[str, bytes, int], int] = {}
        first: list[int] = []
        profile_of = []
        for team, crew in enumerate(self.problem.teams):
            key = (crew.mode, self.may[team].tobytes(), team if team in self.break_places else -1)
            if key not in index:
                first.append(team)
            profile_of.append(index.setdefault(key, len(index)))
        return first, profile_of

    def _matrices(self, team: int, places: list[int], signatures: list[bytes]) -> tuple[Any, Any]:
        mode = self.problem.teams[team].mode
        chosen = np.ix_(places, places)
        same = np.equal.outer(places, places)
        seconds = np.where(same, 0.0, self.problem.travel_s[mode][chosen])
        duration = np.minimum(np.ceil(seconds * self.scale - 1e-7), self.far).astype(np.int64)
        closed = [bool(signature) and not signature[team] for signature in signatures]
        distance = duration
        if self.by_length and mode in self.problem.length_m:
            metres = np.where(same, 0.0, self.problem.length_m[mode][chosen])
            distance = np.minimum(np.ceil(metres * self.scale - 1e-7), 1e9).astype(np.int64)
            distance[:, closed] = self.far
        duration[:, closed] = self.far
        np.fill_diagonal(duration, 0)
        np.fill_diagonal(distance, 0)
        return distance, duration

    def _clients(self, place_of: dict[int, int]) -> tuple[list[pyvrp.Client], list[pyvrp.ClientGroup], tuple[int, ...]]:
        import pyvrp

        prizes = self._prizes()
        clients: list[pyvrp.Client] = []
        groups: list[pyvrp.ClientGroup] = []
        client_visit: list[int] = []
        for visit in self.visits:
            windows = self._ticks(self.problem.spans(visit))
            group = len(groups) if len(windows) > 1 else None
            members = range(len(clients), len(clients) + len(windows))
            if group is not None:
                groups.append(pyvrp.ClientGroup(list(members), required=False))
            for early, late in windows:
                clients.append(
                    pyvrp.Client(
                        place_of[visit],
                        service_duration=math.ceil(self.problem.visits[visit].dwell_s * self.scale - 1e-7),
                        tw_early=early,
                        tw_late=late,
                        prize=prizes[visit],
                        required=False,
                        group=group,
                    )
                )
                client_visit.append(visit)
        self._add_breaks(clients, groups, prize=self._break_prize(prizes))
        client_visit += [-1] * len(self.break_clients)
        return clients, groups, tuple(client_visit)

    def _add_breaks(self, clients: list[pyvrp.Client], groups: list[pyvrp.ClientGroup], *, prize: int) -> None:
        """Add the places of each team's break, of which its route takes one."""
        import pyvrp

        for team, places in self.break_places.items():
            crew = self.problem.teams[team]
            windows = self._ticks((crew.break_span,))
            if not windows:
                continue
            members = range(len(clients), len(clients) + len(places))
            group = len(groups) if len(places) > 1 else None
            if group is not None:
                groups.append(pyvrp.ClientGroup(list(members), required=False))
            for client, place in zip(members, places, strict=True):
                self.break_clients[team, place] = client
                clients.append(
                    pyvrp.Client(
                        self.break_location[team, place],
                        service_duration=math.ceil(crew.break_s * self.scale - 1e-7),
                        tw_early=windows[0][0],
                        tw_late=windows[0][1],
                        prize=prize,
                        required=False,
                        group=group,
                    )
                )

    def _ticks(self, spans: Sequence[Span]) -> list[tuple[int, int]]:
        found = []
        for start_s, end_s in spans:
            early = math.ceil(max((start_s - self.origin_s) * self.scale, 0.0) - 1e-7)
            late = math.floor(min((end_s - self.origin_s) * self.scale, self.horizon) + 1e-7)
            if early <= late:
                found.append((early, late))
        return found

    def _prizes(self) -> dict[int, int]:
        optional = [v for v in self.visits if not self.problem.visits[v].required]
        values = [self.problem.visits[v].prize for v in optional]
        unit = _prize_unit(values)
        prizes = {v: max(round(self.problem.visits[v].prize / unit), 0) * self.weight for v in optional}
        room = self.horizon / max(self._shortest_stay(), 1)
        best = sorted(prizes.values(), reverse=True)[: max(min(int(room), 40), 1)]
        required = sum(best) + max(best, default=0) + self.weight
        prizes.update({v: required for v in self.visits if self.problem.visits[v].required})
        return prizes

    def _break_prize(self, prizes: dict[int, int]) -> int:
        """Outweigh all that a route could gain by going without its break."""
        return sum(sorted(prizes.values(), reverse=True)[:40]) + self.weight

    def _shortest_stay(self) -> float:
        stays = [self.problem.visits[v].dwell_s for v in self.visits]
        return min(stays, default=0.0) * self.scale

    def _vehicles(
        self, depot_of: dict[int, int], profile_of: list[int]
    ) -> tuple[list[pyvrp.VehicleType], tuple[tuple[int, ...], ...]]:
        kinds: dict[tuple[object, ...], list[int]] = {}
        for team, crew in enumerate(self.problem.teams):
            if self.may[team].any():
                limits = (crew.shift, crew.break_s, crew.max_travel_s, crew.max_length_m)
                kinds.setdefault((crew.start, crew.end, profile_of[team], *limits), []).append(team)
        types = [self._vehicle(members, depot_of, profile_of[members[0]]) for members in kinds.values()]
        return types, tuple(tuple(members) for members in kinds.values())

    def _vehicle(self, members: list[int], depot_of: dict[int, int], profile: int) -> pyvrp.VehicleType:
        import pyvrp

        crew = self.problem.teams[members[0]]
        early = math.ceil((crew.shift[0] - self.origin_s) * self.scale - 1e-7)
        late = math.floor((crew.shift[1] - self.origin_s) * self.scale + 1e-7)
        modelled = any((members[0], place) in self.break_clients for place in self.break_places.get(members[0], ()))
        longest = crew.max_length_m if self.by_length else crew.max_travel_s
        return pyvrp.VehicleType(
            len(members),
            start_depot=depot_of[crew.start],
            end_depot=depot_of[crew.end],
            tw_early=early,
            tw_late=late,
            shift_duration=max(late - early - (0 if modelled else math.ceil(crew.break_s * self.scale)), 0),
            max_distance=math.floor(longest * self.scale + 1e-7) if math.isfinite(longest) else _NO_LIMIT,
            profile=profile,
        )


def _ticks_per_second(problem: Problem, horizon_s: float, tick_share: float) -> float:
    """Whole seconds stay whole; otherwise fine enough that rounding costs less than 1 in 40,000 of the horizon."""
    matrices = [m[np.isfinite(m)] for m in problem.travel_s.values()]
    dwells = np.array([visit.dwell_s for visit in problem.visits])
    whole = all(np.array_equal(m, np.rint(m)) for m in (*matrices, dwells))
    if whole and horizon_s >= 1_000:
        return 1.0
    return max(10.0 ** math.ceil(math.log10(_FINE_TICKS / max(horizon_s, 1e-9))) * tick_share, 1e-9)


def _prize_unit(values: list[float]) -> float:
    positive = [value for value in values if value > 0]
    if not positive:
        return 1.0
    if all(value == round(value) for value in positive):
        return float(math.gcd(*(round(value) for value in positive)))
    return max(positive) / _PRIZE_STEPS
