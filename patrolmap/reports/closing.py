"""The situation report in words: patrols, events, proposals, and all chapters in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from patrolmap.i18n import tr
from patrolmap.model.charts import BarChart, BarSeries
from patrolmap.model.kinds import ring_title
from patrolmap.reports.binding import bound
from patrolmap.reports.chapters import add_coverage, add_hotspots, add_incidents, add_rings, percent
from patrolmap.reports.document import DocumentBuilder, ReportDocument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolmap.reports.duty_facts import PatrolFact, PlaceFact, ProposalFacts
    from patrolmap.reports.facts import ReportFacts

__all__ = ["report_document"]

_MOST: Final = 15


def report_document(facts: ReportFacts, pictures: Mapping[str, Any]) -> ReportDocument:
    """
    Write a report.

    Parameters
    ----------
    facts : ReportFacts
        Its numbers.
    pictures : mapping of str to Any
        Maps named ``hotspots``, ``rings``, ``patrols`` and ``events``; those that are missing are left out.

    Returns
    -------
    ReportDocument
        In the current language.
    """
    book = DocumentBuilder()
    add_incidents(book, facts)
    add_hotspots(book, facts, pictures)
    add_rings(book, facts, pictures)
    add_coverage(book, facts)
    _add_patrols(book, facts, pictures)
    _add_events(book, facts, pictures)
    _add_proposals(book, facts)
    about = tr(
        "Each number can be computed again by the service that is named, with the filter and the parameters that are named. A content hash tells whether a layer is still the same."
    )
    return bound(book, facts, about=about, mark=tr("For internal use"))


def _add_patrols(book: DocumentBuilder, facts: ReportFacts, pictures: Mapping[str, Any]) -> None:
    book.chapter(tr("Patrols, planned and done"))
    if not facts.patrols:
        book.say(facts.missing.get("patrols", ""))
        return
    shifts = facts.patrols
    planned, done = sum(one.planned for one in shifts), sum(one.done for one in shifts)
    book.say(
        tr("Shifts planned: {shifts}, with {planned} {planned:stop|stops}. Done: {done} ({share}); skipped: {skipped}; without a record: {open}.", shifts=len(shifts), planned=planned, done=done, share=_share(done, planned), skipped=sum(one.skipped for one in shifts), open=sum(one.open for one in shifts)),
        tr("Of the required stops {done} of {planned} were done.", done=sum(one.required_done for one in shifts), planned=sum(one.required_planned for one in shifts)),
    )  # fmt: skip
    stays, arrivals = sum(one.stays for one in shifts), sum(one.arrivals for one in shifts)
    book.say(
        tr("{reached} of {all} known stays were as long as planned ({share}).", reached=sum(one.stays_reached for one in shifts), all=stays, share=_share(sum(one.stays_reached for one in shifts), stays)) if stays else tr("No length of any stay was recorded."),
        tr("{punctual} of {all} known arrivals were within ten minutes of the plan ({share}).", punctual=sum(one.punctual for one in shifts), all=arrivals, share=_share(sum(one.punctual for one in shifts), arrivals)) if arrivals else tr("No time of any arrival was recorded."),
        tr("The plans could not serve {unmet} {unmet:visit|visits}, {required} of them required.", unmet=sum(one.unmet for one in shifts), required=sum(one.unmet_required for one in shifts)),
    )  # fmt: skip
    head = (
        tr("Date"),
        tr("Shift"),
        tr("Teams"),
        tr("Planned"),
        tr("Done"),
        tr("Share"),
        tr("Skipped"),
        tr("Required"),
        tr("Stays kept"),
        tr("Punctual"),
        tr("Not served"),
    )
    book.table(
        tr("Shifts, planned and done"), head, [_shift_row(one) for one in shifts],
        widths=(1.6, 1.4, 1, 1.2, 0.9, 1.2, 1.2, 1.3, 1.2, 1.3, 1.2), numeric=(2, 3, 4, 5, 6, 7, 8, 9, 10),
    )  # fmt: skip
    if len(shifts) > 1:
        labels = tuple(one.date[5:] for one in shifts)
        bars = (
            BarSeries(tr("Planned"), tuple(float(one.planned) for one in shifts)),
            BarSeries(tr("Done"), tuple(float(one.done) for one in shifts)),
        )
        book.figure(tr("Stops by shift, planned and done"), BarChart(labels, bars), height_mm=62)
    if "patrols" in pictures:
        book.figure(tr("Stops done and not done"), pictures["patrols"], height_mm=108)


def _shift_row(one: PatrolFact) -> tuple[str, ...]:
    return (
        one.date,
        one.shift,
        str(one.teams),
        str(one.planned),
        str(one.done),
        _share(one.done, one.planned),
        str(one.skipped),
        f"{one.required_done}/{one.required_planned}",
        f"{one.stays_reached}/{one.stays}",
        f"{one.punctual}/{one.arrivals}",
        str(one.unmet),
    )


def _share(part: int, whole: int) -> str:
    return percent(part / whole) if whole else "–"


def _add_events(book: DocumentBuilder, facts: ReportFacts, pictures: Mapping[str, Any]) -> None:
    book.chapter(tr("Events"))
    found = facts.events
    if found is None:
        book.say(facts.missing.get("events", ""))
        return
    book.say(
        tr("Events found in the period: {count}; handled in time: {handled}; handled late: {late}.", count=found.found, handled=found.handled_in_time, late=found.handled_late),
        tr("Overdue events, of whatever day: {count}.", count=found.open_overdue) if found.open_overdue else tr("No event is overdue."),
        tr("Rated: {count}, {mean} of 5 on average.", count=found.rated, mean=f"{found.rating_sum / found.rated:.1f}") if found.rated else "",
    )  # fmt: skip
    if found.found:
        rows = [(state, str(count)) for state, count in found.by_state.items()]
        book.table(tr("Events of the period by state"), (tr("State"), tr("Count")), rows, widths=(3, 1), numeric=(1,))
        rows = [(kind, str(count)) for kind, count in found.by_type.items()]
        book.table(tr("Events of the period by type"), (tr("Type"), tr("Count")), rows, widths=(3, 1), numeric=(1,))
    if "events" in pictures:
        book.figure(tr("Events of the period, and all that are overdue"), pictures["events"], height_mm=110)
    late = [
        (one.event_id, one.type, one.place, one.state, one.unit or "–", one.due_at, f"{one.late_hours:.0f}")
        for one in found.overdue[:_MOST]
    ]
    head = (tr("Event"), tr("Type"), tr("Place"), tr("State"), tr("Assigned to"), tr("Due by"), tr("Hours late"))
    book.table(tr("Overdue events"), head, late, widths=(1.6, 1.7, 1.9, 1, 1.2, 2, 1), numeric=(6,))
    if len(found.overdue) > _MOST:
        book.note(tr("The first {count} of {all} are listed.", count=_MOST, all=len(found.overdue)))


def _add_proposals(book: DocumentBuilder, facts: ReportFacts) -> None:
    book.chapter(tr("Proposals for the next period"))
    book.note(tr("These follow from the numbers by rule; they are for the office to weigh."))
    found = facts.proposals
    if found is None or not any(
        (found.posts, found.late_sites, found.missed_hotspots, found.unmet, facts.events and facts.events.overdue)
    ):
        book.say(tr("Nothing follows from the numbers at hand."))
        return
    _add_posts(book, found)
    if found.missed_hotspots:
        book.section(tr("Patrol the hotspots that nobody stopped in"))
        book.say(
            tr(
                "In {count} {count:hotspot|hotspots} no stop was done: {names}.",
                count=len(found.missed_hotspots),
                names=_listed(found.missed_hotspots),
            )
        )
    if found.late_sites:
        book.section(tr("Bring posts nearer to sites"))
        book.say(
            tr(
                "{count} {count:site is|sites are} not reached in 5 minutes: {names}.",
                count=len(found.late_sites),
                names=_listed(found.late_sites),
            )
        )
    if found.unmet:
        book.section(tr("Make room for what the plans could not serve"))
        rows = [
            (one.name, tr("yes") if one.required else tr("no"), str(one.shifts), one.reason, one.remedy or "–")
            for one in found.unmet[:_MOST]
        ]
        head = (tr("Place"), tr("Required"), tr("Shifts"), tr("Why"), tr("What would help"))
        book.table(tr("Visits not served, and what would help"), head, rows, widths=(1.6, 0.9, 0.7, 3, 3), numeric=(2,))
        if len(found.unmet) > _MOST:
            book.note(tr("The first {count} of {all} are listed.", count=_MOST, all=len(found.unmet)))
    if facts.events is not None and facts.events.overdue:
        book.section(tr("Finish what is overdue"))
        book.say(
            tr(
                "{count} {count:event is past its|events are past their} due time; chapter “{chapter}” names {count:it|them}.",
                count=len(facts.events.overdue),
                chapter=tr("Events"),
            )
        )


def _add_posts(book: DocumentBuilder, found: ProposalFacts) -> None:
    if not found.posts:
        return
    book.section(tr("Close the rings"))
    rows = [
        (tr(ring_title(ring)), str(number), _place(place))
        for ring, places in found.posts.items()
        for number, place in enumerate(places, start=1)
    ]
    book.say(
        tr(
            "A post at each of these {count} places would close every leak; for each ring no fewer can.",
            count=len(rows),
        )
    )
    book.table(tr("Places for posts"), (tr("Ring"), tr("No."), tr("Place")), rows, widths=(1.2, 0.6, 5), numeric=(1,))


def _place(place: PlaceFact) -> str:
    name = place.name or tr("unnamed street")
    return tr("Junction {name}", name=name) if place.on_junction else tr("On {name}", name=name)


def _listed(names: tuple[str, ...]) -> str:
    joined = tr("; ").join(names[:_MOST])
    return joined if len(names) <= _MOST else tr("{names} and {count} more", names=joined, count=len(names) - _MOST)
