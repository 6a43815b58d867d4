"""Claims about sheets that several processes paint."""

from __future__ import annotations

import datetime as dt
import itertools
import multiprocessing
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolmap.errors import PatrolmapError
from patrolmap.i18n import speaking
from patrolmap.model.sheet_template import SheetTemplate
from patrolmap.progress import CancelledError
from patrolmap.services.map_content import map_content
from patrolmap.services.sheet_files import SheetJob, packed_material
from patrolmap.services.sheet_painters import fair_bounds, workers_for
from patrolmap.services.sheets import write_sheets
from tests.services.test_planning import plan_of, project  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from pathlib import Path

PRINTED = dt.datetime(2026, 11, 21, 18, 5)


def written(project, out: Path, **values):  # noqa: F811
    return write_sheets(project, None, out, printed_at=PRINTED, **values)


def said(path: Path) -> str:
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout


def seen(path: Path) -> bytes:
    dots = subprocess.run(["pdftoppm", "-r", "60", path], capture_output=True, check=True).stdout
    assert dots.startswith(b"P6")
    return dots


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_processes_write_what_one_writes(project, tmp_path, language):  # noqa: F811
    """Names, words and every dot of all pages agree, in a file each and in one file, in the user's language."""
    plan_of(project)
    with speaking(language):
        for one_file in (False, True):
            template = SheetTemplate(one_file=one_file)
            alone = written(project, tmp_path / f"{one_file}1", template=template, workers=1)
            shared = written(project, tmp_path / f"{one_file}2", template=template, workers=2)
            assert [path.name for path in alone.sheets] == [path.name for path in shared.sheets]
            assert alone.pages == shared.pages
            for one, other in zip(alone.sheets, shared.sheets, strict=True):
                assert said(one) == said(other)
                assert seen(one) == seen(other)
            assert {path.name for path in (tmp_path / f"{one_file}2").iterdir()} == {
                path.name for path in (shared.overview, *shared.sheets)
            }


def test_a_process_that_is_killed_is_an_error_and_leaves_no_file_of_all(project, tmp_path):  # noqa: F811
    """The user reads that it ended; nothing half-made stands in the folder, and no process is left."""
    plan_of(project)
    template = SheetTemplate(one_file=True)

    def kill(_share, _text=None):
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(PatrolmapError, match="ended unexpectedly"):
        written(project, tmp_path / "s", template=template, workers=2, progress=kill)
    assert not list((tmp_path / "s").glob("*02-sheets*"))
    assert not multiprocessing.active_children()


def test_cancelling_ends_the_processes(project, tmp_path):  # noqa: F811
    """It is told as the user's wish, and nobody works on."""
    plan_of(project)
    with pytest.raises(CancelledError):
        written(project, tmp_path / "s", workers=2, cancel=lambda: True)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize(
    ("sheets", "cores", "expected"), [(39, 8, 1), (40, 8, 2), (200, 2, 2), (900, 64, 4), (90, 1, 1)]
)
def test_only_many_sheets_are_worth_a_process(monkeypatch, sheets, cores, expected):
    """Below 40 sheets a start costs more than it saves; no more processes than processors, and never above four."""
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert workers_for(sheets) == expected


@given(st.lists(st.integers(1, 30), min_size=1, max_size=60), st.integers(1, 4))
def test_processes_get_as_much_to_paint(stops, count):
    """Parts follow each other, none is empty, and none has more than a fair part and one sheet."""
    count = min(count, len(stops))
    routes = [SimpleNamespace(stops=(None,) * many) for many in stops]
    bounds = fair_bounds(routes, count)
    assert bounds[0] == 0
    assert bounds[-1] == len(stops)
    assert all(first < last for first, last in itertools.pairwise(bounds))
    costs = [12 + many for many in stops]
    if len(stops) >= 3 * count:
        parts = [sum(costs[first:last]) for first, last in itertools.pairwise(bounds)]
        assert max(parts) <= sum(costs) / count + max(costs)


def test_a_process_that_paints_loads_no_tables(project, tmp_path):  # noqa: F811
    """It would take longer to load pandas and geopandas than to paint."""
    plan = plan_of(project)
    job = SheetJob(plan.plan_id, SheetTemplate(), PRINTED, tmp_path, "zh")
    packed = tmp_path / "packed"
    packed.write_bytes(packed_material(plan, map_content(project)))
    script = (
        "import datetime, pathlib, sys\n"
        "from patrolmap.model.sheet_template import SheetTemplate\n"
        "from patrolmap.services.sheet_files import Share, SheetJob, paint_share\n"
        f"job = SheetJob({job.plan_id!r}, SheetTemplate(), {PRINTED!r}, pathlib.Path({str(tmp_path)!r}), 'zh')\n"
        f"files, pages = paint_share(job, pathlib.Path({str(packed)!r}).read_bytes(), Share(0, 1))\n"
        "print(len(files), *sorted({'pandas', 'geopandas', 'pyogrio', 'pyproj', 'scipy'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1"]
