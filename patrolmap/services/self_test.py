"""The self-test of an installation: every library that ships machine code, the data that they need, and the main job in small."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap import __version__
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.services.self_checks import (
    check_batch,
    check_documents,
    check_drawings,
    check_outlines,
    check_password,
    check_server_driver,
    own_program,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["WEB_VIEW_WORD", "Check", "Outcome", "run_self_test"]

WEB_VIEW_WORD: Final = "--self-test-web-view"
"""What the program is started with to try the web view in a process of its own, where a crash harms nobody."""

_WEB_VIEW_TIMEOUT_S: Final = 90
_PLAN_ITERATIONS: Final = 200


@dataclass(frozen=True)
class Outcome:
    """
    What a check found.

    Parameters
    ----------
    name : str
        Key of the check, in snake_case.
    title : Message
        What was tried.
    passed : bool
        Whether it did what it should.
    detail : str
        Versions and figures; the error where it failed.
    seconds : float
        How long it took.
    """

    name: str
    title: Message
    passed: bool
    detail: str
    seconds: float


@dataclass(frozen=True)
class Check:
    """
    One thing to try.

    Parameters
    ----------
    name : str
        Key, in snake_case.
    title : Message
        What is tried.
    run : callable
        Tries it in an empty folder, gives versions and figures, and raises if it fails.
    """

    name: str
    title: Message
    run: Callable[[Path], str]


def run_self_test(folder: Path, *, progress: Progress = NO_PROGRESS, cancel: Cancel = NO_CANCEL) -> tuple[Outcome, ...]:
    """
    Try everything that an installation needs; one failure does not keep the others from being tried.

    Parameters
    ----------
    folder : Path
        An existing folder for the files that are made.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    tuple of Outcome
        One for each check, in order.

    Raises
    ------
    CancelledError
        If the user cancelled.
    """
    outcomes = []
    for number, check in enumerate(_CHECKS):
        raise_if_cancelled(cancel)
        progress(number / len(_CHECKS), check.title)
        outcomes.append(_try(check, folder))
    progress(1.0)
    return tuple(outcomes)


def _try(check: Check, folder: Path) -> Outcome:
    start_s = time.perf_counter()
    try:
        passed, detail = True, check.run(folder)
    except Exception:  # noqa: BLE001 - whatever is wrong with this part is what the user asked for
        passed, detail = False, traceback.format_exc(limit=-3).strip()
    return Outcome(check.name, check.title, passed, detail, round(time.perf_counter() - start_s, 3))


def _require(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not holds:
        raise AssertionError(what)


def _program(_folder: Path) -> str:
    return f"patrolmap {__version__}, Python {platform.python_version()}, {platform.platform()}"


def _numbers(_folder: Path) -> str:
    import numpy as np
    import scipy
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    graph = csr_array(np.array([[0.0, 2.0, 9.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]]))
    _require(dijkstra(graph, indices=0)[2] == 5.0, "shortest path")
    return f"numpy {np.__version__}, scipy {scipy.__version__}"


def _geometry(_folder: Path) -> str:
    import shapely

    disc = shapely.Point(0, 0).buffer(1.0, quad_segs=64)
    _require(abs(disc.area - 3.1416) < 0.001, "area of a disc")
    return f"shapely {shapely.__version__}, GEOS {shapely.geos_version_string}"


def _projections(_folder: Path) -> str:
    import pyproj

    to_metres = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4547", always_xy=True)
    x, y = to_metres.transform(114.0, 30.0)
    _require(abs(x - 500_000) < 0.01 and abs(y - 3_320_113.4) < 1.0, f"30 N on the meridian 114 E: {x:.2f}, {y:.2f}")
    return f"pyproj {pyproj.__version__}, PROJ {pyproj.proj_version_str}"


def _vector_files(folder: Path) -> str:
    from patrolmap.ingest.self_check import check_vector_files

    return check_vector_files(folder)


def _database(_folder: Path) -> str:
    from patrolmap.project.self_check import check_database

    return check_database()


def _solvers(_folder: Path) -> str:
    import pyvrp
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    x = model.new_int_var(0, 10, "x")
    model.add(3 * x <= 20)
    model.maximize(x)
    solver = cp_model.CpSolver()
    solver.solve(model)
    _require(solver.value(x) == 6, "CP-SAT")
    routes = pyvrp.Model()
    home, corner = routes.add_location(0, 0), routes.add_location(1, 0)
    routes.add_depot(home)
    routes.add_client(corner)
    routes.add_vehicle_type(1)
    for start, end in ((home, corner), (corner, home)):
        routes.add_edge(start, end, distance=3)
    found = routes.solve(stop=pyvrp.stop.MaxIterations(10), display=False)
    _require(found.cost() == 6, "PyVRP")
    return f"ortools {_version('ortools')}, pyvrp {_version('pyvrp')}"


def _version(name: str) -> str:
    from importlib.metadata import version

    return version(name)


def _main_job(folder: Path) -> str:
    from patrolmap.services.planning import plan_shift
    from patrolmap.services.projects import open_project
    from patrolmap.services.rings import ring_closure
    from patrolmap.services.sample import sample_shift
    from patrolmap.services.sample_project import make_sample_project
    from patrolmap.services.webmap import write_webmap

    path = make_sample_project(folder / "sample.gpkg")
    with open_project(path) as project:
        rings = ring_closure(project)
        plan = plan_shift(project, sample_shift(), iterations=_PLAN_ITERATIONS)
        stops = sum(len(route.stops) for route in plan.routes)
        _require(stops > 0, "a plan with stops")
        written = write_webmap(project, folder / "map.html", plan_id=plan.plan_id)
    return f"{len(rings)} rings, {len(plan.routes)} teams, {stops} stops, web map {written.path.stat().st_size} bytes"


def _paper(folder: Path) -> str:
    from patrolmap.services.projects import open_project
    from patrolmap.services.sheets import chosen_plan, write_sheets

    with open_project(folder / "sample.gpkg") as project:
        written = write_sheets(project, chosen_plan(project, None).plan_id, folder / "sheets")
    content = written.overview.read_bytes()
    _require(content.startswith(b"%PDF") and b"/FontFile" in content, "a PDF with its fonts inside")
    return f"{len(written.sheets)} sheets, {written.pages} pages"


def _web_view(_folder: Path) -> str:
    done = subprocess.run(
        [*own_program(), WEB_VIEW_WORD],
        capture_output=True,
        timeout=_WEB_VIEW_TIMEOUT_S,
        check=False,
        env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    said = done.stdout.decode(errors="replace").strip()
    complaint = done.stderr.decode(errors="replace").strip()[-500:]
    _require(done.returncode == 0, f"status {done.returncode}: {complaint}")
    return ", ".join(f"{key} {value}" for key, value in json.loads(said).items())


_CHECKS: Final = (
    Check("program", Message(N_("The program")), _program),
    Check("numbers", Message(N_("Arithmetic and shortest paths")), _numbers),
    Check("geometry", Message(N_("Geometry")), _geometry),
    Check("projections", Message(N_("Coordinate systems")), _projections),
    Check("vector_files", Message(N_("Reading and writing map files")), _vector_files),
    Check("drawings", Message(N_("Reading drawings, placemarks and waypoints")), check_drawings),
    Check("database", Message(N_("The project file's database")), _database),
    Check("password", Message(N_("Projects under a password")), check_password),
    Check("database_server", Message(N_("The driver for database servers, with no server there")), check_server_driver),
    Check("outlines", Message(N_("Outlines and groups")), check_outlines),
    Check("solvers", Message(N_("Solvers")), _solvers),
    Check("main_job", Message(N_("Sample district: rings, plan, web map")), _main_job),
    Check("paper", Message(N_("Fonts and printed sheets")), _paper),
    Check("documents", Message(N_("Word reports and Excel tables")), check_documents),
    Check("batch", Message(N_("Many projects at once, in other processes")), check_batch),
    Check("web_view", Message(N_("The web view of the map")), _web_view),
)
