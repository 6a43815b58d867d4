"""Write a project's web map."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.maps.webmap import WebMapTexts, webmap_html
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ShiftMode
from patrolmap.model.schedule import clock
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.publishing import publish_threshold, published_layers
from patrolmap.services.ring_cover_views import kept_blocks_view
from patrolmap.services.ring_layers import mark_layer, ring_layers
from patrolmap.whole_files import write_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd

    from patrolmap.model.plan import PatrolPlan
    from patrolmap.model.schedule import Shift
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.ring_views import Mark

__all__ = ["WebMapResult", "write_webmap"]

_LAYERS: Final = ("streets", "barriers", "boundary", "rings", "grid_cells", "hotspots", "sites")
_MODES: Final = {ShiftMode.ROUTINE: N_("routine"), ShiftMode.HEIGHTENED: N_("heightened")}


@dataclass(frozen=True)
class WebMapResult:
    """
    What was written.

    Parameters
    ----------
    path : Path
        The file.
    size_bytes : int
        Its size.
    plan_id : str or None
        The plan whose routes it shows; None if it shows none.
    published : bool
        Whether small counts are suppressed and routes left out.
    rows : dict of str to int
        Rows of each layer on the map.
    """

    path: Path
    size_bytes: int
    plan_id: str | None
    published: bool
    rows: dict[str, int]


def write_webmap(
    project: ProjectStore,
    out_path: Path,
    plan_id: str | None = None,
    *,
    publish: bool = False,
    rings: bool = False,
    duty: Shift | None = None,
    answers: Mapping[str, Sequence[Mark]] | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> WebMapResult:
    """
    Write one file of HTML that shows the project in any browser, without a network.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    out_path : Path
        The file; an older one of this name is replaced once the new one is whole.
    plan_id : str or None
        Whose routes to show; None takes the newest plan, if there is one.
    publish : bool, default False
        For readers outside the office: small counts are suppressed; routes, stops, duty hours and owners are left
        out.
    rings : bool, default False
        Whether to compute and show crossings, ways in and from ring to ring, the places that would close the rings, blocks and
        isochrones;
        without, blocks are shown if the project keeps them.
    duty : Shift or None
        With `rings`, only who is on duty during all of it counts; None for everybody.
    answers : mapping of str to sequence of Mark, or None
        What else to show: marks of a view by the name of their layer, one of `patrolmap.maps.webmap.OVERLAY_LAYERS`.
    progress, cancel : Progress, Cancel
        Report and stop.

    Returns
    -------
    WebMapResult
        What was written.

    Raises
    ------
    InputError
        If there is no such plan, the project is empty, or the file cannot be written.
    CancelledError
        If `cancel` says so; then nothing is written.
    """
    plan = None if publish else _plan(project, plan_id)
    if plan is not None:
        project.give_out(plan.plan_id)
    layers = _layers(project, plan, cancel)
    overlays: dict[str, gpd.GeoDataFrame] = {}
    if publish and (rings or answers):
        raise InputError(
            N_("What is known about rings is not for publication."),
            remedy=N_("Write one map with it, and another to publish."),
        )
    if rings:
        overlays |= ring_layers(project, duty, progress=SubProgress(progress, 0.0, 0.2), cancel=cancel)
    elif project.count("blocks") and not publish:
        overlays["ring_blocks"] = mark_layer(kept_blocks_view(project).marks, project.frame)
    for name, marks in (answers or {}).items():
        if marks:
            overlays[name] = mark_layer(marks, project.frame)
    progress(0.2, Message(N_("Packing the streets")))
    if publish:
        layers |= published_layers(project, layers, keep_counts=True)
    texts = WebMapTexts(project.name, _subtitle(plan), _made())
    html = webmap_html(
        layers,
        project.frame,
        texts,
        overlays=overlays,
        publish=publish,
        small_count=publish_threshold(project),
        progress=SubProgress(progress, 0.2, 0.95),
        cancel=cancel,
    )
    raise_if_cancelled(cancel)
    content = html.encode()
    write_files({out_path: content})
    progress(1.0)
    rows = {name: len(layer) for name, layer in (layers | overlays).items()}
    return WebMapResult(out_path, len(content), plan.plan_id if plan else None, publish, rows)


def _plan(project: ProjectStore, plan_id: str | None) -> PatrolPlan | None:
    return project.latest_plan() if plan_id is None else project.plan(plan_id)


def _layers(project: ProjectStore, plan: PatrolPlan | None, cancel: Cancel) -> dict[str, gpd.GeoDataFrame]:
    found: dict[str, gpd.GeoDataFrame] = {}
    for name in _LAYERS:
        raise_if_cancelled(cancel)
        if project.count(name):
            found[name] = project.layer(name)
    if plan is not None:
        for name in ("routes", "stops"):
            layer = project.layer(name)
            found[name] = layer[layer["plan_id"] == plan.plan_id]
    if not found:
        raise InputError(
            N_("The project is empty: there is nothing to map."), remedy=N_("Import streets or rings first.")
        )
    return found


def _subtitle(plan: PatrolPlan | None) -> str:
    if plan is None:
        return ""
    shift = plan.shift
    return tr(
        "{name}, {date} {start} to {end} ({mode})",
        name=shift.name or shift.shift_id,
        date=shift.date.isoformat(),
        start=clock(shift.window.start_s),
        end=clock(shift.window.end_s),
        mode=tr(_MODES[shift.mode]),
    )


def _made() -> str:
    return tr("Made {moment}", moment=dt.datetime.now().strftime("%Y-%m-%d %H:%M"))
