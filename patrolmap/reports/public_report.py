"""The situation report for readers outside the office, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from patrolmap.i18n import current_language, tr
from patrolmap.model.charts import BarChart, BarSeries
from patrolmap.model.kinds import ring_title
from patrolmap.model.method_names import method_message
from patrolmap.reports.binding import bound, interval_words, report_title
from patrolmap.reports.chapters import (
    COVERED,
    add_backtest,
    caught_words,
    change_head,
    months_figure,
    percent,
    ratio_words,
)
from patrolmap.reports.document import DocumentBuilder, ReportDocument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolmap.reports.public_facts import (
        PublicChange,
        PublicCount,
        PublicEvents,
        PublicFacts,
        PublicHotspots,
        PublicIncidents,
        PublicPatrols,
    )

__all__ = ["public_document"]

_WIDTHS: Final = (2.2, 1, 1.6, 1.2, 2.4, 1.2, 2.4)
_NUMERIC: Final = (1, 2, 3, 4, 5, 6)


def public_document(facts: PublicFacts, pictures: Mapping[str, Any]) -> ReportDocument:
    """
    Write a report for publication.

    Parameters
    ----------
    facts : PublicFacts
        Its numbers.
    pictures : mapping of str to Any
        A map named ``hotspots``, if there is one.

    Returns
    -------
    ReportDocument
        In the current language.
    """
    book = DocumentBuilder()
    _add_incidents(book, facts)
    _add_hotspots(book, facts, pictures)
    _add_coverage(book, facts)
    _add_patrols(book, facts)
    _add_events(book, facts)
    about = tr(
        "Counts of cases below {threshold} are written <{threshold}. An asterisk stands for a count that would give a small one away. Changes, intervals and months from which one could be computed are left out, and so is what only the office should know: rings and their gaps, posts, routes, and places of events.",
        threshold=facts.threshold,
    )
    title = tr("{name}, for publication", name=report_title(facts.district, facts.kind))
    return bound(book, facts, about=about, mark=tr("For publication: small counts are suppressed."), title=title)


def _add_incidents(book: DocumentBuilder, facts: PublicFacts) -> None:
    book.chapter(tr("Incidents"))
    found = facts.incidents
    if found is None:
        book.say(facts.missing.get("incidents", ""))
        return
    book.say(_total(found.total, facts.threshold), *_earlier(found.total))
    if found.data_last < facts.last.isoformat():
        book.say(tr("The incidents in the project end on {day}, before the end of the period.", day=found.data_last))
    book.table(
        tr("Incidents by category, and their change"),
        change_head(tr("Category")),
        [_change_row(one, one.part or tr("All")) for one in (*found.categories, found.total)],
        widths=_WIDTHS,
        numeric=_NUMERIC,
    )
    book.note(
        tr("Change is the rate of the period over the rate of the other, with the exact 95 % interval for Poisson counts.")
    )  # fmt: skip
    book.table(
        tr("Incidents by the innermost ring they lie in"),
        change_head(tr("Ring")),
        [_change_row(one, tr(ring_title(one.part))) for one in found.rings],
        widths=_WIDTHS,
        numeric=_NUMERIC,
    )
    _add_months(book, found)


def _add_months(book: DocumentBuilder, found: PublicIncidents) -> None:
    if found.months:
        months_figure(book, found.months)
    if found.months and found.months_left_out:
        book.note(
            tr(
                "{count} of the last months {count:is|are} left out: their counts are small, or a small one could be computed from them.",
                count=found.months_left_out,
            )
        )


def _total(total: PublicChange, threshold: int) -> str:
    if total.count.value is not None and total.interval is not None:
        low, high = total.interval
        return tr("There {count:was|were} {count} {count:incident|incidents} in the period (95 % interval {low} to {high}).", count=total.count.value, low=f"{low:.1f}", high=f"{high:.1f}")  # fmt: skip
    if total.count.shown == "*":
        return tr("The count of all incidents in the period is not published.")
    return tr("There were fewer than {threshold} incidents in the period.", threshold=threshold)


def _earlier(total: PublicChange) -> tuple[str, ...]:
    said = []
    if total.before is not None and total.before.value is not None and total.change is not None:
        said.append(tr("In the equally long period before there were {count}: {change}.", count=total.before.value, change=ratio_words(*total.change)))  # fmt: skip
    if total.year_before is not None and total.year_before.value is not None and total.year_change is not None:
        said.append(tr("On the same days of the year before there were {count}: {change}.", count=total.year_before.value, change=ratio_words(*total.year_change)))  # fmt: skip
    return tuple(said)


def _change_row(one: PublicChange, name: str) -> tuple[str, ...]:
    return (
        name,
        one.count.shown,
        "–" if one.interval is None else f"{one.interval[0]:.1f} – {one.interval[1]:.1f}",
        _shown(one.before),
        "–" if one.change is None else ratio_words(*one.change),
        _shown(one.year_before),
        "–" if one.year_change is None else ratio_words(*one.year_change),
    )


def _shown(count: PublicCount | None) -> str:
    return "–" if count is None else count.shown


def _add_hotspots(book: DocumentBuilder, facts: PublicFacts, pictures: Mapping[str, Any]) -> None:
    book.chapter(tr("Hotspots"))
    found = facts.hotspots
    if found is None:
        book.say(facts.missing.get("hotspots", ""))
        return
    book.say(
        tr("{count} {count:hotspot fills|hotspots fill} {share} of the study area; {count:it was|they were} made from the incidents of {period} by {method}.", count=len(found.hotspots), share=percent(found.area_share), period=interval_words(found.period), method=tr(method_message(found.method))),
        "" if found.hits is None or found.incidents is None else caught_words(found.hits, found.incidents, found.pai),
    )  # fmt: skip
    if "hotspots" in pictures:
        book.figure(tr("Hotspots by rank"), pictures["hotspots"], height_mm=108)
    _add_hotspot_table(book, found)
    add_backtest(book, found)


def _add_hotspot_table(book: DocumentBuilder, found: PublicHotspots) -> None:
    head = (tr("Rank"), tr("Streets"), tr("Area (ha)"), tr("Made from"), tr("Peak hours"), tr("Categories"))
    rows = [
        (
            str(spot.rank),
            spot.name,
            f"{spot.area_m2 / 10_000:.1f}",
            spot.incidents.shown,
            spot.peak_hours or "–",
            spot.categories or "–",
        )
        for spot in found.hotspots
    ]
    book.table(tr("Hotspots"), head, rows, widths=(0.7, 2.8, 1.1, 1.2, 1.5, 2.9), numeric=(2, 3))


def _add_coverage(book: DocumentBuilder, facts: PublicFacts) -> None:
    book.chapter(tr("Coverage in 1, 3 and 5 minutes"))
    if not facts.coverage:
        book.say(facts.missing.get("coverage", "") or tr("Nothing of it can be published."))
        return
    minutes = sorted({row.minutes for row in facts.coverage})
    kinds = list(dict.fromkeys(row.what for row in facts.coverage))
    shares = {(row.what, row.minutes): row.percent for row in facts.coverage}
    head = (tr("What"), *(tr("{minutes} min", minutes=f"{one:g}") for one in minutes))
    sign = "%" if current_language() == "zh" else " %"
    rows = [(tr(COVERED[what]), *(f"{shares[what, one]}{sign}" for one in minutes)) for what in kinds]
    book.say(tr("Shares that posts reach by car, in whole percent."))
    book.table(tr("Reached from the posts"), head, rows, widths=(2.4, 1.6, 1.6, 1.6), numeric=(1, 2, 3))
    series = tuple(
        BarSeries(tr("{minutes} min", minutes=f"{one:g}"), tuple(float(shares[what, one]) for what in kinds))
        for one in minutes
    )
    labels = tuple(tr(COVERED[what]) for what in kinds)
    book.figure(tr("Share reached from the posts"), BarChart(labels, series, "%"), height_mm=70)


def _add_patrols(book: DocumentBuilder, facts: PublicFacts) -> None:
    book.chapter(tr("Patrols, planned and done"))
    if facts.patrols is None:
        book.say(facts.missing.get("patrols", ""))
        return
    book.table(
        tr("All shifts of the period, planned and done"),
        (tr("What"), tr("All"), tr("Done"), tr("Share")),
        _patrol_rows(facts.patrols),
        widths=(3, 1, 1, 1),
        numeric=(1, 2, 3),
    )


def _patrol_rows(found: PublicPatrols) -> list[tuple[str, ...]]:
    parts = (
        (tr("Stops"), found.planned, found.done),
        (tr("Required stops"), found.required_planned, found.required_done),
        (tr("Known stays, and those as long as planned"), found.stays, found.stays_reached),
        (tr("Known arrivals, and those within ten minutes of the plan"), found.arrivals, found.punctual),
    )
    rows = [(name, str(whole), str(part), percent(part / whole) if whole else "–") for name, whole, part in parts]
    return [(tr("Shifts"), str(found.shifts), "", ""), *rows]


def _add_events(book: DocumentBuilder, facts: PublicFacts) -> None:
    book.chapter(tr("Events"))
    found = facts.events
    if found is None:
        book.say(facts.missing.get("events", ""))
        return
    if found.mean_rating is not None:
        book.say(tr("What was handled was rated {mean} of 5 on average.", mean=f"{found.mean_rating:.1f}"))
    rows = [
        (tr("Handled in time"), found.handled_in_time.shown),
        (tr("Handled late"), found.handled_late.shown),
        (tr("In work"), found.in_work.shown),
        (tr("All"), found.found.shown),
    ]
    book.table(tr("Events of the period by state"), (tr("State"), tr("Count")), rows, widths=(3, 1), numeric=(1,))
    _add_types(book, found)


def _add_types(book: DocumentBuilder, found: PublicEvents) -> None:
    rows = [(kind, count.shown) for kind, count in found.by_type.items()]
    book.table(tr("Events of the period by type"), (tr("Type"), tr("Count")), rows, widths=(3, 1), numeric=(1,))
