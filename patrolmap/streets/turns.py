"""Turn lists: what to do at each junction, by street names and bearings."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.model.plan import Turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.streets.network import StreetGraph
    from patrolmap.streets.paths import StreetPath

__all__ = ["turn_action", "turn_list"]

_SIGHT_M: Final = 20.0
"""Bearings are taken over this stretch before and behind a junction, so that a kerb's bend does not count."""

_CONNECTOR_M: Final = 15.0
"""An unnamed piece up to this length inside a junction is no street of its own."""

_MEDIAN_M: Final = 40.0
"""A piece up to this length between both carriageways of one street makes a U-turn."""

_BENDS_ALONG_DEG: Final = 45.0
_STEPS: Final = ((20.0, ""), (60.0, "slight_"), (120.0, "side"), (160.0, "sharp_"))


@dataclass(frozen=True)
class _Step:
    """A stretch on one street."""

    street: str
    highway: str
    length_m: float
    heading_in_deg: float
    heading_out_deg: float
    roundabout: bool
    choice: bool
    """Whether there is another way at its start than the one back."""
    action: str = ""


def turn_action(change_deg: float) -> str:
    """
    Name a change of direction.

    Parameters
    ----------
    change_deg : float
        New bearing less old bearing, degrees, any number of full turns.

    Returns
    -------
    str
        ``straight`` under 20°, ``slight_`` under 60°, ``left`` or ``right`` under 120°, ``sharp_`` under 160°, else
        ``u_turn``.
    """
    change = (change_deg + 180.0) % 360.0 - 180.0
    side = "right" if change > 0 else "left"
    for limit, prefix in _STEPS:
        if abs(change) < limit:
            if not prefix:
                return "straight"
            return side if prefix == "side" else prefix + side
    return "u_turn"


def turn_list(graph: StreetGraph, path: StreetPath) -> tuple[Turn, ...]:
    """
    Describe a way for somebody who walks it.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    path : StreetPath
        The way.

    Returns
    -------
    tuple of Turn
        ``depart`` first and ``arrive`` last. Pieces of one street are one line; a roundabout is the turn from its
        entry to its exit. A way of no length is ``depart`` and ``arrive`` only.
    """
    if len(path.edges) == 0:
        return (Turn("depart", "", 0.0, 0.0), Turn("arrive", "", 0.0, 0.0))
    steps = _steps(graph, path)
    steps = _without_roundabouts(steps)
    steps = _without_connectors(steps)
    merged = [steps[0]]
    for step in steps[1:]:
        if _goes_on(merged[-1], step):
            before = merged[-1]
            merged[-1] = replace(before, length_m=before.length_m + step.length_m, heading_out_deg=step.heading_out_deg)
        else:
            merged.append(step)
    turns = [Turn("depart", merged[0].street, merged[0].length_m, merged[0].heading_in_deg)]
    for before, step in itertools.pairwise(merged):
        action = step.action or turn_action(step.heading_in_deg - before.heading_out_deg)
        turns.append(Turn(action, step.street, step.length_m, step.heading_in_deg))
    return (*turns, Turn("arrive", merged[-1].street, 0.0, merged[-1].heading_out_deg))


def _steps(graph: StreetGraph, path: StreetPath) -> list[_Step]:
    names, classes = graph.edges["name"].to_numpy(), graph.edges["highway"].to_numpy()
    circles = graph.edges["roundabout"].to_numpy()
    steps = []
    stretches = zip(path.edges.tolist(), path.share_from.tolist(), path.share_to.tolist(), strict=True)
    for edge, start, end in stretches:
        xy = graph.lines.cut(edge, start, end)
        node = int(graph.edge_u[edge] if end > start else graph.edge_v[edge])
        steps.append(
            _Step(
                street=str(names[edge]),
                highway=str(classes[edge]),
                length_m=float(graph.edge_length_m[edge] * abs(end - start)),
                heading_in_deg=_bearing(xy),
                heading_out_deg=(_bearing(xy[::-1]) + 180.0) % 360.0,
                roundabout=bool(circles[edge]),
                choice=int(graph.degree[node]) > 2,
            )
        )
    return steps


def _bearing(xy: NDArray[np.float64]) -> float:
    """Compute the compass bearing from the first vertex to the place `_SIGHT_M` along the line."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    at = min(_SIGHT_M, float(along[-1]))
    dx, dy = (float(np.interp(at, along, xy[:, axis]) - xy[0, axis]) for axis in (0, 1))
    return float(np.degrees(np.arctan2(dx, dy)) % 360.0)


def _without_roundabouts(steps: list[_Step]) -> list[_Step]:
    """Give the way round to the street behind it, unless the way begins or ends on the roundabout."""
    result: list[_Step] = []
    place = 0
    while place < len(steps):
        end = place
        while end < len(steps) and steps[end].roundabout:
            end += 1
        if place in {0, end} or end == len(steps):
            result.append(steps[place])
            place += 1
            continue
        around_m = sum(step.length_m for step in steps[place:end])
        after = steps[end]
        action = turn_action(after.heading_in_deg - result[-1].heading_out_deg)
        result.append(replace(after, length_m=after.length_m + around_m, choice=True, action=action))
        place = end + 1
    return result


def _without_connectors(steps: list[_Step]) -> list[_Step]:
    """Give short pieces inside junctions to the street behind them, and see U-turns through a median."""
    result: list[_Step] = []
    place = 0
    while place < len(steps):
        step = steps[place]
        inside = 0 < place < len(steps) - 1 and not step.action and not steps[place + 1].action
        if inside and _is_inside_junction(result[-1], step, steps[place + 1]):
            after = steps[place + 1]
            action = turn_action(after.heading_in_deg - result[-1].heading_out_deg)
            result.append(replace(after, length_m=after.length_m + step.length_m, choice=True, action=action))
            place += 2
        else:
            result.append(step)
            place += 1
    return result


def _is_inside_junction(before: _Step, step: _Step, after: _Step) -> bool:
    if before.street and before.street == after.street and step.length_m <= _MEDIAN_M:
        return turn_action(after.heading_in_deg - before.heading_out_deg) == "u_turn"
    return not step.street and bool(before.street or after.street) and step.length_m <= _CONNECTOR_M


def _goes_on(before: _Step, step: _Step) -> bool:
    same = step.street == before.street and (bool(step.street) or step.highway == before.highway)
    action = step.action or turn_action(step.heading_in_deg - before.heading_out_deg)
    if not same or action == "u_turn":
        return False
    change = abs((step.heading_in_deg - before.heading_out_deg + 180.0) % 360.0 - 180.0)
    return not step.choice or change < _BENDS_ALONG_DEG
