"""The cover of a situation report, its appendix of sources, and the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.i18n import current_language, tr
from patrolmap.messages import N_
from patrolmap.reports.document import ReportDocument

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from patrolmap.reports.document import DocumentBuilder
    from patrolmap.reports.facts import ReportFacts, SourceFact
    from patrolmap.reports.public_facts import PublicFacts

__all__ = ["bound", "interval_words", "report_title"]

_TITLES: Final = {
    "day": N_("Daily situation report"),
    "week": N_("Weekly situation report"),
    "month": N_("Monthly situation report"),
}
_PARTS: Final = {
    "incidents": N_("Incidents"),
    "hotspots": N_("Hotspots"),
    "rings": N_("Defence rings"),
    "coverage": N_("Coverage in 1, 3 and 5 minutes"),
    "patrols": N_("Patrols, planned and done"),
    "events": N_("Events"),
    "proposals": N_("Proposals for the next period"),
}


def bound(
    book: DocumentBuilder, facts: ReportFacts | PublicFacts, *, about: str, mark: str, title: str = ""
) -> ReportDocument:
    """
    Add the appendix to the chapters of a report, and put it together.

    Parameters
    ----------
    book : DocumentBuilder
        With all other chapters.
    facts : ReportFacts or PublicFacts
        What it tells.
    about : str
        What the appendix says of the numbers, before their sources.
    mark : str
        What stands at the foot of each page.
    title : str, default ""
        Its title; empty for the one that `report_title` gives.

    Returns
    -------
    ReportDocument
        In the current language.
    """
    book.chapter(tr("Appendix: where the numbers come from"))
    book.say(about)
    _add_sources(book, facts.sources)
    title = title or report_title(facts.district, facts.kind)
    return ReportDocument(
        title=title,
        cover_lines=_cover_lines(facts),
        header=f"{title} · {_period_words(facts.first, facts.last)}",
        mark=mark,
        language=current_language(),
        blocks=tuple(book.blocks),
    )


def report_title(district: str, kind: str) -> str:
    """
    Name a report.

    Parameters
    ----------
    district : str
        Name of the district.
    kind : str
        ``day``, ``week`` or ``month``.

    Returns
    -------
    str
        In the current language.
    """
    title = tr(_TITLES[kind])
    return f"{district} {title}".strip() if current_language() == "en" else f"{district}{title}"


def interval_words(interval: str) -> str:
    """
    Say an interval of days as readers write it.

    Parameters
    ----------
    interval : str
        ISO 8601, as hotspots keep it: ``2026-01-01 / 2026-11-20``.

    Returns
    -------
    str
        In the current language; anything else as it is.
    """
    first, apart, last = interval.partition(" / ")
    return tr("{first} to {last}", first=first, last=last) if apart else interval


def _period_words(first: dt.date, last: dt.date) -> str:
    """Give one day, or the first and the last."""
    if first == last:
        return first.isoformat()
    return tr("{first} to {last}", first=first.isoformat(), last=last.isoformat())


def _cover_lines(facts: ReportFacts | PublicFacts) -> tuple[str, ...]:
    """Give the period, and when and by what the report was computed."""
    time = facts.computed_at[:16].replace("T", " ")
    return (
        tr("Period: {period}", period=_period_words(facts.first, facts.last)),
        tr("Computed {time} by patrolmap {version}", time=time, version=facts.program_version),
    )


def _add_sources(book: DocumentBuilder, sources: Sequence[SourceFact]) -> None:
    """Tell where the numbers of each part come from; content hashes only if any has some."""
    rows: list[tuple[str, ...]] = [
        (
            tr(_PARTS[one.part]),
            one.service,
            one.filter,
            one.parameters,
            one.inputs,
            one.computed_at[:16].replace("T", " "),
        )
        for one in sources
    ]
    head: tuple[str, ...] = (
        tr("Part"), tr("Service"), tr("Filter"), tr("Parameters"), tr("Content hashes"), tr("Computed at"),
    )  # fmt: skip
    widths: tuple[float, ...] = (1.2, 2.0, 2.6, 2.1, 1.8, 1.4)
    if not any(one.inputs for one in sources):
        head, widths = (*head[:4], head[5]), (*widths[:4], widths[5])
        rows = [(*row[:4], row[5]) for row in rows]
    book.table(tr("Sources"), head, rows, widths=widths)
