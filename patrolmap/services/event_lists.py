"""The daily check list and the weekly review list of events, as text, Excel, PDF or Word."""

from __future__ import annotations

import datetime as dt
import html
from collections import Counter
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.exchange.workbook import Column, Table, workbook_bytes
from patrolmap.i18n import current_language, tr
from patrolmap.messages import N_
from patrolmap.model.events import EventState, event_counts, state_title
from patrolmap.reports.document import DocumentBuilder, Heading, Paragraph, ReportDocument, TableBlock
from patrolmap.reports.docx_writer import docx_bytes
from patrolmap.services.event_types import event_types, type_title
from patrolmap.services.folders import make_folder
from patrolmap.whole_files import write_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from patrolmap.model.events import Event, EventType
    from patrolmap.project.store import ProjectStore

__all__ = ["LIST_SUFFIXES", "daily_check", "list_html", "list_lines", "weekly_review", "write_list"]

LIST_SUFFIXES: Final = (".txt", ".xlsx", ".pdf", ".docx")
_POOR: Final = (1, 2)
_WIDTHS: Final = (2.0, 1.6, 2.2, 1.3, 1.1, 1.2, 1.3, 1.7)


def daily_check(project: ProjectStore, day: dt.date, *, now: dt.datetime | None = None) -> ReportDocument:
    """
    List what has to be looked at on a day: what is overdue, what falls due, what is not assigned, what awaits an answer.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    day : datetime.date
        The day.
    now : datetime.datetime or None
        Naive local time that counts; None for the clock, but at most the end of the day.

    Returns
    -------
    ReportDocument
        In the current language; an event stands in the first part that it belongs to.
    """
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    moment = now or min(dt.datetime.now(), end)
    known = [event for event in project.events() if event.state_at(moment) is not None]
    still = {event.event_id: event for event in known if _state(event, moment) is not EventState.RATED}
    parts: dict[str, list[Event]] = {
        tr("Overdue"): [e for e in still.values() if e.is_open_overdue(moment)],
        tr("Due today"): [e for e in still.values() if not _is_handled(e, moment) and e.due_at < end],
        tr("Not assigned yet"): [e for e in still.values() if _state(e, moment) is EventState.RECEIVED],
        tr("Handled, to be fed back"): [e for e in still.values() if _state(e, moment) is EventState.HANDLED],
        tr("Fed back, to be rated"): [e for e in still.values() if _state(e, moment) is EventState.FED_BACK],
        tr("In work"): list(still.values()),
    }
    book, types, listed = DocumentBuilder(), event_types(project), set[str]()
    for title, events in parts.items():
        mine = sorted((e for e in events if e.event_id not in listed), key=lambda e: (e.due_at, e.event_id))
        listed.update(e.event_id for e in mine)
        book.table(f"{title} ({len(mine)})", _head(), _rows(mine, types, moment), widths=_WIDTHS)
    if not listed:
        book.say(tr("Nothing needs to be looked at."))
    return _document(project, tr("Daily check list of events"), day.isoformat(), moment, book)


def weekly_review(project: ProjectStore, end: dt.date, *, now: dt.datetime | None = None) -> ReportDocument:
    """
    List what a week teaches: how much was finished in time, what was late or rated low, where things come back.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    end : datetime.date
        Last of the seven days.
    now : datetime.datetime or None
        Naive local time that counts; None for the clock.

    Returns
    -------
    ReportDocument
        In the current language.
    """
    moment = now or dt.datetime.now()
    first = end - dt.timedelta(days=6)
    start, stop = (dt.datetime.combine(day, dt.time()) for day in (first, end + dt.timedelta(days=1)))
    known = [event for event in project.events() if event.state_at(moment) is not None]
    week = [event for event in known if start <= event.happened_at < stop]
    counts, types, book = event_counts(known, start, stop, moment), event_types(project), DocumentBuilder()
    book.say(
        tr("Events found in the period: {count}; handled in time: {handled}; handled late: {late}.", count=counts.found, handled=counts.handled_in_time, late=counts.handled_late),
        tr("Overdue events, of whatever day: {count}.", count=counts.open_overdue),
    )  # fmt: skip
    states = [(tr(state_title(state)), str(count)) for state, count in counts.by_state.items()] if week else []
    book.table(tr("Events of the period by state"), (tr("State"), tr("Count")), states, widths=(3, 1), numeric=(1,))
    parts = {
        tr("Late"): [event for event in week if event.overdue_s(moment) is not None],
        tr("Rated low"): [event for event in week if _rating(event, moment) in _POOR],
        tr("All events of the week"): week,
    }
    for title, events in parts.items():
        book.table(f"{title} ({len(events)})", _head(), _rows(events, types, moment), widths=_WIDTHS)
    places = Counter((event.place, type_title(types, event.type)) for event in known if event.happened_at < stop)
    again = [(place, kind, str(places[place, kind])) for place, kind in dict.fromkeys((e.place, type_title(types, e.type)) for e in week) if places[place, kind] > 1]  # fmt: skip
    book.table(
        tr("Places where the same came back"),
        (tr("Place"), tr("Type"), tr("Times so far")),
        again,
        widths=(3, 2, 1),
        numeric=(2,),
    )
    period = tr("{first} to {last}", first=first.isoformat(), last=end.isoformat())
    return _document(project, tr("Weekly review list of events"), period, moment, book)


def list_lines(document: ReportDocument) -> tuple[str, ...]:
    """
    Write a list as lines of text.

    Parameters
    ----------
    document : ReportDocument
        The list.

    Returns
    -------
    tuple of str
        Titles, and a line for each row with its cells apart.
    """
    lines = [document.title, *document.cover_lines]
    for block in document.blocks:
        if isinstance(block, Paragraph):
            lines += ["", block.text]
        elif isinstance(block, Heading):
            lines += ["", block.line]
        elif isinstance(block, TableBlock):
            lines += [
                "",
                block.caption,
                *(" | ".join(cell or "–" for cell in row) for row in (block.head, *block.rows)),
            ]
    return tuple(lines)


def list_html(document: ReportDocument) -> str:
    """
    Write a list as a page that a window shows.

    Parameters
    ----------
    document : ReportDocument
        The list.

    Returns
    -------
    str
        HTML without pictures; what stands in cells is shown as it is.
    """
    parts = [
        f"<h3>{html.escape(document.title)}</h3>",
        *(f"<div>{html.escape(line)}</div>" for line in document.cover_lines),
    ]
    for block in document.blocks:
        if isinstance(block, Paragraph):
            parts.append(f"<p>{html.escape(block.text)}</p>")
        elif isinstance(block, Heading):
            parts.append(f"<h4>{html.escape(block.line)}</h4>")
        elif isinstance(block, TableBlock):
            rows = ["".join(f"<th align='left'>{html.escape(cell)}</th>" for cell in block.head)]
            rows += ["".join(f"<td>{html.escape(cell or '–')}</td>" for cell in row) for row in block.rows]
            table = "".join(f"<tr>{row}</tr>" for row in rows)
            parts.append(
                f"<p><b>{html.escape(block.caption)}</b></p><table cellpadding='5' cellspacing='0'>{table}</table>"
            )
    return "".join(parts)


def write_list(document: ReportDocument, path: Path) -> Path:
    """
    Write a list to a file, whole or not at all.

    Parameters
    ----------
    document : ReportDocument
        The list.
    path : Path
        Its ending, one of `LIST_SUFFIXES`, says what it becomes.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the ending is another one, or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in LIST_SUFFIXES:
        raise InputError(
            N_("A list cannot be written as {path}."),
            remedy=N_("Choose a name that ends in {endings}."),
            path=path.name,
            endings=list(LIST_SUFFIXES),
        )
    make_folder(path.parent)
    if suffix == ".pdf":
        from patrolmap.sheets.measuring import measuring_canvas
        from patrolmap.sheets.pdf import write_pdf
        from patrolmap.sheets.report_pages import report_pages

        write_pdf(path, report_pages(document, measuring_canvas()).pages, title=document.title)
    elif suffix == ".txt":
        write_files({path: ("\n".join(list_lines(document)) + "\n").encode("utf-8-sig")})
    elif suffix == ".docx":
        write_files({path: docx_bytes(document, {}, {})})
    else:
        write_files({path: workbook_bytes(_tables(document), title=document.title)})
    return path


def _tables(document: ReportDocument) -> list[Table]:
    found = [block for block in document.blocks if isinstance(block, TableBlock)]
    tables = []
    for number, block in enumerate(found, start=1):
        name = f"{number} " + "".join(letter for letter in block.caption if letter not in "[]:*?/\\")
        columns = tuple(
            Column(title, "whole" if place in block.numeric else "text") for place, title in enumerate(block.head)
        )
        rows = [
            tuple(int(cell) if place in block.numeric else cell for place, cell in enumerate(row)) for row in block.rows
        ]
        tables.append(Table(name, columns, rows))
    said = [(block.text,) for block in document.blocks if isinstance(block, Paragraph)]
    return [
        *tables,
        Table(tr("Summary"), (Column(document.title),), [*((line,) for line in document.cover_lines), *said]),
    ]


def _document(
    project: ProjectStore, title: str, period: str, moment: dt.datetime, book: DocumentBuilder
) -> ReportDocument:
    name = title if current_language() != "zh" else f"{project.name}{title}"
    return ReportDocument(
        title=name,
        cover_lines=(f"{project.name} · {period}", tr("states as of {moment}", moment=f"{moment:%Y-%m-%d %H:%M}")),
        header=f"{name} · {period}",
        mark=tr("For internal use"),
        language=current_language(),
        blocks=tuple(book.blocks),
        has_contents=False,
    )


def _head() -> tuple[str, ...]:
    return (
        tr("Event"), tr("Type"), tr("Place"), tr("Found at"), tr("State"), tr("Assigned to"), tr("Due by"), tr("Note"),
    )  # fmt: skip


def _rows(events: Iterable[Event], types: Mapping[str, EventType], moment: dt.datetime) -> list[tuple[str, ...]]:
    return [
        (
            event.event_id,
            type_title(types, event.type),
            event.place,
            f"{event.happened_at:%m-%d %H:%M}",
            tr(state_title(_state(event, moment))),
            event.unit,
            f"{event.due_at:%m-%d %H:%M}",
            next((step.note for step in reversed(event.steps) if step.note), ""),
        )
        for event in events
    ]


def _is_handled(event: Event, moment: dt.datetime) -> bool:
    handled = event.at(EventState.HANDLED)
    return handled is not None and handled <= moment


def _rating(event: Event, moment: dt.datetime) -> int | None:
    return event.rating if _state(event, moment) is EventState.RATED else None


def _state(event: Event, moment: dt.datetime) -> EventState:
    return event.state_at(moment) or EventState.RECEIVED
