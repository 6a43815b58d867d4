"""Each ring, and each two rings, beside one another: how open, and how many posts and what cost would close it, where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import shapely

from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ring_title
from patrolmap.services.ring_views import Mark, RingTable, TableRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from patrolmap.rings.closure import Closure
    from patrolmap.rings.posts import PostPlace, PostSet
    from patrolmap.services.ring_views import Cell
    from patrolmap.services.rings import RingAnswer
    from patrolmap.services.rings_between import RingGap

__all__ = ["closures_table", "gap_marks", "places_tables"]

_STANDS_ON: Final = {"street": N_("street"), "junction": N_("junction")}
_COLUMNS: Final = (
    N_("From, to"), N_("Ways in"), N_("Fail to open"), N_("Posts now"), N_("Fewest new"), N_("Cheapest new, cost"),
    N_("Fewest from nothing"), N_("Cheapest from nothing, cost"),
)  # fmt: skip


def closures_table(answers: Sequence[RingAnswer], gaps: Sequence[RingGap]) -> RingTable:
    """
    Compare rings and pairs of rings.

    Parameters
    ----------
    answers : sequence of RingAnswer
        Each ring by itself.
    gaps : sequence of RingGap
        From the outside of one ring to the inside of another.

    Returns
    -------
    RingTable
        Ways in, redundancy, posts in use, and the least new posts by number and by cost; a row shows its ways in.
    """
    rows = []
    for key, name, closure in _closures(answers, gaps):
        posts, weak = closure.posts, closure.weakness.failures_to_open
        cells: tuple[Cell, ...] = (
            name,
            len(closure.leaks),
            Message(N_("no way in")) if weak is None else weak,
            len(closure.controls_used),
            len(posts.today),
            posts.cheapest_today.cost,
            len(posts.from_nothing),
            posts.cheapest_from_nothing.cost,
        )
        ways = shapely.union_all([leak.geometry for leak in closure.leaks]) if closure.leaks else None
        rows.append(TableRow(f"closure-{key}", cells, ways))
    return RingTable(N_("Rings, and from ring to ring"), _COLUMNS, tuple(rows))


def places_tables(answers: Sequence[RingAnswer], gaps: Sequence[RingGap]) -> tuple[RingTable, RingTable]:
    """
    List the places of the minimum cuts.

    Parameters
    ----------
    answers : sequence of RingAnswer
        Each ring by itself.
    gaps : sequence of RingGap
        From ring to ring.

    Returns
    -------
    RingTable
        Where new posts beside today's would close what is open.
    RingTable
        Where posts would close it if there were none yet. Both say which places are of the fewest, which of the cheapest.
    """
    columns = (N_("From, to"), N_("Place"), N_("On"), N_("Class"), N_("Cost"), N_("Of the"))
    today, nothing = [], []
    for key, name, closure in _closures(answers, gaps):
        posts = closure.posts
        today += _places(f"today-{key}", name, posts.today, posts.cheapest_today)
        nothing += _places(f"nothing-{key}", name, posts.from_nothing, posts.cheapest_from_nothing)
    return (
        RingTable(N_("New posts that would close it"), columns, tuple(today)),
        RingTable(N_("Posts that would close it from nothing"), columns, tuple(nothing)),
    )


def gap_marks(gaps: Sequence[RingGap]) -> tuple[Mark, ...]:
    """
    Draw the ways from ring to ring.

    Parameters
    ----------
    gaps : sequence of RingGap
        From the outside of one ring to the inside of another.

    Returns
    -------
    tuple of Mark
        One for each way that passes all checkpoints by.
    """
    marks = []
    for gap in gaps:
        values = {"outer": ring_title(gap.outer), "inner": ring_title(gap.inner)}
        pair = Message(N_("{outer} → {inner}"), values)
        for number, leak in enumerate(gap.closure.leaks, 1):
            rows: tuple[tuple[str, Cell], ...] = (
                (N_("From, to"), pair),
                (N_("Streets"), " › ".join(leak.streets) or "–"),
                (N_("Length, m"), round(leak.length_m)),
            )
            title = Message(N_("{pair}: way {number}"), {"pair": pair, "number": number})
            marks.append(Mark(f"{gap.outer}-{gap.inner}-leak-{number}", "pass", leak.geometry, title, 0, rows))
    return tuple(marks)


def _closures(answers: Sequence[RingAnswer], gaps: Sequence[RingGap]) -> Iterator[tuple[str, Message, Closure]]:
    for one in answers:
        yield one.line.ring, ring_title(one.line.ring), one.closure
    for gap in gaps:
        values = {"outer": ring_title(gap.outer), "inner": ring_title(gap.inner)}
        yield f"{gap.outer}-{gap.inner}", Message(N_("{outer} → {inner}"), values), gap.closure


def _places(key: str, name: Message, fewest: PostSet, cheapest: PostSet) -> list[TableRow]:
    few = {(place.edge, place.node): place for place in fewest.places}
    cheap = {(place.edge, place.node): place for place in cheapest.places}
    rows = []
    for number, (where, place) in enumerate((few | cheap).items(), 1):
        both = where in few and where in cheap
        which = N_("fewest and cheapest") if both else N_("fewest") if where in few else N_("cheapest")
        rows.append(TableRow(f"{key}-{number}", _cells(name, place, which), shapely.Point(place.xy)))
    return rows


def _cells(name: Message, place: PostPlace, which: str) -> tuple[Cell, ...]:
    stands_on = Message(_STANDS_ON[place.stands_on])
    return (name, place.name or "–", stands_on, place.highway or "–", place.cost, Message(which))
