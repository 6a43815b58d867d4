"""Coverage, placement, districts and blocks as tables and marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.messages import N_, Message
from patrolmap.model.kinds import RINGS_OUTSIDE_IN, ring_title
from patrolmap.model.layers import BLOCK_STATES
from patrolmap.model.style import SITE_TITLES
from patrolmap.rings.districting import imbalance
from patrolmap.services.ring_views import (
    Mark,
    RingTable,
    RingView,
    TableRow,
    junction_cells,
    minutes_text,
    post_names,
    site_names,
)
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.project.store import ProjectStore
    from patrolmap.rings.coverage import CoverageRow
    from patrolmap.services.ring_views import Cell
    from patrolmap.services.rings_blocks import RingBlock
    from patrolmap.services.rings_cover import Coverage, DistrictPlan, PostPlan
    from patrolmap.services.rings_demand import PostSites
    from patrolmap.streets.network import StreetGraph

__all__ = ["blocks_view", "coverage_view", "districts_view", "kept_blocks_view", "placement_view"]

WHAT_TITLES: Final = {
    "sites": N_("Sites"),
    "street_length_m": N_("Street length"),
    "incidents": N_("Incidents"),
    "households": N_("Households"),
    "junctions": N_("Junctions"),
}
_MOST_ROWS: Final = 500


def coverage_view(project: ProjectStore, found: Coverage) -> RingView:
    """
    Show what posts reach.

    Parameters
    ----------
    project : ProjectStore
        The project.
    found : Coverage
        The answer.

    Returns
    -------
    RingView
        Shares by ring and class, the sites and junctions that are not reached, and the isochrones.
    """
    graph, limit_s = street_graph(project), found.minutes[-1] * 60
    late = np.flatnonzero(~(found.node_s <= limit_s + 1e-6))
    late = late[np.argsort(-found.node_s[late], kind="stable")]
    sites = _late_sites(project, found)
    columns = (N_("What"), N_("Ring or class"), N_("Minutes"), N_("Share"), N_("Reached"), N_("Of"))
    junctions = tuple(
        TableRow(f"junction-{node}", (name, minutes_text(found.node_s[node])), shapely.Point(graph.node_xy[node]))
        for node, name in zip(late[:_MOST_ROWS], junction_cells(graph, late[:_MOST_ROWS]), strict=True)
    )
    tables = (
        RingTable(N_("Share reached"), columns, tuple(_share_row(row) for row in found.rows if row.total)),
        RingTable(N_("Sites not reached in time"), (N_("Site"), N_("Time (min:s)")), sites),
        RingTable(N_("Junctions not reached in time"), (N_("Junction"), N_("Time (min:s)")), junctions),
    )
    pictures = list(zip(found.minutes, found.areas, strict=False))
    marks = [
        Mark("", "reach", area, Message(N_("Reached in {minutes} min"), {"minutes": f"{limit:g}"}), min(rank, 2))
        for rank, (limit, area) in reversed(list(enumerate(pictures)))
        if not area.is_empty
    ]
    marks += [
        Mark(row.key, "late", row.geometry, Message("{name}", {"name": row.cells[0]}))
        for row in sites
        if row.geometry is not None
    ]
    words = Message(
        N_(
            "{posts} {posts:post|posts}. Not reached in {minutes} min: {sites} {sites:site|sites}, {junctions} {junctions:junction|junctions}."
        ),
        {"posts": len(found.posts), "minutes": f"{found.minutes[-1]:g}", "sites": len(sites), "junctions": len(late)},
    )
    return RingView(words, not sites and not len(late), _lost(found.posts), tables, tuple(marks))


def placement_view(project: ProjectStore, found: PostPlan) -> RingView:
    """
    Show where new posts go.

    Parameters
    ----------
    project : ProjectStore
        The project.
    found : PostPlan
        The answer.

    Returns
    -------
    RingView
        The places, how far the answer is from the optimum at most, and what nothing reaches.
    """
    graph = street_graph(project)
    names = junction_cells(graph, found.nodes)
    rows = tuple(
        TableRow(f"place-{node}", (number, name), shapely.Point(graph.node_xy[node]))
        for number, (node, name) in enumerate(zip(found.nodes.tolist(), names, strict=True), 1)
    )
    share = found.covered_after / found.total if found.total else 1.0
    lines = [
        Message(N_("Proven optimal: no other choice is better."))
        if found.placement.gap == 0
        else Message(N_("At most {gap} from the optimum."), {"gap": f"{found.placement.gap:.2%}"})
    ]
    if len(found.placement.uncoverable):
        words = Message(
            N_("{count} {count:junction|junctions} cannot be reached from any place."),
            {"count": len(found.placement.uncoverable)},
        )
        lines.append(words)
    headline = Message(
        N_("{count} new {count:post reaches|posts reach} {share} of the demand in time; before: {before}."),
        {
            "count": len(rows),
            "share": f"{share:.1%}",
            "before": f"{found.covered_before / found.total if found.total else 1.0:.1%}",
        },
    )
    marks = tuple(
        Mark(row.key, "place", row.geometry, Message(N_("New post: {name}"), {"name": row.cells[1]}))
        for row in rows
        if row.geometry is not None
    )
    table = RingTable(N_("New posts"), (N_("No."), N_("Junction")), rows)
    return RingView(headline, found.placement.gap == 0, tuple(lines), (table,), marks)


def districts_view(project: ProjectStore, found: DistrictPlan) -> RingView:
    """
    Show which post answers for what.

    Parameters
    ----------
    project : ProjectStore
        The project.
    found : DistrictPlan
        The answer.

    Returns
    -------
    RingView
        Loads, the measure of imbalance, junctions that no post reaches in time, and the streets of each post.
    """
    graph, parts = street_graph(project), found.districts
    names = post_names(project, found.posts)
    now, nearest = imbalance(parts.load), imbalance(parts.nearest_load)
    streets = _district_streets(graph, parts.post, len(names))
    colours = _colours(graph, parts.post, len(names))
    rows, marks = [], []
    for place, name in enumerate(names):
        mine = parts.post == place
        values = (
            name,
            round(float(parts.load[place]), 2),
            round(float(parts.nearest_load[place]), 2),
            int(mine.sum()),
            minutes_text(float(parts.seconds[mine].max(initial=0.0))),
        )
        key, spot = f"district-{place}", shapely.Point(found.posts.places.xy[place])
        rows.append(TableRow(key, values, spot if streets[place].is_empty else streets[place]))
        popup = ((N_("Load"), values[1]), (N_("Junctions"), values[3]), (N_("Longest (min:s)"), values[4]))
        title = Message(N_("District of {post}"), {"post": name})
        if not streets[place].is_empty:
            marks.append(Mark(key, "district", streets[place], title, int(colours[place]), popup))
        marks.append(Mark(key, "post", spot, Message("{name}", {"name": name}), int(colours[place])))
    late = tuple(
        TableRow(f"late-{node}", (name, minutes_text(parts.seconds[node])), shapely.Point(graph.node_xy[node]))
        for node, name in zip(parts.late.tolist(), junction_cells(graph, parts.late), strict=True)
    )
    columns = (N_("Post"), N_("Load"), N_("If nearest"), N_("Junctions"), N_("Longest (min:s)"))
    headline = Message(
        N_("Imbalance {now} (nearest post: {was}); greatest load {most}, mean {mean}."),
        {
            "now": f"{now.deviation:.2f}",
            "was": f"{nearest.deviation:.2f}",
            "most": f"{now.most:g}",
            "mean": f"{now.mean:.1f}",
        },
    )
    if parts.proven:
        proof = Message(N_("Proven: no division within the time has a smaller greatest load."))
    elif parts.most_bound > 0:
        words = N_("No division within the time has a greatest load below {bound}.")
        proof = Message(words, {"bound": f"{parts.most_bound:g}"})
    else:
        proof = Message(N_("The search ended before it knew how good a division can be: allow it more time."))
    rows.sort(key=lambda row: -float(str(row.cells[1])))
    tables = (
        RingTable(N_("Districts"), columns, tuple(rows)),
        RingTable(N_("Junctions not reached in time"), (N_("Junction"), N_("Time (min:s)")), late),
    )
    return RingView(headline, not late, (proof, *_lost(found.posts)), tables, tuple(marks))


def blocks_view(project: ProjectStore, found: tuple[RingBlock, ...]) -> RingView:
    """
    Show blocks.

    Parameters
    ----------
    project : ProjectStore
        The project.
    found : tuple of RingBlock
        The answer.

    Returns
    -------
    RingView
        Entrances, controlled share, sites and incidents of each block; colours by controlled share.
    """
    facts = [
        _BlockFacts(
            one.block.block_id,
            one.ring,
            one.block.area,
            one.block.area_m2,
            len(one.block.entrances),
            one.block.controlled_entrances,
            one.block.rank,
            one.site_ids,
            one.incidents,
        )
        for one in found
    ]
    return _blocks_view(project, facts)


def kept_blocks_view(project: ProjectStore) -> RingView:
    """
    Show the blocks that the project keeps.

    Parameters
    ----------
    project : ProjectStore
        The project.

    Returns
    -------
    RingView
        As `blocks_view`, without computing them again.
    """
    order = [kind.value for kind in RINGS_OUTSIDE_IN]
    rows = project.metric_layer("blocks").to_dict("records")
    rows.sort(key=lambda row: (order.index(row["ring"]) if row["ring"] in order else len(order), row["block_id"]))
    facts = [
        _BlockFacts(
            str(row["block_id"]),
            str(row["ring"]),
            row["geometry"],
            float(row["area_m2"]),
            int(row["entrances"]),
            int(row["controlled_entrances"]),
            BLOCK_STATES.index(row["held"]),
            tuple(one for one in str(row["site_ids"] or "").split(", ") if one),
            int(row["incidents"]),
        )
        for row in rows
    ]
    return _blocks_view(project, facts)


@dataclass(frozen=True, eq=False)
class _BlockFacts:
    """What is shown of a block, computed now or kept."""

    block_id: str
    ring: str
    area: shapely.Geometry
    area_m2: float
    entrances: int
    controlled: int
    rank: int
    site_ids: tuple[str, ...]
    incidents: int


def _blocks_view(project: ProjectStore, found: Sequence[_BlockFacts]) -> RingView:
    names, rows, marks, inner = site_names(project), [], [], _inner_rings(found)
    for one in found:
        name = _block_name(one)
        values: tuple[Cell, ...] = (
            name,
            round(one.area_m2 / 10_000, 1),
            one.entrances,
            one.controlled,
            f"{one.controlled / one.entrances:.0%}" if one.entrances else "–",
            len(one.site_ids),
            one.incidents,
        )
        rows.append(TableRow(one.block_id, values, one.area))
        popup = (*zip(_BLOCK_COLUMNS[1:], values[1:], strict=True), (N_("Which sites"), _some(one.site_ids, names)))
        title = Message(N_("Block {block}"), {"block": name})
        seen = shapely.difference(one.area, inner[one.ring])
        marks.append(Mark(one.block_id, "block", seen, title, one.rank, popup))
    full = sum(mark.rank == 2 for mark in marks)
    headline = Message(
        N_("{count} {count:block|blocks}; {full} of them {full:has|have} somebody at every entrance."),
        {"count": len(rows), "full": full},
    )
    table = RingTable(N_("Blocks"), _BLOCK_COLUMNS, tuple(rows))
    return RingView(headline, full == len(rows), (), (table,), tuple(marks))


_BLOCK_COLUMNS: Final = (
    N_("Block"), N_("Hectares"), N_("Entrances"), N_("Controlled"), N_("Share"), N_("Sites"), N_("Incidents"),
)  # fmt: skip


def _block_name(one: _BlockFacts) -> Message:
    """Name a block by its ring and number; one with an id of its own by that."""
    ring, _, number = one.block_id.rpartition("-block-")
    if ring != one.ring or not number.isdecimal():
        return Message("{name}", {"name": one.block_id})
    return Message(N_("{ring}, {number}"), {"ring": ring_title(ring), "number": int(number)})


def _inner_rings(found: Sequence[_BlockFacts]) -> dict[str, shapely.Geometry]:
    """Unite for each ring what later, inner rings cover: their blocks are drawn there instead."""
    inner: dict[str, shapely.Geometry] = {}
    covered = shapely.MultiPolygon()
    for ring in reversed(list(dict.fromkeys(one.ring for one in found))):
        inner[ring] = covered
        covered = shapely.union_all([covered, *(one.area for one in found if one.ring == ring)])
    return inner


def _some(site_ids: tuple[str, ...], names: dict[str, str]) -> Message:
    shown = [names.get(one, one) for one in site_ids[:5]]
    return Message("{sites}", {"sites": [*shown, "…"] if len(site_ids) > 5 else shown})


def _lost(posts: PostSites) -> tuple[Message, ...]:
    if not posts.lost:
        return ()
    values = {"count": len(posts.lost), "posts": list(posts.lost[:8])}
    return (Message(N_("{count} {count:post is|posts are} too far from every street and left out: {posts}"), values),)


def _share_row(row: CoverageRow) -> TableRow:
    if row.by == "ring":
        group: Cell = Message(N_("Outside all rings")) if row.group == "outside" else ring_title(row.group)
    elif row.by == "class":
        group = Message(SITE_TITLES[row.group]) if row.group in SITE_TITLES else row.group or "–"  # type: ignore[index]
    else:
        group = Message(N_("All"))
    metres = row.what == "street_length_m"
    reached, total = (round(value / 1000, 1) if metres else round(value, 1) for value in (row.reached, row.total))
    what = Message(N_("Street length, km")) if metres else Message(WHAT_TITLES[row.what])
    values: tuple[Cell, ...] = (
        what,
        group,
        f"{row.minutes:g}",
        f"{row.share or 0:.1%}",
        _whole(reached),
        _whole(total),
    )
    return TableRow(f"share-{row.what}-{row.by}-{row.group}-{row.minutes}", values)


def _whole(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _late_sites(project: ProjectStore, found: Coverage) -> tuple[TableRow, ...]:
    sites = project.metric_layer("sites")
    spots = dict(zip(sites["site_id"].astype(str), sites.geometry, strict=True))
    names = site_names(project)
    return tuple(
        TableRow(f"site-{name}", (names.get(name, name), minutes_text(seconds)), spots.get(name))
        for name, seconds in found.uncovered_sites
    )


def _district_streets(graph: StreetGraph, post: np.ndarray, count: int) -> list[shapely.Geometry]:
    """Gather the streets whose two ends belong to the same post; streets between districts belong to neither."""
    own = np.where(post[graph.edge_u] == post[graph.edge_v], post[graph.edge_u], -1)
    return [shapely.MultiLineString(list(graph.edge_geometry[own == place])) for place in range(count)]


def _colours(graph: StreetGraph, post: np.ndarray, count: int) -> np.ndarray:
    """Give neighbours different colours: each takes the first that no neighbour has."""
    u, v = post[graph.edge_u], post[graph.edge_v]
    touching = (u != v) & (u >= 0) & (v >= 0)
    near: list[set[int]] = [set() for _ in range(count)]
    for one, other in zip(u[touching].tolist(), v[touching].tolist(), strict=True):
        near[one].add(other)
        near[other].add(one)
    colour = np.full(count, -1)
    for place in range(count):
        used = {int(colour[other]) for other in near[place]}
        colour[place] = next(one for one in range(count + 1) if one not in used)
    return colour
