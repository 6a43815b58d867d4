"""The coordinate doctor: which system the numbers of a file are in, by the project's streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj

from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.ingest.doctor.evidence import Diagnosis, diagnose
from patrolmap.ingest.doctor.files import read_numbers
from patrolmap.ingest.doctor.hypotheses import hypotheses
from patrolmap.messages import N_, Message
from patrolmap.model.frame import WGS84
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from patrolmap.ingest.database_address import DatabaseTable
    from patrolmap.ingest.doctor.evidence import Evidence
    from patrolmap.project.store import ProjectStore

__all__ = ["CoordinateReport", "coordinate_document", "coordinate_lines", "examine_coordinates", "examine_numbers"]

_PREVIEW_POINTS: Final = 200


@dataclass(frozen=True, eq=False)
class CoordinateReport:
    """
    What the doctor found in a file.

    Parameters
    ----------
    source : str
        File name.
    total : int
        Coordinates in the file.
    diagnosis : Diagnosis
        The evidence and the advice.
    """

    source: str
    total: int
    diagnosis: Diagnosis


def examine_coordinates(
    project: ProjectStore,
    path: Path | DatabaseTable,
    *,
    mapping: Mapping[str, str] | None = None,
    encoding: str = "auto",
    sheet: str | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> CoordinateReport:
    """
    Examine the coordinates of a file, without importing it.

    Parameters
    ----------
    project : ProjectStore
        The project; its streets are what the points should lie near.
    path : Path or DatabaseTable
        Anything that import reads.
    mapping : mapping of str to str or None, default None
        ``x`` and ``y`` to columns; guessed without it.
    encoding : str, default "auto"
        Encoding of the texts.
    sheet : str or None, default None
        Sheet of a workbook, layer or member; None chooses.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    CoordinateReport
        Figures for each system, and the one to import with, if one stands out.

    Raises
    ------
    InputError
        If the file has no coordinates, or the project no streets on Earth.
    """
    progress(0.0, Message(N_("Reading {name}"), {"name": path.name}))
    _require_streets(project)
    numbers = read_numbers(path, mapping=mapping, encoding=encoding, sheet=sheet, cancel=cancel)
    raise_if_cancelled(cancel)
    progress(0.4, Message(N_("Comparing with the streets")))
    diagnosis = examine_numbers(project, numbers.xy, numbers.declared)
    progress(1.0)
    return CoordinateReport(path.name, numbers.total, diagnosis)


def examine_numbers(project: ProjectStore, xy: NDArray[np.float64], declared: pyproj.CRS | None = None) -> Diagnosis:
    """
    Examine bare numbers.

    Parameters
    ----------
    project : ProjectStore
        A project with streets on Earth.
    xy : (n, 2) array
        The numbers in their order.
    declared : pyproj.CRS or None, default None
        The declared system.

    Returns
    -------
    Diagnosis
        Figures and advice.
    """
    streets = project.metric_layer("streets").geometry.to_numpy()
    to_metric = pyproj.Transformer.from_crs(WGS84, project.frame.metric_crs, always_xy=True)
    extent = project.layer("streets").total_bounds
    centre = (float(extent[0] + extent[2]) / 2, float(extent[1] + extent[3]) / 2)

    def metric(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_metric.transform(lonlat[:, 0], lonlat[:, 1]))

    return diagnose(hypotheses(xy, centre, declared), streets, metric)


def coordinate_document(report: CoordinateReport) -> dict[str, Any]:
    """
    Write a report as a JSON document in the user's language.

    Parameters
    ----------
    report : CoordinateReport
        The report.

    Returns
    -------
    dict of str to Any
        For each system the median distance to the nearest street with its quartiles and a preview of at most 200 points in
        WGS 84; the advice, or null.
    """
    diagnosis = report.diagnosis
    advice = diagnosis.advice
    return {
        "source": report.source,
        "points": report.total,
        "points_examined": diagnosis.points,
        "sure": advice is not None,
        "advice": None
        if advice is None
        else {
            "crs": advice.hypothesis.crs,
            "title": advice.hypothesis.title,
            "swapped_axes": advice.hypothesis.swapped,
        },
        "reasons": [tr(reason) for reason in diagnosis.reasons],
        "systems": [_system_document(evidence) for evidence in diagnosis.evidence],
    }


def coordinate_lines(report: CoordinateReport) -> tuple[str, ...]:
    """
    Write a report for people, in their language.

    Parameters
    ----------
    report : CoordinateReport
        The report.

    Returns
    -------
    tuple of str
        A line for each system, then the advice.
    """
    diagnosis = report.diagnosis
    lines = [
        tr("{points} points of {source}; distance to the nearest street:", points=report.total, source=report.source)
    ]
    lines += ["  " + _system_line(evidence) for evidence in diagnosis.evidence]
    lines += [tr(reason) for reason in diagnosis.reasons]
    if diagnosis.advice is None:
        lines.append(tr("Not sure: look at the figures, and ask where the file comes from."))
    else:
        lines.append(tr("Import it with --crs {crs}.", crs=diagnosis.advice.hypothesis.crs))
    return tuple(lines)


def _system_document(evidence: Evidence) -> dict[str, Any]:
    one = evidence.hypothesis
    step = max(-(-len(one.lonlat) // _PREVIEW_POINTS), 1)
    points = one.lonlat[::step]
    return {
        "crs": one.crs,
        "title": one.title,
        "swapped_axes": one.swapped,
        "same_as": one.same_as,
        "median_m": round(evidence.median_m, 1),
        "lower_quartile_m": round(evidence.lower_m, 1),
        "upper_quartile_m": round(evidence.upper_m, 1),
        "share_within_30_m": round(evidence.near_share, 3),
        "preview": {"type": "MultiPoint", "coordinates": points[np.isfinite(points).all(axis=1)].round(7).tolist()},
    }


def _system_line(evidence: Evidence) -> str:
    line = tr(
        "{crs}: median {median_m} m, half of the points between {lower_m} and {upper_m} m",
        crs=evidence.hypothesis.title,
        median_m=round(evidence.median_m),
        lower_m=round(evidence.lower_m),
        upper_m=round(evidence.upper_m),
    )
    if evidence.hypothesis.swapped:
        line += " " + tr("(axes exchanged)")
    return line


def _require_streets(project: ProjectStore) -> None:
    if not project.count("streets"):
        raise InputError(
            N_("The project has no streets."),
            why=N_("Coordinates are judged by their distance to streets."),
            remedy=N_("Import the layer streets first."),
        )
    if project.frame.is_planar:
        raise InputError(
            N_("This project is a plane of bare numbers."), why=N_("Systems on Earth cannot be compared with it.")
        )
