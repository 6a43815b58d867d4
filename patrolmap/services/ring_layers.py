"""What is computed about rings as layers of the web map."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd

from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.rings.closure import ClosureParams
from patrolmap.services.ring_closure_views import closure_marks
from patrolmap.services.ring_cover_views import blocks_view, coverage_view
from patrolmap.services.ring_gap_views import gap_marks
from patrolmap.services.ring_views import site_names
from patrolmap.services.rings import ring_closure
from patrolmap.services.rings_between import ring_to_ring
from patrolmap.services.rings_blocks import ring_blocks
from patrolmap.services.rings_cover import cover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.schedule import Shift
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.ring_views import Cell, Mark

__all__ = ["mark_layer", "ring_layers"]

_MINUTES = (1.0, 3.0, 5.0)


def mark_layer(marks: Sequence[Mark], frame: SpatialFrame) -> gpd.GeoDataFrame:
    """
    Turn marks into a layer.

    Parameters
    ----------
    marks : sequence of Mark
        From the lowest to the topmost.
    frame : SpatialFrame
        The project's frame.

    Returns
    -------
    geopandas.GeoDataFrame
        Stored system; columns ``kind``, ``rank``, ``title`` and ``rows`` (JSON pairs of label and value), in the user's
        language.
    """
    columns = {
        "kind": [mark.kind for mark in marks],
        "rank": [mark.rank for mark in marks],
        "title": [tr(mark.title) for mark in marks],
        "rows": [
            json.dumps([[tr(name), _text(value)] for name, value in mark.rows], ensure_ascii=False) for mark in marks
        ],
    }
    made = gpd.GeoDataFrame(columns, geometry=[mark.geometry for mark in marks], crs=frame.metric_crs)
    return frame.to_stored(made)


def ring_layers(
    project: ProjectStore,
    duty: Shift | None = None,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> dict[str, gpd.GeoDataFrame]:
    """
    Compute the layers of the web map that show the rings.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    duty : Shift or None
        Only who is on duty during all of it counts; None for everybody.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    dict of str to geopandas.GeoDataFrame
        ``ring_reach``, ``ring_blocks``, ``ring_crossings``, ``ring_leaks``, ``ring_passes`` and ``ring_cut``; those without anything to show
        are left out, and coverage where there is no post.

    Raises
    ------
    InputError
        If there are no streets or no rings.
    """
    names = site_names(project)
    params, part = ClosureParams(duty=duty), SubProgress(progress, 0.0, 0.2)
    answers = ring_closure(project, params=params, progress=part, cancel=cancel)
    gaps = ring_to_ring(project, params, progress=SubProgress(progress, 0.2, 0.3), cancel=cancel)
    marks = {f"ring_{name}": found for name, found in closure_marks(answers, names).items()}
    marks["ring_passes"] = gap_marks(gaps)
    blocks = ring_blocks(project, duty=duty, progress=SubProgress(progress, 0.3, 0.6), cancel=cancel)
    marks["ring_blocks"] = blocks_view(project, blocks).marks
    raise_if_cancelled(cancel)
    if project.count("sites"):
        progress(0.6, Message(N_("Computing the coverage")))
        reached = cover(project, _MINUTES, progress=SubProgress(progress, 0.6, 1.0), cancel=cancel)
        marks["ring_reach"] = coverage_view(project, reached).marks
    return {name: mark_layer(some, project.frame) for name, some in marks.items() if some}


def _text(value: Cell) -> str:
    if value is None:
        return "–"
    return tr(value) if isinstance(value, Message) else str(value)
