"""How long each edge takes, by mode, and the arcs that the searches run on."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.kinds import TravelMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from patrolmap.streets.network import StreetGraph

__all__ = [
    "CAR_KPH",
    "CAR_KPH_UNKNOWN",
    "CLOSED_ACCESS",
    "CLOSED_CLASSES",
    "MODE_KPH",
    "Arcs",
    "allowed",
    "edge_travel_s",
    "street_arcs",
    "uniform_speed_mps",
]

MODE_KPH: Final[Mapping[TravelMode, float]] = MappingProxyType({TravelMode.WALK: 4.32, TravelMode.EBIKE: 15.0})
"""Speeds that do not depend on the street: walking 1.2 m/s, e-bike 15 km/h."""

CAR_KPH: Final[Mapping[str, float]] = MappingProxyType(
    {
        "motorway": 90.0,
        "motorway_link": 50.0,
        "trunk": 60.0,
        "trunk_link": 40.0,
        "primary": 50.0,
        "primary_link": 35.0,
        "secondary": 40.0,
        "secondary_link": 30.0,
        "tertiary": 35.0,
        "tertiary_link": 30.0,
        "unclassified": 30.0,
        "residential": 25.0,
        "living_street": 10.0,
        "service": 15.0,
        "track": 15.0,
        "road": 30.0,
        "busway": 30.0,
    }
)
"""Speeds of a patrol car by class of street, km/h: what is reached in town, lights and turns included."""

CAR_KPH_UNKNOWN: Final = 30.0
"""Speed of a car where the class is not known and no limit is given, km/h."""

_NOT_BUILT: Final = frozenset({"construction", "proposed", "planned", "abandoned", "razed", "disused", "dismantled"})
_ON_FOOT: Final = frozenset({"footway", "pedestrian", "steps", "corridor", "elevator", "platform", "bridleway"})

CLOSED_CLASSES: Final[Mapping[TravelMode, frozenset[str]]] = MappingProxyType(
    {
        TravelMode.WALK: _NOT_BUILT | {"motorway", "motorway_link", "busway", "bus_guideway", "raceway"},
        TravelMode.EBIKE: _NOT_BUILT | _ON_FOOT | {"motorway", "motorway_link", "busway", "bus_guideway", "raceway"},
        TravelMode.CAR: _NOT_BUILT | _ON_FOOT | {"cycleway", "path", "bus_guideway", "raceway"},
    }
)
"""Classes of street that a mode may not use."""

CLOSED_ACCESS: Final[Mapping[TravelMode, frozenset[str]]] = MappingProxyType(
    {
        TravelMode.WALK: frozenset({"no"}),
        TravelMode.EBIKE: frozenset({"no", "foot"}),
        TravelMode.CAR: frozenset({"no", "foot", "bicycle", "private"}),
    }
)
"""Values of ``access`` with which a street is closed to a mode: a car stops at a private gate, a patrol on foot is let in."""

_KPH_PER_MPS: Final = 3.6


@dataclass(frozen=True, eq=False)
class Arcs:
    """
    The directed arcs of a graph for one mode, as a compressed sparse matrix.

    Parameters
    ----------
    matrix : scipy.sparse.csr_array, shape (n, n)
        Seconds from node to node along the quickest edge between them; loops left out. Zeros are stored.
    edge : numpy.ndarray of int32, shape (a,)
        The edge of each arc, in the order of ``matrix.indices``.
    forward : numpy.ndarray of bool, shape (a,)
        Whether the arc runs from u to v of its edge.
    key : numpy.ndarray of int64, shape (a,)
        ``tail * n + head`` of each arc, ascending.
    """

    matrix: csr_array
    edge: NDArray[np.int32]
    forward: NDArray[np.bool_]
    key: NDArray[np.int64]


def allowed(graph: StreetGraph, mode: TravelMode) -> NDArray[np.bool_]:
    """
    Tell which edges a mode may use at all.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    mode : TravelMode
        How the team moves.

    Returns
    -------
    numpy.ndarray of bool, shape (m,)
        False for the classes of `CLOSED_CLASSES` and the values of ``access`` in `CLOSED_ACCESS`.
    """
    wanted = TravelMode(mode)
    closed = graph.edges["highway"].isin(CLOSED_CLASSES[wanted]) | graph.edges["access"].isin(CLOSED_ACCESS[wanted])
    result: NDArray[np.bool_] = ~closed.to_numpy(dtype=bool)
    return result


def uniform_speed_mps(graph: StreetGraph, mode: TravelMode, speed_kph: float | None = None) -> float | None:
    """
    Tell the one speed that holds on all edges, if there is one.

    Parameters
    ----------
    graph : StreetGraph
        The streets; they do not matter so far, since only cars drive by class.
    mode : TravelMode
        How the team moves.
    speed_kph : float or None
        A given speed, km/h; None for that of the mode.

    Returns
    -------
    float or None
        Metres a second; None for a car without a given speed.

    Raises
    ------
    InputError
        If the given speed is no number above 0.
    """
    del graph
    wanted = MODE_KPH.get(TravelMode(mode)) if speed_kph is None else speed_kph
    if wanted is None:
        return None
    if not (np.isfinite(wanted) and wanted > 0):
        raise InputError(
            N_("A speed of {speed_kph} km/h cannot be used."),
            remedy=N_("Give a number above 0."),
            speed_kph=speed_kph,
        )
    return float(wanted) / _KPH_PER_MPS


def edge_travel_s(graph: StreetGraph, mode: TravelMode, speed_kph: float | None = None) -> NDArray[np.float64]:
    """
    Compute the travel time of each edge in both directions.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    mode : TravelMode
        Walkers ignore one-way; cars and e-bikes obey it.
    speed_kph : float or None
        One speed for all edges, km/h. None: 1.2 m/s on foot, 15 km/h by e-bike, and by car the time that a table gave,
        else the lower of `CAR_KPH` and the speed limit.

    Returns
    -------
    numpy.ndarray of float64, shape (m, 2)
        Seconds from u to v and from v to u; infinity where the mode may not go.
    """
    speed_mps = uniform_speed_mps(graph, mode, speed_kph)
    one_way_s = graph.edge_length_m / speed_mps if speed_mps is not None else _car_s(graph)
    one_way_s = np.where(allowed(graph, mode), one_way_s, np.inf)
    both = np.column_stack([one_way_s, one_way_s])
    if TravelMode(mode) is not TravelMode.WALK:
        both[graph.edge_oneway < 0, 0] = np.inf
        both[graph.edge_oneway > 0, 1] = np.inf
    return both


def _car_s(graph: StreetGraph) -> NDArray[np.float64]:
    by_class = graph.edges["highway"].map(dict(CAR_KPH)).to_numpy(dtype=np.float64, na_value=np.nan)
    limit = graph.edges["maxspeed_kph"].to_numpy(dtype=np.float64, na_value=np.nan)
    limit = np.where(limit > 0, limit, np.nan)
    speed = np.fmin(by_class, limit)
    speed = np.where(np.isnan(speed), CAR_KPH_UNKNOWN, speed)
    given = graph.edges["travel_s"].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(given) & (given >= 0), given, graph.edge_length_m * _KPH_PER_MPS / speed)


def street_arcs(graph: StreetGraph, travel_s: NDArray[np.float64]) -> Arcs:
    """
    Make the arcs that searches run on.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    travel_s : numpy.ndarray of float64, shape (m, 2)
        As from `edge_travel_s`.

    Returns
    -------
    Arcs
        One arc for each ordered pair of joined nodes: of parallel edges the quickest, of equal ones the first.
    """
    from scipy.sparse import csr_array

    count = graph.node_count
    numbers = np.arange(graph.edge_count, dtype=np.int32)
    tail = np.concatenate([graph.edge_u, graph.edge_v]).astype(np.int64)
    head = np.concatenate([graph.edge_v, graph.edge_u]).astype(np.int64)
    cost = np.concatenate([travel_s[:, 0], travel_s[:, 1]])
    edge = np.concatenate([numbers, numbers])
    usable = np.flatnonzero(np.isfinite(cost) & (tail != head))
    key = tail[usable] * count + head[usable]
    order = np.lexsort((edge[usable], cost[usable], key))
    key, usable = key[order], usable[order]
    first = np.ones(len(key), dtype=bool)
    first[1:] = key[1:] != key[:-1]
    key, usable = key[first], usable[first]
    indptr = np.searchsorted(tail[usable], np.arange(count + 1)).astype(np.int32)
    matrix = csr_array((cost[usable], head[usable].astype(np.int32), indptr), shape=(count, count))
    return Arcs(matrix, edge[usable], usable < graph.edge_count, key)
