"""Coverage, placement, districts and drills in JSON and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from patrolmap.cli.console import Answer
from patrolmap.cli.geometry import geojson
from patrolmap.i18n import tr
from patrolmap.rings.districting import imbalance

if TYPE_CHECKING:
    from patrolmap.model.frame import SpatialFrame
    from patrolmap.rings.districting import Imbalance
    from patrolmap.services.rings_cover import Coverage, DistrictPlan, PostPlan
    from patrolmap.services.rings_demand import PostSites
    from patrolmap.services.rings_drills import BlockadeDrill, PursuitDrill
    from patrolmap.streets.network import StreetGraph

__all__ = ["blockade_answer", "coverage_answer", "district_answer", "place_answer", "pursuit_answer"]


def coverage_answer(found: Coverage, graph: StreetGraph, frame: SpatialFrame) -> Answer:
    """
    Tell coverage.

    Parameters
    ----------
    found : Coverage
        What posts reach.
    graph : StreetGraph
        The streets.
    frame : SpatialFrame
        The frame of the project.

    Returns
    -------
    Answer
        The answer of ``rings coverage``.
    """
    late = found.node_s > found.minutes[-1] * 60 + 1e-6
    data: dict[str, Any] = {
        "minutes": list(found.minutes),
        "posts": list(found.posts.names),
        "posts_left_out": list(found.posts.lost),
        "coverage": [
            {
                "what": row.what,
                "by": row.by,
                "group": row.group,
                "minutes": row.minutes,
                "reached": row.reached,
                "total": row.total,
                "share": row.share,
            }
            for row in found.rows
        ],
        "uncovered_sites": [{"site_id": name, "seconds": _seconds(seconds)} for name, seconds in found.uncovered_sites],
        "uncovered_junctions": [str(one) for one in graph.node_id[late]],
        "junctions": [
            {"node_id": str(name), **_post(found.posts, post), "seconds": _seconds(seconds)}
            for name, post, seconds in zip(graph.node_id, found.nearest, found.node_s, strict=True)
        ],
        "isochrones": [
            {"minutes": limit, "geometry": geojson(area, frame)}
            for limit, area in zip(found.minutes, found.areas, strict=False)
        ],
    }
    titles = {
        "sites": tr("sites"),
        "street_length_m": tr("street length"),
        "incidents": tr("incidents"),
        "households": tr("households"),
        "junctions": tr("junctions"),
    }
    lines = [
        tr(
            "{minutes} min: {share} of {what}",
            minutes=f"{row.minutes:g}",
            share=f"{row.share:.1%}",
            what=titles[row.what],
        )
        for row in found.rows
        if row.by == "all" and row.share is not None
    ]
    lines.append(
        tr(
            "Not reached: {sites} {sites:site|sites}, {junctions} {junctions:junction|junctions}.",
            sites=len(found.uncovered_sites),
            junctions=int(late.sum()),
        )
    )
    return Answer(data, tuple(lines))


def place_answer(found: PostPlan, graph: StreetGraph, frame: SpatialFrame) -> Answer:
    """
    Tell where new posts go.

    Parameters
    ----------
    found : PostPlan
        The plan.
    graph : StreetGraph
        The streets.
    frame : SpatialFrame
        The frame of the project.

    Returns
    -------
    Answer
        The answer of ``rings place``.
    """
    names = [str(graph.node_id[node]) for node in found.nodes]
    data = {
        "count": len(names),
        "places": [
            {"node_id": name, "geometry": geojson(shapely.Point(graph.node_xy[node]), frame)}
            for name, node in zip(names, found.nodes, strict=True)
        ],
        "posts_kept": list(found.kept.names) if found.kept is not None else [],
        "demand_total": found.total,
        "demand_covered_before": found.covered_before,
        "demand_covered_after": found.covered_after,
        "objective": found.placement.value,
        "bound": found.placement.bound,
        "gap": found.placement.gap,
        "proven_optimal": found.placement.gap == 0,
        "uncoverable_junctions": [str(graph.node_id[node]) for node in found.placement.uncoverable],
    }
    share = found.covered_after / found.total if found.total else 1.0
    lines = (
        tr("{count} new {count:post|posts}: {places}", count=len(names), places=list(names)),
        tr(
            "Demand reached in time: {after} of {total} ({share}); before: {before}.",
            after=f"{found.covered_after:g}",
            total=f"{found.total:g}",
            share=f"{share:.1%}",
            before=f"{found.covered_before:g}",
        ),
        tr("Proven optimal.")
        if found.placement.gap == 0
        else tr("At most {gap} from the optimum.", gap=f"{found.placement.gap:.2%}"),
    )
    return Answer(data, lines)


def district_answer(found: DistrictPlan, graph: StreetGraph) -> Answer:
    """
    Tell which post answers for what.

    Parameters
    ----------
    found : DistrictPlan
        The division.
    graph : StreetGraph
        The streets.

    Returns
    -------
    Answer
        The answer of ``rings district``.
    """
    parts, names = found.districts, found.posts.names
    late = set(parts.late.tolist())
    now, nearest = imbalance(parts.load), imbalance(parts.nearest_load)
    late_names = [str(graph.node_id[node]) for node in parts.late]
    data = {
        "junctions": [
            {
                "node_id": str(graph.node_id[node]),
                **_post(found.posts, post),
                "seconds": _seconds(parts.seconds[node]),
                "late": node in late,
            }
            for node, post in enumerate(parts.post.tolist())
        ],
        "posts": [
            {
                **_post(found.posts, place),
                "load": float(parts.load[place]),
                "load_if_nearest": float(parts.nearest_load[place]),
                "junctions": int((parts.post == place).sum()),
                "longest_s": _seconds(parts.seconds[parts.post == place].max(initial=0.0)),
            }
            for place in range(len(names))
        ],
        "late_junctions": late_names,
        "imbalance": _imbalance(now),
        "imbalance_if_nearest": _imbalance(nearest),
        "greatest_load_bound": parts.most_bound,
        "proven_optimal": parts.proven,
    }
    lines = [
        tr(
            "{posts} {posts:post|posts}; greatest load {most} (nearest post: {before}), variation {deviation} (nearest post: {was}).",
            posts=len(names),
            most=f"{now.most:g}",
            before=f"{nearest.most:g}",
            deviation=f"{now.deviation:.2f}",
            was=f"{nearest.deviation:.2f}",
        ),
        tr("Not reached in time: {junctions}", junctions=list(late_names)),
    ]
    return Answer(data, tuple(lines))


def blockade_answer(found: BlockadeDrill, graph: StreetGraph) -> Answer:
    """
    Tell a blockade.

    Parameters
    ----------
    found : BlockadeDrill
        The drill.
    graph : StreetGraph
        The streets.

    Returns
    -------
    Answer
        The answer of ``rings drill blockade``.
    """
    blockade = found.blockade
    rows = [
        {
            "exit": str(graph.node_id[node]),
            **_post(found.posts, team),
            "arrival_s": _seconds(arrival),
        }
        for node, team, arrival in zip(found.exits, blockade.team.tolist(), blockade.arrival_s, strict=True)
    ]
    left = [row["exit"] for row in rows if row["post"] is None]
    data = {
        "closed": blockade.closed,
        "worst_arrival_s": _seconds(blockade.worst_s),
        "sum_arrival_s": _seconds(blockade.sum_s),
        "open_exits": left,
        "assignment": rows,
    }
    lines = [
        tr(
            "Closed after {worst} s; sum of arrivals {total} s.",
            worst=f"{blockade.worst_s:.1f}",
            total=f"{blockade.sum_s:.1f}",
        )
        if blockade.closed
        else tr("Cannot be closed: {count} {count:exit stays|exits stay} open.", count=len(left))
    ]
    lines += [
        tr("exit {exit}: {post} in {seconds} s", exit=row["exit"], post=row["post"], seconds=f"{row['arrival_s']:.1f}")
        for row in rows
        if row["post"] is not None
    ]
    return Answer(data, tuple(lines))


def pursuit_answer(found: PursuitDrill, graph: StreetGraph) -> Answer:
    """
    Tell a pursuit.

    Parameters
    ----------
    found : PursuitDrill
        The drill.
    graph : StreetGraph
        The streets.

    Returns
    -------
    Answer
        The answer of ``rings drill pursuit``.
    """
    data: dict[str, Any] = {
        "from": str(graph.node_id[found.start]),
        "possible": None if found.status == "timed_out" else found.cordon is not None,
        "status": found.status,
        "outside": found.outside_kind,
        "ring": found.ring or None,
        "rings_that_cannot_be_closed": list(found.failed_rings),
        "rings_without_answer": [ring for ring in found.undecided_rings if ring],
    }
    lines = [tr("Cannot be closed inside ring {ring}.", ring=ring) for ring in found.failed_rings]
    lines += [tr("No answer for ring {ring} in the time given.", ring=ring) for ring in found.undecided_rings if ring]
    if found.status == "timed_out":
        return Answer(data, (*lines, tr("The time ended before an answer: allow more with --time-limit-s.")))
    if found.cordon is None:
        return Answer(data, (*lines, tr("No cordon is possible: some way out is always reached first.")))
    cordon = found.cordon
    rows = [
        {
            "node_id": str(graph.node_id[node]),
            **_post(found.posts, team),
            "arrival_s": _seconds(arrival),
            "pursued_s": _seconds(pursued),
            "margin_s": _seconds(pursued - arrival),
        }
        for node, team, arrival, pursued in zip(
            cordon.node.tolist(), cordon.team.tolist(), cordon.arrival_s, cordon.pursued_s, strict=True
        )
    ]
    least = min((row["margin_s"] for row in rows), default=None)
    data |= {
        "least_margin_s": least,
        "least_margin_bound_s": _seconds(cordon.best_margin_s),
        "proven_optimal": cordon.proven,
        "smallest_area": cordon.smallest,
        "length_inside_m": round(found.length_inside_m, 1),
        "last_arrival_s": _seconds(cordon.arrival_s.max(initial=0.0)),
        "cordon": rows,
        "junctions_inside": [str(graph.node_id[node]) for node in np.flatnonzero(cordon.inside)],
    }
    lines.append(
        tr(
            "A cordon of {count} {count:junction|junctions}; least margin {margin} s.",
            count=len(rows),
            margin="-" if least is None else f"{least:.1f}",
        )
    )
    if found.status == "found":
        lines.append(tr("The best found in the time given; not proven best."))
    lines += [
        tr(
            "{node}: {post} in {seconds} s, margin {margin} s",
            node=row["node_id"],
            post=row["post"],
            seconds=f"{row['arrival_s']:.1f}",
            margin=f"{row['margin_s']:.1f}",
        )
        for row in rows
    ]
    return Answer(data, tuple(lines))


def _post(posts: PostSites, post: int) -> dict[str, Any]:
    """Name a post, and its junction as other junctions are named if it was given by one."""
    if post < 0:
        return {"post": None, "post_node_id": None}
    return {"post": posts.names[post], "post_node_id": posts.node_id(post)}


def _imbalance(found: Imbalance) -> dict[str, float]:
    return {
        "greatest": found.most,
        "least": found.least,
        "mean": found.mean,
        "coefficient_of_variation": found.deviation,
    }


def _seconds(value: float) -> float:
    """Leave out the noise of sums below a microsecond."""
    return round(float(value), 6)
