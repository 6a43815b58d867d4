"""``patrolmap hotspots near-repeat`` and ``patrolmap hotspots clusters``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.cli.incident_words import add_filter, filter_of, numbers_of
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse

__all__ = ["add_pattern_commands"]


def add_pattern_commands(add: Any, under: Any) -> None:
    """
    Add the commands about patterns in time.

    Parameters
    ----------
    add : callable
        Makes a command.
    under : object
        The group of the hotspot commands.
    """
    repeat = add("near-repeat", tr("whether incidents repeat nearby soon after"), _near_repeat, under=under)
    add_filter(repeat)
    repeat.add_argument("--distances", metavar="M", help=tr("edges of distance, metres, such as 0,100,200"))
    repeat.add_argument("--days", metavar="D", help=tr("edges of time, days, such as 0,7,14"))
    repeat.add_argument("--permutations", type=int, default=999, help=tr("how often times are shuffled"))
    clusters = add("clusters", tr("runs of incidents close in space and time"), _clusters, under=under)
    add_filter(clusters)
    clusters.add_argument("--algorithm", default="dbscan", metavar="A", help="dbscan, hdbscan")
    clusters.add_argument("--reach-m", type=float, default=200.0, help=tr("largest distance of neighbours, metres"))
    clusters.add_argument("--reach-days", type=float, default=14.0, help=tr("longest time between neighbours, days"))
    clusters.add_argument("--fewest", type=int, default=5, help=tr("fewest incidents of a run"))


def _near_repeat(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.hotspots.near_repeat import DAY_EDGES, DISTANCE_EDGES_M
    from patrolmap.services.patterns import check_near_repeat
    from patrolmap.services.projects import open_project

    with open_project(arguments.project, read_only=True) as project:
        table = check_near_repeat(
            project,
            filter_of(arguments),
            distance_edges_m=numbers_of(arguments.distances) or DISTANCE_EDGES_M,
            day_edges=numbers_of(arguments.days) or DAY_EDGES,
            permutations=arguments.permutations,
            seed=console.seed,
            progress=console.progress,
            cancel=console.cancel,
        )
    head = tr("distance, days: pairs, expected, ratio, p ({count} {count:incident|incidents})", count=table.incidents)
    rows = [
        f"[{cell.from_m:g}, {cell.to_m:g}) m, [{cell.from_days:g}, {cell.to_days:g}) d: {cell.observed}, "
        f"{cell.expected:.1f}, {'-' if cell.ratio is None else format(cell.ratio, '.2f')}, {cell.p:.4f}"
        for cell in table.cells
    ]
    return Answer(asdict(table), (head, *rows))


def _clusters(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.geometry import geojson
    from patrolmap.hotspots.clusters import ClusterParams
    from patrolmap.services.patterns import find_clusters
    from patrolmap.services.projects import open_project

    params = ClusterParams(arguments.algorithm, arguments.reach_m, arguments.reach_days, arguments.fewest)
    with open_project(arguments.project, read_only=True) as project:
        found = find_clusters(project, filter_of(arguments), params, cancel=console.cancel)
        clusters = [
            {
                "incidents": one.incidents,
                "first": str(one.first),
                "last": str(one.last),
                "categories": dict(one.categories),
                "geometry": geojson(one.outline, project.frame),
            }
            for one in found
        ]
    lines = [tr("{count} {count:run|runs} of incidents", count=len(found))]
    lines += [
        tr(
            "{first} to {last}: {count} {count:incident|incidents}",
            first=str(one.first)[:10],
            last=str(one.last)[:10],
            count=one.incidents,
        )
        for one in found
    ]
    return Answer({"clusters": clusters, "parameters": asdict(params)}, tuple(lines))
