"""Give a project to other programs: as GPX, KML, GeoJSON, GeoPackage, Excel or a calendar."""

from __future__ import annotations

import math
import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.exchange.coverage_table import coverage_table, no_coverage_table
from patrolmap.exchange.geojson import geojson_document
from patrolmap.exchange.gpx import gpx_document
from patrolmap.exchange.ical import calendar_document
from patrolmap.exchange.kml import kml_document, kmz_archive
from patrolmap.exchange.plan_tables import plan_tables
from patrolmap.exchange.qml import qml_document
from patrolmap.exchange.sld import sld_document
from patrolmap.exchange.symbols import layer_symbols
from patrolmap.exchange.workbook import workbook_bytes
from patrolmap.messages import N_, Message
from patrolmap.model.edits import Compound, InsertRows
from patrolmap.model.layers import LAYERS
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.project.store import ProjectStore
from patrolmap.services.folders import make_folder
from patrolmap.services.publishing import PUBLISHED_LAYERS, published_layers, published_tables
from patrolmap.services.rings_cover import cover
from patrolmap.whole_files import unwritable, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd

    from patrolmap.exchange.workbook import Table
    from patrolmap.model.plan import PatrolPlan, Route

__all__ = ["FORMATS", "ExportResult", "export", "safe_name"]

FORMATS: Final = ("gpx", "kml", "geojson", "gpkg", "xlsx", "ics")
"""What can be written; ``kml`` to a file that ends in ``.kmz`` is packed."""

_OF_A_PLAN: Final = frozenset({"gpx", "xlsx", "ics"})
_PER_TEAM: Final = frozenset({"gpx", "ics"})
_SHOWN: Final = ("boundary", "rings", "blocks", "hotspots", "sites")
_PLANNED: Final = ("routes", "stops")
_COVER_MINUTES: Final = (1.0, 3.0, 5.0)
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]+')
_STYLE_NAME: Final = "patrolmap"


@dataclass(frozen=True)
class ExportResult:
    """
    What was written.

    Parameters
    ----------
    format : str
        One of `FORMATS`.
    plan_id : str or None
        The plan in it; None if there is none.
    files : tuple of Path
        In the order of the plan.
    """

    format: str
    plan_id: str | None
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Work:
    """What every step of an export needs."""

    project: ProjectStore
    plan: PatrolPlan | None
    format_name: str
    progress: Progress
    cancel: Cancel
    publish: bool = False


def export(
    project: ProjectStore,
    out: Path,
    format_name: str,
    plan_id: str | None = None,
    *,
    publish: bool = False,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> ExportResult:
    """
    Write a project or its plan for other programs, whole or not at all.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    out : Path
        A file; or a folder (one that exists, or a name without an ending), which gets a file for each team (GPX,
        calendar), for each layer (GeoJSON), or one file. Files of the same names are replaced.
    format_name : str
        One of `FORMATS`.
    plan_id : str or None
        Which plan; None for the newest. GPX, Excel and calendars need one.
    publish : bool, default False
        For readers outside the office: no plan, no blocks, no streets; small counts and what is internal are left out.
        GeoJSON, KML and GeoPackage have missing values there, Excel has ``<5`` in tables of counts with their sums.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop; then nothing is written.

    Returns
    -------
    ExportResult
        What was written. Leaders of teams and their telephones are not in it.

    Raises
    ------
    InputError
        If there is no such format or plan, nothing to write, no place on Earth where one is needed, the format is not for
        publication, or the file cannot be written.
    CancelledError
        If the user cancelled.
    """
    if format_name not in FORMATS:
        raise InputError(
            N_("There is no format {name}."),
            remedy=N_("Choose one of: {names}."),
            name=format_name,
            names=list(FORMATS),
        )
    if publish and format_name in _PER_TEAM:
        raise InputError(N_("A plan is not for publication."), remedy=N_("Publish GeoJSON, KML, GeoPackage or Excel."))
    plan = None if publish else _plan(project, plan_id, needed=format_name in _OF_A_PLAN)
    is_folder = out.is_dir() or not out.suffix
    stem = safe_name(plan.plan_id if plan else project.name)
    target = out / f"{stem}.{format_name}" if is_folder else out
    if is_folder:
        make_folder(out)
    raise_if_cancelled(cancel)
    progress(0.1, Message(N_("Writing {name}"), {"name": target.name}))
    if plan is not None:
        project.give_out(plan.plan_id)
    if format_name == "gpkg":
        work = _Work(project, plan, format_name, progress, cancel, publish)
        files: tuple[Path, ...] = (_write_geopackage(work, target),)
    else:
        contents = _contents(_Work(project, plan, format_name, progress, cancel, publish), target, split=is_folder)
        raise_if_cancelled(cancel)
        files = write_files(contents)
    progress(1.0)
    return ExportResult(format_name, plan.plan_id if plan else None, files)


def _plan(project: ProjectStore, plan_id: str | None, *, needed: bool) -> PatrolPlan | None:
    if plan_id is not None:
        return project.plan(plan_id)
    plan = project.latest_plan()
    if plan is None and needed:
        raise InputError(N_("The project has no plan yet."), remedy=N_("Make a plan first."))
    return plan


def _contents(work: _Work, target: Path, *, split: bool) -> dict[Path, bytes]:
    project, plan, format_name = work.project, work.plan, work.format_name
    if plan is not None and split and format_name in _PER_TEAM:
        return _by_team(work, target, plan)
    if plan is not None and format_name in _OF_A_PLAN:
        return {target: _of_plan(work, plan, plan.routes)}
    if format_name == "xlsx":
        return {target: workbook_bytes(published_tables(project), title=project.name, cancel=work.cancel)}
    layers = _layers(project, plan)
    if work.publish:
        layers = published_layers(project, layers)
    if format_name == "kml":
        document = kml_document(project.name, layers, project.frame, plan, cancel=work.cancel)
        return {target: kmz_archive(document) if target.suffix.lower() == ".kmz" else document}
    if split:
        return {
            target.with_name(f"{name}.geojson"): geojson_document({name: layer}, project.frame)
            for name, layer in layers.items()
        }
    return {target: geojson_document(layers, project.frame)}


def _by_team(work: _Work, target: Path, plan: PatrolPlan) -> dict[Path, bytes]:
    contents: dict[Path, bytes] = {}
    for number, route in enumerate(plan.routes, start=1):
        raise_if_cancelled(work.cancel)
        work.progress(0.1 + 0.8 * number / len(plan.routes))
        if route.stops or work.format_name == "ics":
            stem = f"{safe_name(plan.plan_id)}-{safe_name(route.team_id)}-{safe_name(route.team_name)}"
            path = target.with_name(f"{stem}.{work.format_name}")
            # Ids that differ only in letters that a file name cannot have must not share a file.
            path = target.with_name(f"{stem}-{number}.{work.format_name}") if path in contents else path
            contents[path] = _of_plan(work, plan, (route,))
    if not contents:
        raise InputError(N_("No team of the plan has a stop."), remedy=N_("Choose another plan."))
    return contents


def _of_plan(work: _Work, plan: PatrolPlan, routes: Sequence[Route]) -> bytes:
    if work.format_name == "gpx":
        return gpx_document(plan, routes, work.project.frame, cancel=work.cancel)
    if work.format_name == "ics":
        return calendar_document(plan, routes)
    *tables, form = plan_tables(plan, work.project.frame)
    tables += [_coverage(work), form]
    return workbook_bytes(tables, title=f"{plan.district} {plan.plan_id}", cancel=work.cancel)


def _coverage(work: _Work) -> Table:
    project = work.project
    if not project.count("streets"):
        return no_coverage_table(Message(N_("The project has no streets.")))
    try:
        found = cover(project, _COVER_MINUTES, areas=False, cancel=work.cancel)
    except InputError as error:
        return no_coverage_table(error.what)
    sites = project.layer("sites")
    names = dict(zip(sites["site_id"].astype(str), sites["name"].astype(str), strict=True))
    rows = [(row.what, row.by, row.group, row.minutes, row.reached, row.total) for row in found.rows if row.total]
    late = [(one, names.get(one, one), s if math.isfinite(s) else None) for one, s in found.uncovered_sites]
    return coverage_table(rows, late)


def _layers(project: ProjectStore, plan: PatrolPlan | None) -> dict[str, gpd.GeoDataFrame]:
    found = {name: project.layer(name) for name in _SHOWN if project.count(name)}
    if plan is not None:
        for name in _PLANNED:
            layer = project.layer(name)
            found[name] = layer[layer["plan_id"] == plan.plan_id]
    if not found:
        raise InputError(
            N_("There is nothing to export yet."), remedy=N_("Import rings and sites or make a plan first.")
        )
    return found


def _write_geopackage(work: _Work, target: Path) -> Path:
    project = work.project
    if target.exists() and target.samefile(project.path):
        raise InputError(
            N_("{path} is the project itself."), remedy=N_("Choose another name for the copy."), path=str(target)
        )
    draft = target.with_name(f".{target.stem}.{os.getpid()}.part.gpkg")
    try:
        _fill_geopackage(work, draft)
        draft.replace(target)
    except OSError as error:
        raise unwritable(target, error) from error
    finally:
        for leftover in (draft, draft.with_name(f"{draft.name}.lock"), draft.with_name(f"{draft.name}-journal")):
            with suppress(OSError):  # of a drive that went away; the error that matters is on its way
                leftover.unlink(missing_ok=True)
    return target


def _fill_geopackage(work: _Work, draft: Path) -> None:
    """Make a project of its own, so that neither the journal nor what undo keeps leaves the office."""
    project, plan, cancel = work.project, work.plan, work.cancel
    with ProjectStore.create(draft, name=project.name, frame=project.frame) as copy:
        inserts = []
        for name in LAYERS:
            raise_if_cancelled(cancel)
            if name in _PLANNED or not project.count(name) or (work.publish and name not in PUBLISHED_LAYERS):
                continue
            personal = [field.name for field in LAYERS[name].fields if field.personal]
            rows = project.layer(name).assign(**dict.fromkeys(personal))
            if work.publish:
                rows = published_layers(project, {name: rows})[name]
            inserts.append(InsertRows(name, rows))
        if not inserts and plan is None:
            raise InputError(
                N_("There is nothing to export yet."), remedy=N_("Import rings and sites or make a plan first.")
            )
        label = Message(N_("Copy of {name}"), {"name": project.name})
        if inserts:
            copy.apply(Compound(tuple(inserts)), label)
        if plan is not None:
            routes = tuple(replace(route, leader="", phone="", area_lead="", point_lead="") for route in plan.routes)
            copy.save_plan(replace(plan, routes=routes), label=label)
            copy.save_log(project.log_entries(plan.plan_id), label=label)
        raise_if_cancelled(cancel)
        _dress(copy, {} if plan is None else {route.team_id: route for route in plan.routes})


def _dress(copy: ProjectStore, teams: Mapping[str, Route]) -> None:
    for name, symbols in layer_symbols(copy.count("hotspots")).items():
        qml = qml_document(symbols, tuple(teams))
        copy.set_layer_style(name, name=_STYLE_NAME, qml=qml, sld=sld_document(name, symbols))


def safe_name(name: str) -> str:
    """
    Make a name fit for a file.

    Parameters
    ----------
    name : str
        Of a plan, a team or a project.

    Returns
    -------
    str
        At most 60 letters, none that a file name cannot have; ``_`` if nothing is left.
    """
    return _UNSAFE.sub("_", name).strip(" .")[:60] or "_"
