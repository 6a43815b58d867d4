"""
Coverage of 400 posts on a large network: seconds for times and sums, and for the isochrones, against one by shapely.

Run ``python -m benchmarks.rings.coverage [--edges 100000] [--without-shapely]``.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import shapely

from benchmarks.rings.closure import shaken_grid
from patrolmap.model.kinds import TravelMode
from patrolmap.rings.coverage import street_rows, tally
from patrolmap.rings.isochrones import ISOCHRONE_M, isochrone
from patrolmap.streets.attach import attach_nodes
from patrolmap.streets.reach import reach_s, reached_stretches

MINUTES = (1.0, 3.0, 5.0)


def main() -> None:
    """Time the coverage of 400 posts in one, three and five minutes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", type=int, default=100_000)
    parser.add_argument("--without-shapely", action="store_true")
    options = parser.parse_args()
    graph = shaken_grid(options.edges)
    nodes = attach_nodes(graph, np.random.default_rng(2).choice(graph.node_count, 400, replace=False))
    classes = {"class": graph.edges["highway"].astype(object).to_numpy()}
    started, used = time.perf_counter(), time.process_time()
    reach = reach_s(graph, nodes.take(nodes.attached), TravelMode.CAR)
    street_rows(graph, reach, classes, MINUTES)
    tally("junctions", reach.node_s, np.ones(graph.node_count), {}, MINUTES)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    print(f"{graph.edge_count} edges, 400 posts: times and sums {seconds:.2f} s ({used:.2f} s of the processor)")
    for minutes in MINUTES:
        started, used = time.perf_counter(), time.process_time()
        area = isochrone(graph, reach, 60 * minutes)
        seconds, used = time.perf_counter() - started, time.process_time() - used
        print(
            f"isochrone of {minutes:.0f} min: {area.area / 1e6:.1f} km² in {seconds:.2f} s ({used:.2f} s of the processor)"
        )
    if not options.without_shapely:
        started = time.process_time()
        stretches = zip(*reached_stretches(graph, reach, 180.0), strict=True)
        lines = [shapely.LineString(graph.lines.cut(int(edge), low, high)) for edge, low, high in stretches]
        area = shapely.union_all(shapely.buffer(lines, ISOCHRONE_M, quad_segs=2))
        used = time.process_time() - started
        print(
            f"union of the outlines of the streets of 3 min: {area.area / 1e6:.1f} km² in {used:.2f} s of the processor"
        )


if __name__ == "__main__":
    main()
