"""200 patrol sheets of the sample city: seconds of the processor and megabytes, in one file and in a file each.

python -m benchmarks.sheets PROJECT.gpkg [--sheets 200]

The project needs a plan; its routes are taken again until there are enough.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import tempfile
import time
from pathlib import Path

from patrolmap.services.map_content import map_content
from patrolmap.services.projects import open_project
from patrolmap.services.sheets import chosen_plan, sheet_pages
from patrolmap.sheets.pdf import write_pdf


def main() -> None:
    """Write the sheets both ways and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--sheets", type=int, default=200)
    options = parser.parse_args()
    with open_project(options.project, read_only=True) as project:
        plan, content = chosen_plan(project, None), map_content(project)
    busy = [route for route in plan.routes if route.stops]
    routes = list(itertools.islice(itertools.cycle(busy), options.sheets))
    now = dt.datetime(2026, 11, 21, 18)
    with tempfile.TemporaryDirectory() as folder:
        began, busy_s, pages = time.perf_counter(), time.process_time(), []
        for route in routes:
            pages += sheet_pages(plan, route, content, now)
        write_pdf(Path(folder, "all.pdf"), pages, title="all")
        _print("one file", len(pages), Path(folder), began, busy_s)
        Path(folder, "all.pdf").unlink()
        began, busy_s, count = time.perf_counter(), time.process_time(), 0
        for number, route in enumerate(routes):
            pages = sheet_pages(plan, route, content, now)
            count += len(pages)
            write_pdf(Path(folder, f"{number}.pdf"), pages, title=route.team_name)
        _print("a file each", count, Path(folder), began, busy_s)


def _print(name: str, pages: int, folder: Path, began: float, busy_s: float) -> None:
    size_mb = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
    print(
        f"{name:>12}: {pages} pages, {time.process_time() - busy_s:.1f} s of the processor, "
        f"{time.perf_counter() - began:.1f} s by the clock, {size_mb:.1f} MB"
    )


if __name__ == "__main__":
    main()
