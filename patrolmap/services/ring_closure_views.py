"""Closure, redundancy and depth of defence as tables and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from patrolmap.messages import N_, Message
from patrolmap.services.ring_views import Mark, RingTable, TableRow, site_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.project.store import ProjectStore
    from patrolmap.rings.closure import Closure
    from patrolmap.rings.crossings import Crossing
    from patrolmap.rings.depth import SiteDepth
    from patrolmap.services.ring_views import Cell
    from patrolmap.services.rings import RingAnswer

__all__ = ["closure_lines", "closure_marks", "crossing_rows", "crossings_table", "depth_table"]

UNCROSSED = Message(N_("No street crosses it: see whether it lies where the streets are, and whether they reach it."))
_DIRECTIONS = {"in": N_("in"), "out": N_("out"), "both": N_("both ways"), "none": N_("closed to traffic")}


def crossings_table(answers: Sequence[RingAnswer], names: dict[str, str]) -> RingTable:
    """
    List all crossings with who controls them.

    Parameters
    ----------
    answers : sequence of RingAnswer
        The rings.
    names : dict of str to str
        Names of sites by id.

    Returns
    -------
    RingTable
        Uncontrolled ones first.
    """
    found = [crossing for answer in answers for crossing in answer.line.crossings]
    found.sort(key=lambda one: one.controlled)
    columns = (
        N_("Crossing"), N_("Street"), N_("Class"), N_("Direction"), N_("Controlled by"), N_("Distance, m"),
    )  # fmt: skip
    rows = tuple(
        TableRow(one.crossing_id, tuple(value for _, value in crossing_rows(one, names)), shapely.Point(one.xy))
        for one in found
    )
    return RingTable(N_("Crossings"), columns, rows)


def crossing_rows(crossing: Crossing, names: dict[str, str]) -> tuple[tuple[str, Cell], ...]:
    """
    Tell everything about a crossing.

    Parameters
    ----------
    crossing : Crossing
        The crossing.
    names : dict of str to str
        Names of sites by id.

    Returns
    -------
    tuple of (str, Cell)
        English titles with values.
    """
    guard = crossing.guards[0] if crossing.guards and crossing.controlled else None
    return (
        (N_("Crossing"), crossing.crossing_id),
        (N_("Street"), crossing.name or "–"),
        (N_("Class"), crossing.highway or "–"),
        (N_("Direction"), Message(_DIRECTIONS[crossing.direction])),
        (N_("Controlled by"), Message(N_("nobody")) if guard is None else names.get(guard.site_id, guard.site_id)),
        (N_("Distance, m"), None if guard is None else round(guard.distance_m)),
    )


def closure_lines(closure: Closure, names: dict[str, str], *, crossings: int = 1) -> tuple[Message, ...]:
    """
    Say how strong a closure is.

    Parameters
    ----------
    closure : Closure
        The answer.
    names : dict of str to str
        Names of sites by id.
    crossings : int, default 1
        How many crossings there are; a ring without any is closed only because no street meets it.

    Returns
    -------
    tuple of Message
        How many checkpoints may fail and which are the weakest, and today's posts beside the fewest possible.
    """
    weak, posts = closure.weakness, closure.posts
    lines = []
    if not crossings:
        lines.append(UNCROSSED)
    if weak.failures_to_open is None:
        lines.append(Message(N_("There is no way in, even without any checkpoint.")))
    elif weak.failures_to_open:
        which = [names.get(one, one) for one in weak.site_ids]
        values = {"count": weak.failures_to_open, "sites": which}
        lines.append(
            Message(N_("It opens when {count} {count:checkpoint fails|checkpoints fail}; the weakest: {sites}"), values)
        )
    used, fewest = len(closure.controls_used), len(posts.from_nothing)
    words = N_("Checkpoints in use: {used}; fewest possible: {fewest}")
    lines.append(Message(words, {"used": used, "fewest": fewest}))
    return tuple(lines)


def depth_table(project: ProjectStore, depths: Sequence[SiteDepth]) -> RingTable:
    """
    List the key sites by depth of defence.

    Parameters
    ----------
    project : ProjectStore
        The project.
    depths : sequence of SiteDepth
        The answer.

    Returns
    -------
    RingTable
        The weakest first.
    """
    names = site_names(project)
    sites = project.metric_layer("sites")
    spots = dict(zip(sites["site_id"].astype(str), sites.geometry, strict=True))
    rows = []
    for one in depths:
        depth: Cell = one.depth if one.depth is not None else Message(N_("no way in"))
        past = " › ".join(names.get(site, site) for site in one.controls) or "–"
        cells = (names.get(one.site_id, one.site_id), depth, past)
        rows.append(TableRow(f"depth-{one.site_id}", cells, one.geometry or spots.get(one.site_id)))
    return RingTable(
        N_("Depth of defence"), (N_("Key site"), N_("Checkpoints to pass"), N_("The weakest way passes")), tuple(rows)
    )


def closure_marks(answers: Sequence[RingAnswer], names: dict[str, str]) -> dict[str, tuple[Mark, ...]]:
    """
    Draw crossings, leaks and the places that would close them.

    Parameters
    ----------
    answers : sequence of RingAnswer
        The rings.
    names : dict of str to str
        Names of sites by id.

    Returns
    -------
    dict of str to tuple of Mark
        ``crossings``, ``leaks`` and ``cut``.
    """
    crossings, leaks, cut = [], [], []
    for answer in answers:
        for one in answer.line.crossings:
            kind = "controlled" if one.controlled else "gap"
            title = Message("{name}", {"name": one.name or one.crossing_id})
            crossings.append(Mark(one.crossing_id, kind, shapely.Point(one.xy), title, 0, crossing_rows(one, names)))
        for number, leak in enumerate(answer.closure.leaks, 1):
            streets = " › ".join(leak.streets) or "–"
            rows: tuple[tuple[str, Cell], ...] = ((N_("Streets"), streets), (N_("Length, m"), round(leak.length_m)))
            title = Message(N_("Way in {number}"), {"number": number})
            leaks.append(Mark(f"{answer.line.ring}-leak-{number}", "leak", leak.geometry, title, 0, rows))
        for number, place in enumerate(answer.closure.posts.today.places, 1):
            title = Message(N_("New post: {name}"), {"name": place.name or str(number)})
            post: tuple[tuple[str, Cell], ...] = ((N_("Class"), place.highway or "–"), (N_("Cost"), place.cost))
            cut.append(Mark(f"{answer.line.ring}-post-{number}", "closure", shapely.Point(place.xy), title, 0, post))
    return {"crossings": tuple(crossings), "leaks": tuple(leaks), "cut": tuple(cut)}
