"""A drill as orders: which post goes where, by which way, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.plan import Leg
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress
from patrolmap.rings.crossings import find_crossings
from patrolmap.services.geocoding import geocode_texts
from patrolmap.services.ring_views import junction_names, post_names
from patrolmap.services.rings_demand import Travel
from patrolmap.services.rings_drills import BlockadeDrill
from patrolmap.services.rings_reading import read_rings
from patrolmap.services.streets import street_graph
from patrolmap.streets.attach import Attachments, attach_nodes
from patrolmap.streets.paths import legs_for_routes
from patrolmap.streets.turns import turn_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.project.store import ProjectStore
    from patrolmap.services.rings_drills import PursuitDrill

__all__ = ["DrillOrder", "drill_orders", "find_junction", "nearest_junctions", "ring_exits"]

_NEAR_M = 400.0


@dataclass(frozen=True, eq=False)
class DrillOrder:
    """
    What one post is told.

    Parameters
    ----------
    post_id, post : str
        The post and its name.
    start : shapely.Point
        Where it sets out, metric.
    node : int
        The junction to close.
    place : str
        Its name.
    leg : Leg
        The way, with its turns.
    arrival_s : float
        Seconds after the alarm at which the team is there.
    deadline_s : float or None
        Seconds after the alarm at which the pursued can be there; None in a blockade.
    """

    post_id: str
    post: str
    start: shapely.Point
    node: int
    place: str
    leg: Leg
    arrival_s: float
    deadline_s: float | None

    @property
    def margin_s(self) -> float | None:
        """Seconds between arrival and deadline; None without a deadline."""
        return None if self.deadline_s is None else self.deadline_s - self.arrival_s


def drill_orders(
    project: ProjectStore,
    drill: BlockadeDrill | PursuitDrill,
    travel: Travel | None = None,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[DrillOrder, ...]:
    """
    Turn a drill into orders, with the way of each team.

    Parameters
    ----------
    project : ProjectStore
        The project of the drill.
    drill : BlockadeDrill or PursuitDrill
        Its answer.
    travel : Travel or None
        How teams travel, as the drill was asked; None for cars by class of street.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    tuple of DrillOrder
        In the order of the drill's answer; empty without a cordon. Exits that are left open have no order.
    """
    how, graph = travel or Travel(), street_graph(project)
    nodes, teams, arrival_s, deadline_s = _assignment(drill)
    if not len(nodes):
        return ()
    places = _joined(drill.posts.places, attach_nodes(graph, nodes))
    count = len(drill.posts)
    pairs = [(int(team), count + number) for number, team in enumerate(teams.tolist())]
    paths = legs_for_routes(graph, places, pairs, how.mode, speed_kph=how.speed_kph, progress=progress, cancel=cancel)
    names, ids = post_names(project, drill.posts), drill.posts.names
    orders = []
    for number, (path, junction) in enumerate(zip(paths, junction_names(graph, nodes), strict=True)):
        team, start = int(teams[number]), shapely.Point(drill.posts.places.xy[int(teams[number])])
        end = shapely.Point(graph.node_xy[nodes[number]])
        leg = Leg(shapely.LineString([start, end]), 0.0, 0.0)
        if path is not None and path.length_m > 0:
            leg = Leg(path.geometry, float(path.length_m), float(path.travel_s), tuple(turn_list(graph, path)))
        late = None if deadline_s is None else float(deadline_s[number])
        arrival = float(arrival_s[number])
        orders.append(DrillOrder(ids[team], names[team], start, int(nodes[number]), junction, leg, arrival, late))
    return tuple(orders)


def ring_exits(project: ProjectStore, ring: str | None = None, *, only_open: bool = False) -> tuple[int, ...]:
    """
    List the junctions from which a ring's crossings can be closed.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    ring : str or None
        One kind of ring; None for the outermost.
    only_open : bool, default False
        Whether to leave out crossings that somebody controls already.

    Returns
    -------
    tuple of int
        For each crossing the inner end of its street, or the junction that it is; each once.

    Raises
    ------
    InputError
        If there is no such ring, no streets, or no crossing.
    """
    reading = read_rings(project, ring)
    kind = next(iter(reading.areas))
    line = find_crossings(reading.graph, kind, reading.areas[kind], reading.controls)
    side = line.passages.node_side
    found: dict[int, None] = {}
    for crossing in line.crossings:
        if crossing.dips or (only_open and crossing.controlled):
            continue
        ends: tuple[int, ...] = (crossing.node,)
        if crossing.node < 0:
            ends = (int(reading.graph.edge_u[crossing.edge]), int(reading.graph.edge_v[crossing.edge]))
        found[max(ends, key=lambda node: int(side[node]))] = None
    if not found:
        raise InputError(
            N_("No crossing of this ring is left to close."), remedy=N_("Choose another ring, or all its crossings.")
        )
    return tuple(found)


def nearest_junctions(project: ProjectStore, xy: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """
    Find the junctions next to places.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    xy : sequence of (float, float)
        Places, metric.

    Returns
    -------
    tuple of int
        The nearest junction to each.

    Raises
    ------
    InputError
        If a place is more than 400 m from every junction.
    """
    graph = street_graph(project)
    tree = shapely.STRtree(shapely.points(graph.node_xy))
    points = shapely.points(np.asarray(xy, dtype=np.float64).reshape(-1, 2))
    which, node = tree.query_nearest(points, max_distance=_NEAR_M, all_matches=False)
    if len(which) < len(points):
        raise InputError(
            N_("There is no junction within {metres} m of this place."),
            remedy=N_("Choose a place on the streets."),
            metres=int(_NEAR_M),
        )
    return tuple(int(one) for one in node)


def find_junction(
    project: ProjectStore, text: str, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL
) -> int:
    """
    Find the junction that a description means.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    text : str
        Such as ``A街与B路交叉口``, or the name of a site.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    int
        The nearest junction.

    Raises
    ------
    InputError
        If nothing, or more than one place, is meant.
    """
    sites = project.metric_layer("sites")
    named = sites[sites["name"].astype(str).str.strip() == text.strip()]
    if len(named) == 1:
        spot = named.geometry.iloc[0].representative_point()
        return nearest_junctions(project, [(spot.x, spot.y)])[0]
    answer = geocode_texts(project, [text], progress=progress, cancel=cancel).rows[0].answer
    if answer.place is None:
        raise InputError(
            N_("“{text}” was not found, or means more than one place."),
            remedy=N_("Name two streets that cross, such as A街与B路交叉口, or choose the place on the map."),
            text=text,
        )
    return nearest_junctions(project, [(answer.place.x_m, answer.place.y_m)])[0]


def _assignment(
    drill: BlockadeDrill | PursuitDrill,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
    if isinstance(drill, BlockadeDrill):
        held = drill.blockade.team >= 0
        nodes = np.array(drill.exits, dtype=np.int64)
        return nodes[held], drill.blockade.team[held], drill.blockade.arrival_s[held], None
    if drill.cordon is None:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0), np.empty(0)
    return drill.cordon.node, drill.cordon.team, drill.cordon.arrival_s, drill.cordon.pursued_s


def _joined(one: Attachments, other: Attachments) -> Attachments:
    return Attachments(
        np.concatenate([one.edge, other.edge]),
        np.concatenate([one.along_m, other.along_m]),
        np.concatenate([one.distance_m, other.distance_m]),
        np.concatenate([one.xy, other.xy]),
        np.concatenate([one.share, other.share]),
    )
