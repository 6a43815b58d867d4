"""The rings in JSON and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import shapely

from patrolmap.cli.console import Answer
from patrolmap.cli.geometry import geojson
from patrolmap.i18n import tr
from patrolmap.model.kinds import ring_title
from patrolmap.services.ring_closure_views import UNCROSSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.frame import SpatialFrame
    from patrolmap.rings.closure import Closure
    from patrolmap.rings.crossings import Crossing
    from patrolmap.rings.depth import SiteDepth
    from patrolmap.rings.nesting import NestingViolation
    from patrolmap.rings.posts import PostPlace, PostSet
    from patrolmap.services.rings import RingAnswer
    from patrolmap.services.rings_between import RingGap
    from patrolmap.services.rings_blocks import RingBlock
    from patrolmap.streets.network import StreetGraph

__all__ = ["Telling"]

_SHOWN: Final = 20


class Telling:
    """
    Turns results into answers.

    Parameters
    ----------
    frame : SpatialFrame
        The frame of the project, for geometry.
    graph : StreetGraph
        Its streets, for the ids of junctions.
    """

    def __init__(self, frame: SpatialFrame, graph: StreetGraph) -> None:
        self._frame = frame
        self._graph = graph

    def geometry(self, geometry: shapely.Geometry | None) -> dict[str, Any] | None:
        """
        Write a geometry as GeoJSON.

        Parameters
        ----------
        geometry : shapely.Geometry or None
            Metric.

        Returns
        -------
        dict of str to Any or None
            In WGS 84, or in the plane's own units.
        """
        return geojson(geometry, self._frame)

    def crossings(self, crossings: Sequence[Crossing], nesting: Sequence[NestingViolation]) -> Answer:
        """
        Tell crossings.

        Parameters
        ----------
        crossings : sequence of Crossing
            What was found.
        nesting : sequence of NestingViolation
            What is wrong with the rings.

        Returns
        -------
        Answer
            The answer of ``rings crossings``.
        """
        open_ones = [one for one in crossings if not one.controlled and not one.dips]
        data = {
            "count": len(crossings),
            "controlled_count": sum(one.controlled for one in crossings),
            "open_count": len(open_ones),
            "crossings": [self._crossing(one) for one in crossings],
            "nesting_violations": self._nesting(nesting),
        }
        lines = [
            tr(
                "{count} {count:crossing|crossings}, {controlled} controlled, {opened} open.",
                count=len(crossings),
                controlled=data["controlled_count"],
                opened=len(open_ones),
            )
        ]
        lines += [
            tr(
                "open: {crossing} {name} ({highway})",
                crossing=one.crossing_id,
                name=one.name or "?",
                highway=one.highway,
            )
            for one in open_ones[:_SHOWN]
        ]
        return Answer(data, (*lines, *_nesting_lines(nesting)))

    def closures(
        self, answers: Sequence[RingAnswer], gaps: Sequence[RingGap], nesting: Sequence[NestingViolation]
    ) -> Answer:
        """
        Tell the closure of rings.

        Parameters
        ----------
        answers : sequence of RingAnswer
            Each ring.
        gaps : sequence of RingGap
            From ring to ring.
        nesting : sequence of NestingViolation
            What is wrong with the rings.

        Returns
        -------
        Answer
            The answer of ``rings closure``.
        """
        rings, lines = [], []
        for one in answers:
            real = [crossing for crossing in one.line.crossings if not crossing.dips]
            counts = {
                "ring": one.line.ring,
                "crossings": len(one.line.crossings),
                "controlled_crossings": sum(crossing.controlled for crossing in one.line.crossings),
                "open_crossing_ids": [crossing.crossing_id for crossing in real if not crossing.controlled],
                "off_duty_site_ids": list(one.off_duty_site_ids),
            }
            at_edge: dict[int, list[str]] = {}
            for crossing in one.line.crossings:
                at_edge.setdefault(crossing.edge, []).append(crossing.crossing_id)
            rings.append({**counts, **self._closure(one.closure, at_edge)})
            lines += _closure_lines(_ring(one.line.ring), one.closure)
            if not one.line.crossings:
                lines.append("  " + tr(UNCROSSED))
        between = [{"outer": gap.outer, "inner": gap.inner, **self._closure(gap.closure, {})} for gap in gaps]
        off = answers[0].off_duty_site_ids if answers else ()
        lines += _off_duty_lines(off)
        for gap in gaps:
            name = tr("From outside {outer} into {inner}", outer=_ring(gap.outer), inner=_ring(gap.inner))
            lines += _closure_lines(name, gap.closure)
        data = {"rings": rings, "between_rings": between, "nesting_violations": self._nesting(nesting)}
        return Answer(data, (*lines, *_nesting_lines(nesting)))

    def closure(self, closure: Closure) -> Answer:
        """
        Tell the closure between two sets of junctions.

        Parameters
        ----------
        closure : Closure
            The closure.

        Returns
        -------
        Answer
            The answer of ``rings closure --inside ... --outside ...``.
        """
        return Answer(self._closure(closure, {}), tuple(_closure_lines(tr("The two sides"), closure)))

    def depths(self, depths: Sequence[SiteDepth], off_duty: Sequence[str] = ()) -> Answer:
        """
        Tell the depth of defence.

        Parameters
        ----------
        depths : sequence of SiteDepth
            Of each key site.
        off_duty : sequence of str, default ()
            Checkpoints that do not count because they are not on duty then.

        Returns
        -------
        Answer
            The answer of ``rings depth``.
        """
        rows = [
            {
                "site_id": one.site_id,
                "depth": one.depth,
                "control_site_ids": list(one.controls),
                "attached": one.attached,
                "outside": one.outside,
                "weakest_way": self.geometry(one.geometry),
            }
            for one in depths
        ]
        known = [one.depth for one in depths if one.depth is not None]
        lines = [
            tr(
                "{count} key {count:site|sites}; the least depth is {depth}.",
                count=len(depths),
                depth=min(known, default="-"),
            )
        ]
        lines += [
            tr("{site}: {depth} {depth:control|controls} on the weakest way", site=one.site_id, depth=one.depth)
            for one in depths[:_SHOWN]
            if one.depth is not None
        ]
        data = {"least_depth": min(known, default=None), "sites": rows, "off_duty_site_ids": list(off_duty)}
        return Answer(data, (*lines, *_off_duty_lines(off_duty)))

    def blocks(self, blocks: Sequence[RingBlock], off_duty: Sequence[str] = ()) -> Answer:
        """
        Tell blocks.

        Parameters
        ----------
        blocks : sequence of RingBlock
            What was found.
        off_duty : sequence of str, default ()
            Checkpoints that do not count because they are not on duty then.

        Returns
        -------
        Answer
            The answer of ``rings blocks``.
        """
        rows = [
            {
                "block_id": one.block.block_id,
                "ring": one.ring,
                "area_m2": round(one.block.area_m2, 1),
                "entrances": len(one.block.entrances),
                "controlled_entrances": one.block.controlled_entrances,
                "controlled_share": one.block.controlled_share,
                "entrance_points": [self._crossing(entrance) for entrance in one.block.entrances],
                "site_ids": list(one.site_ids),
                "incidents": one.incidents,
                "geometry": self.geometry(one.block.area),
            }
            for one in blocks
        ]
        lines = []
        for kind in dict.fromkeys(one.ring for one in blocks):
            mine = [one for one in blocks if one.ring == kind]
            lines.append(tr("{count} {count:block|blocks} in {ring}.", count=len(mine), ring=_ring(kind)))
            lines += [
                tr(
                    "{block}: {entrances} {entrances:entrance|entrances}, {controlled} controlled, {sites} {sites:site|sites}, {incidents} {incidents:incident|incidents}",
                    block=one.block.block_id,
                    entrances=len(one.block.entrances),
                    controlled=one.block.controlled_entrances,
                    sites=len(one.site_ids),
                    incidents=one.incidents,
                )
                for one in mine[:_SHOWN]
            ]
        data = {"count": len(rows), "blocks": rows, "off_duty_site_ids": list(off_duty)}
        return Answer(data, (*lines, *_off_duty_lines(off_duty)))

    def _crossing(self, one: Crossing) -> dict[str, Any]:
        return {
            "crossing_id": one.crossing_id,
            "ring": one.ring,
            "place": one.place,
            "node_id": self._node(one.node),
            "street_fid": int(self._graph.edges["street_fid"].iat[one.edge]) if one.edge >= 0 else None,
            "along_m": round(one.along_m, 2),
            "direction": one.direction,
            "name": one.name,
            "highway": one.highway,
            "dips": one.dips,
            "controlled": one.controlled,
            "controls": [
                {"site_id": guard.site_id, "stands_on": guard.stands_on, "distance_m": round(guard.distance_m, 2)}
                for guard in one.guards
            ],
            "geometry": self.geometry(shapely.Point(one.xy)),
        }

    def _closure(self, closure: Closure, at_edge: dict[int, list[str]]) -> dict[str, Any]:
        posts, proof = closure.posts, closure.certificate
        return {
            "closed": closure.closed,
            "leaks": len(closure.leaks),
            "leak_paths": [
                {
                    "length_m": round(leak.length_m, 2),
                    "streets": list(leak.streets),
                    "node_ids": [self._node(node) for node in leak.nodes],
                    "crossing_ids": [name for edge in leak.edges for name in at_edge.get(edge, ())],
                    "geometry": self.geometry(leak.geometry),
                }
                for leak in closure.leaks
            ],
            "minimum_cut_streets": [self._street(edge, at_edge) for edge in closure.cut_edges],
            "fewest_posts_today": self._posts(posts.today),
            "fewest_posts_from_nothing": self._posts(posts.from_nothing),
            "cheapest_posts_today": self._posts(posts.cheapest_today),
            "cheapest_posts_from_nothing": self._posts(posts.cheapest_from_nothing),
            "controls": len(closure.controls_used),
            "control_site_ids": list(closure.controls_used),
            "failures_to_open": closure.weakness.failures_to_open,
            "weakest_control_site_ids": list(closure.weakness.site_ids),
            "certificate": {
                "flow": proof.leaks,
                "cut": proof.cut,
                "ways_are_open": proof.ways_are_open,
                "cut_closes": proof.cut_closes,
                "holds": proof.holds,
            },
        }

    def _street(self, edge: int, at_edge: dict[int, list[str]]) -> dict[str, Any]:
        table, graph = self._graph.edges, self._graph
        return {
            "name": str(table["name"].iat[edge] or table["ref"].iat[edge] or ""),
            "highway": str(table["highway"].iat[edge] or ""),
            "node_ids": [self._node(int(graph.edge_u[edge])), self._node(int(graph.edge_v[edge]))],
            "crossing_ids": at_edge.get(edge, []),
            "geometry": self.geometry(graph.edge_geometry[edge]),
        }

    def _posts(self, posts: PostSet) -> dict[str, Any]:
        places = [self._place(place) for place in posts.places]
        return {"count": len(posts), "cost": posts.cost, "closes": posts.closes, "places": places}

    def _place(self, place: PostPlace) -> dict[str, Any]:
        ends = (self._graph.edge_u[place.edge], self._graph.edge_v[place.edge]) if place.edge >= 0 else ()
        return {
            "stands_on": place.stands_on,
            "node_id": self._node(place.node),
            "street_node_ids": [self._node(int(node)) for node in ends],
            "name": place.name,
            "highway": place.highway,
            "cost": place.cost,
            "geometry": self.geometry(shapely.Point(place.xy)),
        }

    def _nesting(self, nesting: Sequence[NestingViolation]) -> list[dict[str, Any]]:
        return [
            {
                "inner": one.inner,
                "outer": one.outer,
                "area_m2": round(one.area_m2, 2),
                "geometry": self.geometry(one.piece),
            }
            for one in nesting
        ]

    def _node(self, node: int) -> str | None:
        return str(self._graph.node_id[node]) if node >= 0 else None


def _off_duty_lines(site_ids: Sequence[str]) -> tuple[str, ...]:
    if not site_ids:
        return ()
    return (tr("Off duty then and not counted: {sites}.", sites=list(site_ids)),)


def _nesting_lines(nesting: Sequence[NestingViolation]) -> tuple[str, ...]:
    return tuple(
        tr(
            "{inner} lies outside {outer} with {area} m².",
            inner=_ring(one.inner),
            outer=_ring(one.outer),
            area=f"{one.area_m2:.0f}",
        )
        for one in nesting
    )


def _closure_lines(name: str, closure: Closure) -> list[str]:
    if closure.closed:
        lines = [tr("{name}: closed.", name=name)]
    else:
        lines = [
            tr(
                "{name}: open, {leaks} {leaks:leak|leaks}; {posts} new {posts:post|posts} would close it.",
                name=name,
                leaks=len(closure.leaks),
                posts=len(closure.posts.today),
            )
        ]
        lines += ["  " + _place_line(place) for place in closure.posts.today.places[:_SHOWN]]
    weakness = closure.weakness.failures_to_open
    if closure.closed and weakness is not None:
        lines.append(tr("It opens when {count} {count:checkpoint fails|checkpoints fail}.", count=weakness))
    lines.append(
        tr(
            "Controls in use: {controls}; the fewest possible from nothing: {fewest}.",
            controls=len(closure.controls_used),
            fewest=len(closure.posts.from_nothing),
        )
    )
    if not closure.certificate.holds:
        lines.append(tr("The proof does not hold; please report this."))
    return lines


def _place_line(place: PostPlace) -> str:
    name, highway = place.name or "?", place.highway or "?"
    if place.stands_on == "street":
        return tr("post on street {name} ({highway})", name=name, highway=highway)
    return tr("post at junction {name} ({highway})", name=name, highway=highway)


def _ring(kind: str) -> str:
    return tr(ring_title(kind))
