"""The main job on the sample district: from its files to sheets, web map and a summary, in one folder."""

from __future__ import annotations

import datetime as dt
import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from patrolmap import __version__
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress
from patrolmap.services.folders import make_folder
from patrolmap.services.hotspots import find_hotspots
from patrolmap.services.planning import plan_shift
from patrolmap.services.projects import open_project
from patrolmap.services.rings import ring_closure
from patrolmap.services.sample import sample_shift
from patrolmap.services.sample_project import make_sample_project
from patrolmap.services.sheets import write_sheets
from patrolmap.services.webmap import write_webmap
from patrolmap.whole_files import write_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from patrolmap.model.plan import PatrolPlan
    from patrolmap.project.store import ProjectStore

__all__ = ["PROJECT_NAME", "DemoResult", "run_demo"]

PROJECT_NAME: Final = "sample-district.gpkg"
DEFAULT_TIME_LIMIT_S: Final = 20.0


@dataclass
class DemoResult:
    """
    What the main job made.

    Parameters
    ----------
    folder, project, webmap, summary : Path
        Where it is.
    sheets : tuple of Path
        A sheet for each team with stops.
    overview : Path
        The duty officer's overview.
    figures : dict of str to Any
        What was counted and found, by step; JSON values.
    seconds : dict of str to float
        Time of each step.
    """

    folder: Path
    project: Path
    webmap: Path
    summary: Path
    sheets: tuple[Path, ...] = ()
    overview: Path | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def run_demo(
    folder: Path,
    *,
    seed: int = 0,
    time_limit_s: float = DEFAULT_TIME_LIMIT_S,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> DemoResult:
    """
    Do the main job on the sample district.

    Parameters
    ----------
    folder : Path
        Where to write; made if it is missing. An earlier result of this command in it is replaced.
    seed : int, default 0
        Seed of every random choice.
    time_limit_s : float, default 20.0
        For the search of the plan.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    DemoResult
        What was made.

    Raises
    ------
    InputError
        If the folder is a file.
    PatrolmapError
        If something cannot be written.
    CancelledError
        If the user cancelled.
    """
    make_folder(folder)
    done = DemoResult(folder, folder / PROJECT_NAME, folder / "map.html", folder / "summary.json")
    done.project.unlink(missing_ok=True)
    with _timed(done, "import"):
        make_sample_project(done.project, progress=SubProgress(progress, 0.0, 0.25), cancel=cancel)
    with open_project(done.project) as project:
        done.figures["layers"] = {name: count for name, count in project.counts().items() if count}
        with _timed(done, "rings"):
            done.figures["rings"] = _rings(project, SubProgress(progress, 0.25, 0.3), cancel)
        with _timed(done, "hotspots"):
            part = SubProgress(progress, 0.3, 0.5)
            done.figures["hotspots"] = _hotspots(project, seed, part, cancel)
        with _timed(done, "plan"):
            plan = plan_shift(
                project,
                sample_shift(),
                seed=seed,
                time_limit_s=time_limit_s,
                progress=SubProgress(progress, 0.5, 0.85),
                cancel=cancel,
            )
            done.figures["plan"] = _plan(plan)
        with _timed(done, "sheets"):
            part = SubProgress(progress, 0.85, 0.95)
            written = write_sheets(project, plan.plan_id, folder / "sheets", progress=part, cancel=cancel)
            done.sheets, done.overview = written.sheets, written.overview
            done.figures["sheets"] = {"files": len(written.sheets), "pages": written.pages}
        with _timed(done, "webmap"):
            progress(0.95, Message(N_("Writing the web map")))
            write_webmap(project, done.webmap, plan_id=plan.plan_id, cancel=cancel)
    _write_summary(done)
    progress(1.0)
    return done


@contextmanager
def _timed(done: DemoResult, name: str) -> Iterator[None]:
    start_s = time.perf_counter()
    yield
    done.seconds[name] = round(time.perf_counter() - start_s, 2)


def _rings(project: ProjectStore, progress: Progress, cancel: Cancel) -> dict[str, Any]:
    return {
        answer.line.ring: {
            "crossings": len(answer.line.crossings),
            "uncontrolled": sum(not crossing.controlled for crossing in answer.line.crossings),
            "leaks": len(answer.closure.leaks),
            "closed": not answer.closure.leaks,
        }
        for answer in ring_closure(project, progress=progress, cancel=cancel)
    }


def _hotspots(project: ProjectStore, seed: int, progress: Progress, cancel: Cancel) -> dict[str, Any]:
    found = find_hotspots(project, seed=seed, progress=progress, cancel=cancel)
    return {
        "hotspots": len(found.hotspots),
        "method": found.method,
        "incidents_used": found.used,
        "incidents_outside": found.outside,
        "notices": [tr(notice) for notice in found.notices],
    }


def _plan(plan: PatrolPlan) -> dict[str, Any]:
    busy = [route for route in plan.routes if route.stops]
    return {
        "plan_id": plan.plan_id,
        "teams": len(plan.routes),
        "teams_out": len(busy),
        "stops": sum(len(route.stops) for route in busy),
        "unmet": len(plan.unmet),
        "unmet_required": sum(unmet.visit.required for unmet in plan.unmet),
        "length_m": round(sum(route.length_m for route in busy)),
        "prize": round(sum(route.prize for route in busy), 3),
        "seed": plan.provenance.seed,
    }


def _write_summary(done: DemoResult) -> None:
    document = {
        "program_version": __version__,
        "made_at": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "project": done.project.name,
        "webmap": done.webmap.name,
        "overview": str(done.overview.relative_to(done.folder)) if done.overview else None,
        "sheets": [str(path.relative_to(done.folder)) for path in done.sheets],
        "figures": done.figures,
        "seconds": done.seconds,
    }
    write_files({done.summary: json.dumps(document, ensure_ascii=False, indent=2).encode()})
