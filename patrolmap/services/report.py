"""The situation report of a day, a week or a month: gathered, written as Word and PDF, previewed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import shapely

from patrolmap import __version__
from patrolmap.errors import InputError
from patrolmap.i18n import tr, tr_error
from patrolmap.maps.report_map import MapMark, MapPicture, picture_png
from patrolmap.messages import N_, Message
from patrolmap.model.events import EventState
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, SubProgress, raise_if_cancelled
from patrolmap.reports.closing import report_document
from patrolmap.reports.docx_writer import docx_bytes
from patrolmap.reports.facts import ReportFacts, SourceFact
from patrolmap.reports.public_report import public_document
from patrolmap.reports.suppression import public_facts
from patrolmap.services.folders import make_folder
from patrolmap.services.map_content import map_content
from patrolmap.services.publishing import publish_threshold
from patrolmap.services.report_facts import coverage_facts, hotspot_facts, incident_facts, period_of, ring_facts
from patrolmap.services.report_patrols import (
    done_places,
    event_facts,
    patrol_facts,
    proposal_facts,
    shifts_between,
)
from patrolmap.sheets.measuring import measuring_canvas
from patrolmap.sheets.pdf import write_pdf
from patrolmap.sheets.report_pages import ReportPages, report_pages
from patrolmap.whole_files import write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from patrolmap.maps.content import MapContent
    from patrolmap.project.store import ProjectStore
    from patrolmap.reports.document import ReportDocument
    from patrolmap.reports.public_facts import PublicFacts
    from patrolmap.services.report_patrols import ShiftDone
    from patrolmap.services.rings import RingAnswer

__all__ = ["SituationReport", "make_report", "report_layout", "write_report"]

_LEAK: Final = "#c2185b"
_POST: Final = "#0b6e4f"
_OPEN: Final = "#b3001b"
_DONE: Final = "#1f6f4a"


@dataclass(frozen=True, eq=False)
class SituationReport:
    """
    A report that is ready to be written.

    Parameters
    ----------
    facts : ReportFacts or PublicFacts
        Its numbers; for publication without small counts and what only the office should know.
    document : ReportDocument
        Its words and pictures.
    """

    facts: ReportFacts | PublicFacts
    document: ReportDocument


class _Gathering:
    """Collects facts, what is missing, and sources."""

    def __init__(self, project: ProjectStore, now: dt.datetime) -> None:
        self.project = project
        self.now = now.astimezone().isoformat(timespec="seconds")
        self.missing: dict[str, str] = {}
        self.sources: list[SourceFact] = []

    def take(self, part: str, compute: Callable[[], Any], empty: Any) -> Any:
        """Compute a part; if its data are missing keep the reason instead."""
        try:
            return compute()
        except InputError as error:
            self.missing[part] = tr_error(error.parts)
            return empty

    def source(self, part: str, service: str, chosen: str, parameters: str, layers: Sequence[str]) -> None:
        """Note where the numbers of a part come from."""
        hashes = "\n".join(f"{layer} {self.project.content_hash(layer)[:12]}" for layer in layers)
        self.sources.append(SourceFact(part, service.replace(".", ".\n"), chosen, parameters, hashes, self.now))


def make_report(
    project: ProjectStore,
    kind: str,
    end: dt.date,
    *,
    now: dt.datetime | None = None,
    publish: bool = False,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> SituationReport:
    """
    Gather the numbers of a period and put them into words, in the current language.

    Parameters
    ----------
    project : ProjectStore
        An open project; it is only read.
    kind : str
        ``day``, ``week`` (seven days) or ``month`` (from its first day).
    end : datetime.date
        Last day of the period.
    now : datetime.datetime or None
        Naive local time that states of events refer to; None for the clock.
    publish : bool, default False
        Whether it is for readers outside the office: with small counts suppressed, by the number that the exports have too.
    progress : Progress, optional
        Where to report.
    cancel : Cancel, optional
        The user's wish to stop.

    Returns
    -------
    SituationReport
        A part without data says so and why.

    Raises
    ------
    InputError
        If there is no such period.
    CancelledError
        If the user cancelled.
    """
    first, last = period_of(kind, end)
    now = now or dt.datetime.now()
    gathering = _Gathering(project, now)

    def step(fraction: float, text: Message) -> None:
        raise_if_cancelled(cancel)
        progress(fraction, text)

    step(0.0, Message(N_("Counting incidents")))
    incidents = gathering.take("incidents", lambda: incident_facts(project, first, last), None)
    step(0.1, Message(N_("Reading plans and logs")))
    shifts = shifts_between(project, first, last)
    if not shifts:
        gathering.missing["patrols"] = tr("No patrol was planned in the period.")
    step(0.2, Message(N_("Reading hotspots")))
    hotspots = None
    if project.count("hotspots"):
        hotspots = gathering.take("hotspots", lambda: hotspot_facts(project, first, last, done_places(shifts)), None)
    else:
        gathering.missing["hotspots"] = tr("The project has no hotspots yet; find them first.")
    step(0.25, Message(N_("Checking the rings")))
    part = SubProgress(progress, 0.25, 0.7)
    rings, answers = (
        ((), ()) if publish else gathering.take("rings", lambda: ring_facts(project, part, cancel), ((), ()))
    )
    step(0.7, Message(N_("Measuring coverage")))
    coverage, found = gathering.take(
        "coverage", lambda: coverage_facts(project, SubProgress(progress, 0.7, 0.9)), ((), None)
    )
    step(0.9, Message(N_("Writing the report")))
    events = None
    if project.count("events"):
        events = event_facts(project, first, last, now)
    else:
        gathering.missing["events"] = tr("No event was ever entered.")
    late = () if found is None else _site_names(project, [name for name, _ in found.uncovered_sites])
    _note_sources(gathering, first, last, now, () if publish else shifts)
    facts = ReportFacts(
        district=project.name,
        kind=kind,
        first=first,
        last=last,
        computed_at=gathering.now,
        program_version=__version__,
        incidents=incidents,
        hotspots=hotspots,
        rings=rings,
        coverage=coverage,
        patrols=patrol_facts(shifts),
        events=events,
        proposals=proposal_facts(rings, hotspots, late, shifts),
        missing=gathering.missing,
        sources=tuple(gathering.sources),
    )
    made = _published(project, facts) if publish else _internal(project, facts, answers, shifts, now)
    progress(1.0)
    return made


def report_layout(report: SituationReport) -> ReportPages:
    """
    Lay a report out on pages, for a preview or a PDF.

    Parameters
    ----------
    report : SituationReport
        The report.

    Returns
    -------
    ReportPages
        Its pages.
    """
    return report_pages(report.document, measuring_canvas())


def write_report(report: SituationReport, path: Path, *, pdf: Path | None = None) -> tuple[Path, ...]:
    """
    Write a report as Word, and as PDF if wanted, each whole or not at all.

    Parameters
    ----------
    report : SituationReport
        The report.
    path : Path
        The docx file; one of this name is replaced.
    pdf : Path or None
        The PDF; None for none.

    Returns
    -------
    tuple of Path
        What was written.

    Raises
    ------
    InputError
        If the file cannot be written.
    PatrolmapError
        If the folder cannot be made or the PDF not be written.
    """
    make_folder(path.parent)
    layout = report_layout(report)
    pictures = {
        figure.number: picture_png(figure.picture, figure.width_mm, layout.figure_mm[figure.number])
        for figure in report.document.figures
    }
    written = list(write_files({path: docx_bytes(report.document, pictures, layout.heading_pages, layout.fresh)}))
    if pdf is not None:
        make_folder(pdf.parent)
        write_pdf(pdf, layout.pages, title=report.document.title)
        written.append(pdf)
    return tuple(written)


def _note_sources(
    gathering: _Gathering, first: dt.date, last: dt.date, now: dt.datetime, shifts: Sequence[ShiftDone]
) -> None:
    days = tr("{first} to {last}", first=first.isoformat(), last=last.isoformat())
    inside = tr("{days}, by the middle of the time interval, in the study area", days=days)
    note = gathering.source
    note(
        "incidents",
        "incident_views.change_of",
        inside,
        tr("95 % intervals; previous period and year"),
        ("incidents", "boundary", "rings"),
    )
    note("hotspots", "hotspots.find_hotspots", inside, tr("as kept with the hotspots"), ("hotspots", "incidents"))
    note(
        "rings",
        "rings.ring_closure",
        tr("all rings"),
        tr("tolerance 150 m along the street; one-way streets ignored"),
        ("rings", "sites", "streets"),
    )
    note(
        "coverage",
        "rings_cover.cover",
        tr("all posts"),
        tr("1, 3 and 5 minutes by car, by class of street"),
        ("sites", "streets"),
    )
    plans = [shift.plan.plan_id for shift in shifts]
    note(
        "patrols",
        "patrol_log.log_numbers",
        tr("shifts that begin from {days}: {plans}", days=days, plans=plans) if plans else days,
        tr("punctual within 600 s; stays at most 60 s short; of several plans of a shift the one with the fullest log"),
        ("plans", "patrol_log"),
    )
    note(
        "events",
        "events.event_counts",
        tr("found from {days}", days=days),
        tr("states as of {moment}", moment=f"{now:%Y-%m-%d %H:%M}"),
        ("events",),
    )
    note("proposals", "report_patrols.proposal_facts", days, tr("from the parts above"), ())  # fmt: skip


def _site_names(project: ProjectStore, ids: Sequence[str]) -> tuple[str, ...]:
    sites = project.layer("sites")
    names = dict(zip(sites["site_id"].astype(str), sites["name"].astype(str), strict=True))
    return tuple(names.get(one, one) for one in ids)


def _internal(
    project: ProjectStore,
    facts: ReportFacts,
    answers: Sequence[RingAnswer],
    shifts: Sequence[ShiftDone],
    now: dt.datetime,
) -> SituationReport:
    return SituationReport(facts, report_document(facts, _pictures(project, facts, answers, shifts, now)))


def _published(project: ProjectStore, facts: ReportFacts) -> SituationReport:
    public = public_facts(facts, publish_threshold(project))
    has_map = public.hotspots is not None and (project.count("streets") or project.count("boundary"))
    pictures = {"hotspots": _hotspot_map(project, map_content(project))} if has_map else {}
    return SituationReport(public, public_document(public, pictures))


def _pictures(
    project: ProjectStore,
    facts: ReportFacts,
    answers: Sequence[RingAnswer],
    shifts: Sequence[ShiftDone],
    now: dt.datetime,
) -> dict[str, MapPicture]:
    if not (project.count("streets") or project.count("boundary")):
        return {}
    content = map_content(project)
    made = {}
    if facts.hotspots is not None:
        made["hotspots"] = _hotspot_map(project, content)
    if facts.rings:
        made["rings"] = _ring_map(content, answers)
    if facts.patrols:
        made["patrols"] = _patrol_map(content, shifts)
    if facts.events is not None and (marks := _event_marks(project, facts, now)):
        made["events"] = MapPicture(content, frozenset({"rings"}), marks)
    return made


def _hotspot_map(project: ProjectStore, content: MapContent) -> MapPicture:
    layer = project.metric_layer("hotspots")
    points = tuple(shapely.point_on_surface(layer.geometry.to_numpy()))
    mark = MapMark("", "#5b0a12", points, tuple(str(rank) for rank in layer["rank"]))
    return MapPicture(content, frozenset({"hotspots", "rings"}), (mark,))


def _ring_map(content: MapContent, answers: Sequence[RingAnswer]) -> MapPicture:
    leaks = tuple(leak.geometry for one in answers for leak in one.closure.leaks)
    posts = tuple(
        shapely.Point(place.xy) for one in answers if not one.closure.closed for place in one.closure.posts.today.places
    )
    marks = (
        MapMark(tr("Leak"), _LEAK, leaks),
        MapMark(tr("Place that would close it"), _POST, posts, hollow=True),
    )
    return MapPicture(content, frozenset({"rings"}), tuple(mark for mark in marks if mark.places))


def _patrol_map(content: MapContent, shifts: Sequence[ShiftDone]) -> MapPicture:
    done = tuple(stop.visit.point for shift in shifts for stop in shift.stops(done=True))
    rest = tuple(stop.visit.point for shift in shifts for stop in shift.stops(done=False))
    marks = (MapMark(tr("Not done"), _OPEN, rest, hollow=True), MapMark(tr("Done"), _DONE, done))
    return MapPicture(content, frozenset({"hotspots"}), tuple(mark for mark in marks if mark.places))


def _event_marks(project: ProjectStore, facts: ReportFacts, now: dt.datetime) -> tuple[MapMark, ...]:
    groups: dict[str, list[shapely.Point]] = {"overdue": [], "open": [], "handled": []}
    for event in project.events():
        if event.state_at(now) is None:
            continue
        if event.is_open_overdue(now):
            groups["overdue"].append(event.point)
        elif facts.first <= event.happened_at.date() <= facts.last:
            groups["handled" if event.at(EventState.HANDLED) is not None else "open"].append(event.point)
    marks = (
        MapMark(tr("Handled"), _DONE, tuple(groups["handled"])),
        MapMark(tr("In work"), "#b36b00", tuple(groups["open"]), hollow=True),
        MapMark(tr("Overdue"), _OPEN, tuple(groups["overdue"])),
    )
    return tuple(mark for mark in marks if mark.places)
