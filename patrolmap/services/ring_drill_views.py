"""Drills as tables and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ring_title
from patrolmap.services.ring_views import Mark, RingTable, RingView, TableRow, junction_cells, minutes_text
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.project.store import ProjectStore
    from patrolmap.services.ring_orders import DrillOrder
    from patrolmap.services.ring_views import Cell
    from patrolmap.services.rings_drills import BlockadeDrill, PursuitDrill
    from patrolmap.streets.network import StreetGraph

__all__ = ["blockade_view", "pursuit_view"]


def blockade_view(project: ProjectStore, found: BlockadeDrill, orders: Sequence[DrillOrder]) -> RingView:
    """
    Show a blockade.

    Parameters
    ----------
    project : ProjectStore
        The project.
    found : BlockadeDrill
        The answer.
    orders : sequence of DrillOrder
        Who goes where.

    Returns
    -------
    RingView
        Arrivals, the latest first; exits that stay open; the ways of the teams.
    """
    graph = street_graph(project)
    ranked = sorted(orders, key=lambda order: -order.arrival_s)
    columns = (N_("Exit"), N_("Post"), N_("There after (min:s)"), N_("Way, m"))
    rows = [
        TableRow(
            f"order-{one.node}", (one.place, one.post, minutes_text(one.arrival_s), round(one.leg.length_m)), _seen(one)
        )
        for one in ranked
    ]
    held = {order.node for order in orders}
    left = np.array([node for node in found.exits if node not in held], dtype=np.int64)
    opened = [
        TableRow(f"open-{node}", (name,), shapely.Point(graph.node_xy[node]))
        for node, name in zip(left.tolist(), junction_cells(graph, left), strict=True)
    ]
    blockade = found.blockade
    headline = (
        Message(
            N_("All {count} exits are closed after {worst} (min:s)."),
            {"count": len(rows), "worst": minutes_text(blockade.worst_s)},
        )
        if blockade.closed
        else Message(N_("Cannot be closed: {count} {count:exit stays|exits stay} open."), {"count": len(opened)})
    )
    marks = [*_order_marks(ranked, "exit")]
    marks += [
        Mark(row.key, "exit", row.geometry, Message(N_("Open exit: {name}"), {"name": row.cells[0]}), 1)
        for row in opened
        if row.geometry
    ]
    tables = (
        RingTable(N_("Exits that stay open"), (N_("Exit"),), tuple(opened)),
        RingTable(N_("Arrivals"), columns, tuple(rows)),
    )
    return RingView(headline, blockade.closed, (), tables, tuple(marks))


def pursuit_view(project: ProjectStore, found: PursuitDrill, orders: Sequence[DrillOrder]) -> RingView:
    """
    Show a pursuit.

    Parameters
    ----------
    project : ProjectStore
        The project.
    found : PursuitDrill
        The answer.
    orders : sequence of DrillOrder
        Who goes where.

    Returns
    -------
    RingView
        Arrivals with margins, the least first; the streets within the cordon; which rings cannot be closed.
    """
    graph = street_graph(project)
    lines = [
        Message(N_("Cannot be closed inside {ring}; next ring."), {"ring": ring_title(ring)})
        for ring in found.failed_rings
    ]
    lines += [
        Message(N_("No answer for {ring} in the time given."), {"ring": ring_title(ring)})
        for ring in found.undecided_rings
        if ring
    ]
    where = junction_cells(graph, np.array([found.start]))[0]
    begun = Mark(
        "start", "start", shapely.Point(graph.node_xy[found.start]), Message(N_("Left from {place}"), {"place": where})
    )
    if found.cordon is None:
        headline = Message(N_("No cordon is possible: some way out is always reached first."))
        if found.status == "timed_out":
            headline = Message(N_("The time ended before an answer: it is not known whether a cordon is possible."))
        lines.append(Message(N_("Give more posts, a shorter head start, or wider exits, and try again.")))
        return RingView(headline, False, tuple(lines), (), (begun,))
    ranked = sorted(orders, key=lambda order: order.margin_s or 0.0)
    columns = (N_("Junction"), N_("Post"), N_("There after (min:s)"), N_("Pursued there (min:s)"), N_("Margin (min:s)"))
    rows = tuple(TableRow(f"order-{one.node}", _pursuit_cells(one), _seen(one)) for one in ranked)
    inside = _inside_streets(graph, found.cordon.inside)
    least = ranked[0].margin_s if ranked else None
    headline = Message(
        N_("{count} {count:post shuts|posts shut} it in; least margin {margin} (min:s)."),
        {"count": len(rows), "margin": "–" if least is None else minutes_text(least)},
    )
    if found.outside_kind == "ring":
        lines.append(Message(N_("Closed inside {ring}."), {"ring": ring_title(found.ring)}))
    lines.append(
        Message(N_("Proven: no cordon has a better least margin."))
        if found.cordon.proven
        else Message(
            N_("No cordon has a least margin above {bound}."), {"bound": minutes_text(found.cordon.best_margin_s)}
        )
    )
    marks = (
        [Mark("", "flight", inside, Message(N_("Streets that the pursued can be on")))] if not inside.is_empty else []
    )
    marks += [*_order_marks(ranked, "cordon"), begun]
    return RingView(headline, True, tuple(lines), (RingTable(N_("Arrivals"), columns, rows),), tuple(marks))


def _pursuit_cells(order: DrillOrder) -> tuple[Cell, ...]:
    late = "–" if order.deadline_s is None else minutes_text(order.deadline_s)
    margin = "–" if order.margin_s is None else minutes_text(order.margin_s)
    return order.place, order.post, minutes_text(order.arrival_s), late, margin


def _seen(order: DrillOrder) -> shapely.Geometry:
    return order.leg.geometry


def _order_marks(orders: Sequence[DrillOrder], kind: str) -> list[Mark]:
    marks = []
    for order in orders:
        title = Message(N_("{post} → {place}"), {"post": order.post, "place": order.place})
        rows: list[tuple[str, Cell]] = [(N_("There after (min:s)"), minutes_text(order.arrival_s))]
        if order.deadline_s is not None and order.margin_s is not None:
            rows += [
                (N_("Pursued there (min:s)"), minutes_text(order.deadline_s)),
                (N_("Margin (min:s)"), minutes_text(order.margin_s)),
            ]
        if order.leg.length_m > 0:
            marks.append(Mark(f"order-{order.node}", "way", order.leg.geometry, title, 0, tuple(rows)))
        end = shapely.get_point(order.leg.geometry, -1)
        marks.append(Mark(f"order-{order.node}", kind, end, title, 0, tuple(rows)))
    return marks


def _inside_streets(graph: StreetGraph, inside: np.ndarray) -> shapely.Geometry:
    return shapely.MultiLineString(list(graph.edge_geometry[inside[graph.edge_u] & inside[graph.edge_v]]))
