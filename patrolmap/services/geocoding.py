"""Places without coordinates, found on a project's own streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import shapely

from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.ingest.places.answers import HIGH, PlaceAnswer, PlaceStatus
from patrolmap.ingest.places.files import read_notice
from patrolmap.ingest.places.geocoder import Geocoder
from patrolmap.ingest.places.notices import NoticeRow
from patrolmap.messages import N_, Message
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from patrolmap.ingest.places.answers import Candidate
    from patrolmap.project.store import ProjectStore

__all__ = ["GeocodeResult", "GeocodedRow", "geocode_document", "geocode_file", "geocode_lines", "geocode_texts"]

_KINDS: Final = {
    PlaceStatus.FOUND: N_("found"),
    PlaceStatus.AMBIGUOUS: N_("ambiguous"),
    PlaceStatus.FAILED: N_("not found"),
}


@dataclass(frozen=True)
class GeocodedRow:
    """
    One description with its answer.

    Parameters
    ----------
    row : NoticeRow
        Where it stands, its number, what is recorded there.
    answer : PlaceAnswer
        What became of it.
    """

    row: NoticeRow
    answer: PlaceAnswer


@dataclass(frozen=True)
class GeocodeResult:
    """
    All descriptions of one request.

    Parameters
    ----------
    source : str
        File name; empty for texts.
    rows : tuple of GeocodedRow
        In their order.
    skipped : tuple of (int, str)
        Lines that name no place.
    """

    source: str
    rows: tuple[GeocodedRow, ...]
    skipped: tuple[tuple[int, str], ...] = ()


def geocode_texts(
    project: ProjectStore,
    texts: Sequence[str],
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> GeocodeResult:
    """
    Find the places that descriptions mean.

    Parameters
    ----------
    project : ProjectStore
        The project; its streets are all that is known.
    texts : sequence of str
        The descriptions.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    GeocodeResult
        An answer for each; nothing is guessed silently.

    Raises
    ------
    InputError
        If the project has no streets, or none of them has a name.
    """
    rows = tuple(NoticeRow(line, "", text.strip(), "") for line, text in enumerate(texts, start=1) if text.strip())
    if not rows:
        raise InputError(N_("There is no text to look for."), remedy=N_("Give --text TEXT or --file FILE."))
    return GeocodeResult("", _answers(project, rows, progress, cancel))


def geocode_file(
    project: ProjectStore,
    path: Path,
    *,
    encoding: str = "auto",
    each_line: bool = False,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> GeocodeResult:
    """
    Find the places that a notice or a table names.

    Parameters
    ----------
    project : ProjectStore
        The project.
    path : Path
        A text with one place a line, CSV or Excel.
    encoding : str, default "auto"
        Encoding of the texts.
    each_line : bool, default False
        Whether each line is taken for a place, as in a list of addresses; else the text around a notice's list is passed over.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    GeocodeResult
        An answer for each entry.

    Raises
    ------
    InputError
        If the file cannot be read or names no place, or the project has no named streets.
    """
    notice = read_notice(path, encoding=encoding, each_line=each_line, cancel=cancel)
    return GeocodeResult(path.name, _answers(project, notice.rows, progress, cancel), notice.skipped)


def _answers(
    project: ProjectStore, rows: Sequence[NoticeRow], progress: Progress, cancel: Cancel
) -> tuple[GeocodedRow, ...]:
    graph = street_graph(project, progress=SubProgress(progress, 0.0, 0.5), cancel=cancel)
    if not (graph.edges[["name", "ref"]].astype(str) != "").to_numpy().any():
        raise InputError(
            N_("No street of the project has a name."),
            why=N_("Places are looked for by the names of streets that meet."),
            remedy=N_("Import streets with a column of names."),
        )
    geocoder = Geocoder(graph)
    answers = []
    for done, row in enumerate(rows):
        raise_if_cancelled(cancel)
        if done % 50 == 0:
            progress(
                0.5 + 0.5 * done / len(rows),
                Message(N_("Looking for {count} {count:place|places}"), {"count": len(rows)}),
            )
        answers.append(GeocodedRow(row, geocoder.find(row.place)))
    progress(1.0)
    return tuple(answers)


def geocode_document(project: ProjectStore, result: GeocodeResult) -> dict[str, Any]:
    """
    Write answers as a JSON document in the user's language.

    Parameters
    ----------
    project : ProjectStore
        The project, for its coordinate system.
    result : GeocodeResult
        The answers.

    Returns
    -------
    dict of str to Any
        Counts; each row with status, confidence from 0 to 1, reasons and point; the rows to review; lines passed over.
    """
    point = _point_maker(project)
    rows = [_row_document(row, point) for row in result.rows]
    return {
        "source": result.source,
        "counts": {
            "rows": len(rows),
            **{status.value: sum(row.answer.status is status for row in result.rows) for status in PlaceStatus},
            "high_confidence": sum(not row.answer.needs_review for row in result.rows),
            "review": sum(row.answer.needs_review for row in result.rows),
            "skipped_lines": len(result.skipped),
        },
        "high_confidence_from": HIGH,
        "results": rows,
        "review": [row for row, given in zip(rows, result.rows, strict=True) if given.answer.needs_review],
        "skipped_lines": [{"line": line, "text": text} for line, text in result.skipped],
    }


def geocode_lines(project: ProjectStore, result: GeocodeResult) -> tuple[str, ...]:
    """
    Write answers for people, in their language.

    Parameters
    ----------
    project : ProjectStore
        The project, for its coordinate system.
    result : GeocodeResult
        The answers.

    Returns
    -------
    tuple of str
        A line for each description, then what is to be reviewed and why.
    """
    point = _point_maker(project)
    lines = []
    for row in result.rows:
        answer = row.answer
        label = f"{row.row.number or row.row.line} {row.row.place}"
        said = "; ".join(tr(reason) for reason in answer.reasons)
        if answer.place is None:
            lines.append(f"{label}: {tr(_KINDS[answer.status])}. {said}")
            continue
        x, y = point(answer.place)["coordinates"]
        place = f"{x:.6f}, {y:.6f}"
        lines.append(f"{label}: {place} ({tr('confidence')} {answer.confidence:.0%}). {said}")
    review = sum(row.answer.needs_review for row in result.rows)
    count = {status: sum(row.answer.status is status for row in result.rows) for status in PlaceStatus}
    lines.append(
        tr(
            "{found} found, {ambiguous} ambiguous, {failed} not found; {review} to be reviewed",
            found=count[PlaceStatus.FOUND],
            ambiguous=count[PlaceStatus.AMBIGUOUS],
            failed=count[PlaceStatus.FAILED],
            review=review,
        )
    )
    if result.skipped:
        lines.append(tr("{count} lines name no place and were passed over", count=len(result.skipped)))
    return tuple(lines)


def _row_document(row: GeocodedRow, point: Callable[[Candidate], dict[str, Any]]) -> dict[str, Any]:
    answer = row.answer
    place = answer.place
    document: dict[str, Any] = {
        "row": row.row.line,
        "number": row.row.number,
        "text": row.row.place,
        "recorded": row.row.recorded,
        "status": answer.status.value,
        "confidence": round(answer.confidence, 3),
        "needs_review": answer.needs_review,
        "reasons": [tr(reason) for reason in answer.reasons],
        "alias": answer.alias,
        "precision": place.precision.value if place else None,
        "spread_m": round(place.spread_m, 1) if place else None,
        "streets": list(place.streets) if place else [],
        "geometry": point(place) if place else None,
    }
    if place is None:
        document["candidates"] = [_candidate_document(candidate, point) for candidate in answer.candidates]
    return document


def _candidate_document(candidate: Candidate, point: Callable[[Candidate], dict[str, Any]]) -> dict[str, Any]:
    return {
        "streets": list(candidate.streets),
        "confidence": round(candidate.confidence, 3),
        "precision": candidate.precision.value,
        "reasons": [tr(reason) for reason in candidate.reasons],
        "geometry": point(candidate),
    }


def _point_maker(project: ProjectStore) -> Callable[[Candidate], dict[str, Any]]:
    """Give what turns a place into GeoJSON: WGS 84, or the plane's own units."""
    frame = project.frame

    def point(place: Candidate) -> dict[str, Any]:
        stored = frame.metric_to_wgs84(shapely.Point(place.x_m, place.y_m))
        return {"type": "Point", "coordinates": [round(stored.x, 7), round(stored.y, 7)]}

    return point
