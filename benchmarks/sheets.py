"""200 patrol sheets of the sample city: seconds and megabytes, in one file and in a file each.

python -m benchmarks.sheets PROJECT.gpkg [--sheets 200] [--workers 1 2]

The project needs a plan; its routes are taken again until there are enough. What is measured is the whole of
`write_sheets`, the start of its processes included. Processor seconds are those of the busiest process and of this one
while the others work or start: what the clock says on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil


def main() -> None:
    """Write the sheets both ways and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--sheets", type=int, default=200)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    # A process that paints loads this file too, and shall not load more than it does when the program starts it.
    from patrolmap.messages import Message
    from patrolmap.services.projects import open_project
    from patrolmap.services.sheets import chosen_plan

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy.gpkg")
        shutil.copy(options.project, copy)
        with open_project(copy) as project:
            plan = chosen_plan(project, None)
            busy = [route for route in plan.routes if route.stops]
            many = itertools.islice(itertools.cycle(busy), options.sheets)
            routes = tuple(replace(route, team_id=f"{route.team_id}-{place}") for place, route in enumerate(many))
            project.save_plan(replace(plan, plan_id="many", routes=routes), label=Message("many"))
            for one_file, workers in itertools.product((True, False), options.workers):
                out = Path(folder, f"{one_file}-{workers}")
                _measure(project, out, one_file=one_file, workers=workers)


def _measure(project, out: Path, *, one_file: bool, workers: int) -> None:  # noqa: ANN001 - a ProjectStore
    from patrolmap.services.sheet_templates import sheet_template
    from patrolmap.services.sheets import write_sheets

    template = replace(sheet_template(project), one_file=one_file)
    children: dict[int, float] = {}
    stopwatch, own_s = time.perf_counter(), time.process_time()

    def watch(_share: float, _text: object = None) -> None:
        for child in psutil.Process().children(recursive=True):
            try:
                spent = child.cpu_times()
            except psutil.NoSuchProcess:
                continue
            children[child.pid] = spent.user + spent.system

    done = write_sheets(project, "many", out, template=template, workers=workers, progress=watch)
    clock_s, own_s = time.perf_counter() - stopwatch, time.process_time() - own_s
    size_mb = sum(path.stat().st_size for path in done.sheets) / 1e6
    each = " + ".join(f"{spent:.1f}" for spent in children.values() if spent > 0.2) or "none"
    print(
        f"{'one file' if one_file else 'a file each':>11}, {workers} at once: {done.pages} pages, {clock_s:.1f} s by the"
        f" clock, {own_s:.1f} s of the processor here, {each} s in others, {size_mb:.1f} MB"
    )


if __name__ == "__main__":
    main()
