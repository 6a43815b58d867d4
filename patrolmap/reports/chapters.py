"""The situation report in words: incidents, hotspots, rings and coverage."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from patrolmap.i18n import current_language, tr
from patrolmap.messages import N_
from patrolmap.model.charts import BarChart, BarSeries, HeatChart
from patrolmap.model.kinds import ring_title
from patrolmap.model.method_names import method_message
from patrolmap.reports.binding import interval_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolmap.reports.document import DocumentBuilder
    from patrolmap.reports.facts import ChangeFact, HotspotFacts, IncidentFacts, MonthFact, ReportFacts, RingFact
    from patrolmap.reports.public_facts import PublicHotspots

__all__ = [
    "COVERED",
    "add_backtest",
    "add_coverage",
    "add_hotspots",
    "add_incidents",
    "add_rings",
    "caught_words",
    "change_head",
    "months_figure",
    "percent",
    "ratio_words",
]

_WEEKDAYS: Final = (
    N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"),
)  # fmt: skip
COVERED: Final = {
    "sites": N_("Sites of every kind"),
    "street_length_m": N_("Street length"),
    "incidents": N_("Incidents of any date"),
    "households": N_("Households"),
    "junctions": N_("Junctions"),
}
_MOST_LEAKS: Final = 12
_COUNT: Final = re.compile(r" (?=\d)")
"""Before a count: it shall not stand on another line than its category."""


def add_incidents(book: DocumentBuilder, facts: ReportFacts) -> None:
    """
    Write the chapter on incidents.

    Parameters
    ----------
    book : DocumentBuilder
        The report.
    facts : ReportFacts
        Its numbers.
    """
    book.chapter(tr("Incidents"))
    found = facts.incidents
    if found is None:
        book.say(facts.missing.get("incidents", ""))
        return
    total = found.total
    book.say(
        tr("There {count:was|were} {count} {count:incident|incidents} in the period (95 % interval {low} to {high}).", count=total.count, low=f"{total.low:.1f}", high=f"{total.high:.1f}"),
        _against(total),
        _against_year(total),
        tr("{count} more lie outside the study area and are not counted.", count=found.outside) if found.outside else "",
    )  # fmt: skip
    if found.data_last < facts.last.isoformat():
        book.say(tr("The incidents in the project end on {day}, before the end of the period.", day=found.data_last))
    rows = [_change_row(one, one.part or tr("All")) for one in (*found.categories, total)]
    book.table(
        tr("Incidents by category, and their change"), change_head(tr("Category")), rows,
        widths=(2.2, 1, 1.6, 1.2, 2.4, 1.2, 2.4), numeric=(1, 2, 3, 4, 5, 6),
    )  # fmt: skip
    book.note(
        tr("Change is the rate of the period over the rate of the other, with the exact 95 % interval for Poisson counts. * marks a change that stands at a false discovery rate of .10 or less among all categories.")
    )  # fmt: skip
    if found.rings:
        ring_rows = [_change_row(one, tr(ring_title(one.part))) for one in found.rings]
        book.table(
            tr("Incidents by the innermost ring they lie in"), change_head(tr("Ring")), ring_rows,
            widths=(2.2, 1, 1.6, 1.2, 2.4, 1.2, 2.4), numeric=(1, 2, 3, 4, 5, 6),
        )  # fmt: skip
    _add_incident_charts(book, found)


def _add_incident_charts(book: DocumentBuilder, found: IncidentFacts) -> None:
    if found.months:
        months_figure(book, found.months)
    if any(value for row in found.hours for value in row):
        heat = HeatChart(tuple(tr(day) for day in _WEEKDAYS), tuple(str(hour) for hour in range(24)), found.hours)
        book.figure(tr("Incidents of the period by weekday and hour"), heat, height_mm=50)


def months_figure(book: DocumentBuilder, months: Sequence[MonthFact]) -> None:
    """
    Draw the trend.

    Parameters
    ----------
    book : DocumentBuilder
        The report.
    months : sequence of MonthFact
        At least one.
    """
    labels = tuple(one.month[2:] + ("" if one.complete else "*") for one in months)
    bars = BarSeries("", tuple(float(one.count) for one in months), tuple((one.low, one.high) for one in months))
    book.figure(tr("Incidents by month, with 95 % intervals"), BarChart(labels, (bars,)), height_mm=58)
    if not all(one.complete for one in months):
        book.note(tr("* The data may not cover this month to its end."))


def change_head(first: str) -> tuple[str, ...]:
    """
    Head a table of counts and their change.

    Parameters
    ----------
    first : str
        Head of the first column.

    Returns
    -------
    tuple of str
        Seven heads.
    """
    return (
        first,
        tr("Count"),
        tr("95 % interval"),
        tr("Before"),
        tr("Change"),
        tr("Year before"),
        tr("Change in a year"),
    )


def _change_row(one: ChangeFact, name: str) -> tuple[str, ...]:
    mark = " *" if one.fdr is not None and one.part else ""
    return (
        name,
        str(one.count),
        f"{one.low:.1f} – {one.high:.1f}",
        _number(one.before),
        ratio_words(one.ratio, one.ratio_low, one.ratio_high) + mark,
        _number(one.year_before),
        ratio_words(one.year_ratio, one.year_low, one.year_high),
    )


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)


def ratio_words(ratio: float | None, low: float | None, high: float | None) -> str:
    """
    Write a ratio of rates with its interval.

    Parameters
    ----------
    ratio, low, high : float or None
        Ratio and limits; None for no upper limit, or for no ratio at all.

    Returns
    -------
    str
        Such as ``×1.20 (0.90 – 1.60)``, or a dash.
    """
    if ratio is None or low is None:
        return "–"
    return f"×{ratio:.2f} ({low:.2f} – {'∞' if high is None else f'{high:.2f}'})"


def _against(total: ChangeFact) -> str:
    if total.before is None:
        return tr("There are no data of the period before to compare with.")
    if total.ratio is None:
        return tr("In the equally long period before there were {count}.", count=total.before)
    words = ratio_words(total.ratio, total.ratio_low, total.ratio_high)
    return tr("In the equally long period before there were {count}: {change}.", count=total.before, change=words)


def _against_year(total: ChangeFact) -> str:
    if total.year_before is None:
        return tr("There are no data of the year before.")
    if total.year_ratio is None:
        return tr("On the same days of the year before there were {count}.", count=total.year_before)
    words = ratio_words(total.year_ratio, total.year_low, total.year_high)
    return tr(
        "On the same days of the year before there were {count}: {change}.", count=total.year_before, change=words
    )


def add_hotspots(book: DocumentBuilder, facts: ReportFacts, pictures: Mapping[str, Any]) -> None:
    """
    Write the chapter on hotspots.

    Parameters
    ----------
    book : DocumentBuilder
        The report.
    facts : ReportFacts
        Its numbers.
    pictures : mapping of str to Any
        Maps by name.
    """
    book.chapter(tr("Hotspots"))
    found = facts.hotspots
    if found is None:
        book.say(facts.missing.get("hotspots", ""))
        return
    book.say(
        tr("{count} {count:hotspot fills|hotspots fill} {share} of the study area; {count:it was|they were} made from the incidents of {period} by {method}.", count=len(found.hotspots), share=percent(found.area_share), period=interval_words(found.period), method=tr(method_message(found.method))),
        caught_words(found.hits, found.incidents, found.pai),
    )  # fmt: skip
    if "hotspots" in pictures:
        book.figure(tr("Hotspots by rank"), pictures["hotspots"], height_mm=108)
    with_patrols = any(spot.patrolled is not None for spot in found.hotspots)
    head: tuple[str, ...] = (
        tr("Rank"),
        tr("Streets"),
        tr("Area (ha)"),
        tr("Made from"),
        tr("In the period"),
        tr("Peak hours"),
        tr("Categories"),
    )
    rows = []
    for spot in found.hotspots:
        row = (
            str(spot.rank),
            spot.name,
            f"{spot.area_m2 / 10_000:.1f}",
            str(spot.incidents),
            str(spot.in_period),
            spot.peak_hours,
            _COUNT.sub("\u00a0", spot.categories),
        )
        rows.append((*row, _number(spot.patrolled)) if with_patrols else row)
    widths: tuple[float, ...] = (0.7, 2.1, 1.1, 1.2, 1.2, 1.5, 2.9)
    if with_patrols:
        head, widths = (*head, tr("Stops done")), (*widths, 1.0)
    book.table(tr("Hotspots"), head, rows, widths=widths, numeric=(2, 3, 4, 7))
    add_backtest(book, found)


def caught_words(hits: int, count: int, pai: float | None) -> str:
    """
    Say how many incidents lay in the hotspots.

    Parameters
    ----------
    hits, count : int
        Incidents of the period in hotspots, and in the study area.
    pai : float or None
        Share of hits over share of area.

    Returns
    -------
    str
        A sentence.
    """
    if not count:
        return tr("No incident of the period tests them.")
    return tr(
        "{hits} of the {count} {count:incident|incidents} of the period {hits:lies|lie} in them, {share}: a PAI of {pai}.",
        hits=hits,
        count=count,
        share=percent(hits / count),
        pai="–" if pai is None else f"{pai:.2f}",
    )


def add_backtest(book: DocumentBuilder, found: HotspotFacts | PublicHotspots) -> None:
    """
    Write what the back-test of the hotspots showed.

    Parameters
    ----------
    book : DocumentBuilder
        The report.
    found : HotspotFacts or PublicHotspots
        The numbers.
    """
    if not found.backtest:
        book.say(
            tr("The hotspots carry no back-test: the incidents did not reach back far enough, or none was asked for.")
        )
        return
    book.say(
        tr("The back-test asked over {count} past periods how much of what came next lay in the places that each method chose.", count=found.origins)
    )  # fmt: skip
    rows = [
        (tr(method_message(one.method)), percent(one.area_share), percent(one.hit_rate), f"{one.pai:.2f} ({one.pai_low:.2f} – {one.pai_high:.2f})", f"{one.pei:.2f}")
        for one in found.backtest
    ]  # fmt: skip
    head = (tr("Method"), tr("Area"), tr("Hit rate"), tr("PAI (95 % interval)"), tr("PEI"))
    book.table(tr("Back-test of the hotspots"), head, rows, widths=(3, 1, 1, 2, 1), numeric=(1, 2, 3, 4))


def add_rings(book: DocumentBuilder, facts: ReportFacts, pictures: Mapping[str, Any]) -> None:
    """
    Write the chapter on the rings.

    Parameters
    ----------
    book : DocumentBuilder
        The report.
    facts : ReportFacts
        Its numbers.
    pictures : mapping of str to Any
        Maps by name.
    """
    book.chapter(tr("Defence rings"))
    if not facts.rings:
        book.say(facts.missing.get("rings", ""))
        return
    leaking = [one for one in facts.rings if one.leaks]
    if leaking:
        names = [ring_title(one.ring) for one in leaking]
        book.say(
            tr(
                "{count} of {all} {all:ring|rings} {count:leaks|leak}: {names}.",
                count=len(leaking),
                all=len(facts.rings),
                names=names,
            )
        )
    else:
        book.say(tr("All {count} rings are closed.", count=len(facts.rings)))
    head = (
        tr("Ring"),
        tr("Crossings"),
        tr("Controlled"),
        tr("Leaks"),
        tr("Places that would close it"),
        tr("Fewest from nothing"),
        tr("Checkpoints that must fail to open it"),
    )
    rows = [
        (tr(ring_title(one.ring)), str(one.crossings), str(one.controlled), str(len(one.leaks)), str(len(one.places)), str(one.from_nothing), _number(one.failures_to_open))
        for one in facts.rings
    ]  # fmt: skip
    book.table(
        tr("Closure of the rings"), head, rows, widths=(1.2, 1.2, 1.2, 0.9, 1.4, 1.4, 1.8), numeric=(1, 2, 3, 4, 5, 6)
    )
    book.note(
        tr(
            "A leak is a way along streets from outside to inside past every checkpoint; the leaks counted share no street."
        )
    )
    if "rings" in pictures:
        book.figure(tr("Leaks and the places that would close them"), pictures["rings"], height_mm=108)
    _add_leaks(book, leaking)


def _add_leaks(book: DocumentBuilder, leaking: list[RingFact]) -> None:
    rows = [
        (tr(ring_title(one.ring)), str(number), streets or "–", f"{length_m / 1000:.2f}")
        for one in leaking
        for number, (streets, length_m) in enumerate(one.leaks[:_MOST_LEAKS], start=1)
    ]
    head = (tr("Ring"), tr("No."), tr("Streets"), tr("Length (km)"))
    book.table(tr("Leaks"), head, rows, widths=(1.2, 0.7, 5, 1.2), numeric=(1, 3))
    if any(len(one.leaks) > _MOST_LEAKS for one in leaking):
        book.note(tr("Of each ring the first {count} leaks are listed.", count=_MOST_LEAKS))


def add_coverage(book: DocumentBuilder, facts: ReportFacts) -> None:
    """
    Write the chapter on who is reached in 1, 3 and 5 minutes.

    Parameters
    ----------
    book : DocumentBuilder
        The report.
    facts : ReportFacts
        Its numbers.
    """
    book.chapter(tr("Coverage in 1, 3 and 5 minutes"))
    if not facts.coverage:
        book.say(facts.missing.get("coverage", ""))
        return
    minutes = sorted({row.minutes for row in facts.coverage})
    kinds = list(dict.fromkeys(row.what for row in facts.coverage))
    shares = {(row.what, row.minutes): row for row in facts.coverage}
    rows = []
    for what in kinds:
        cells = [shares[what, one] for one in minutes]
        scale = 1000.0 if what == "street_length_m" else 1.0
        total = f"{cells[0].total / scale:,.0f}" + (" km" if scale > 1 else "")
        rows.append(
            (
                tr(COVERED.get(what, what)),
                total,
                *(f"{one.reached / scale:,.0f} ({percent(one.reached / one.total)})" for one in cells),
            )
        )
    reached = shares.get(("sites", minutes[-1]))
    if reached is not None:
        book.say(
            tr("Posts reach {reached} of {total} {total:site|sites} within {minutes} minutes by car.", reached=f"{reached.reached:.0f}", total=f"{reached.total:.0f}", minutes=f"{minutes[-1]:g}")
        )  # fmt: skip
    head = (tr("What"), tr("All"), *(tr("{minutes} min", minutes=f"{one:g}") for one in minutes))
    book.table(tr("Reached from the posts"), head, rows, widths=(2.4, 1.2, 1.6, 1.6, 1.6), numeric=(1, 2, 3, 4))
    labels = tuple(tr(COVERED.get(what, what)) for what in kinds)
    series = tuple(
        BarSeries(
            tr("{minutes} min", minutes=f"{one:g}"),
            tuple(round(100 * shares[what, one].reached / shares[what, one].total, 1) for what in kinds),
        )
        for one in minutes
    )
    book.figure(tr("Share reached from the posts"), BarChart(labels, series, "%"), height_mm=70)


def percent(share: float) -> str:
    """
    Write a share.

    Parameters
    ----------
    share : float
        0 to 1.

    Returns
    -------
    str
        Such as ``12.3 %``, in Chinese without the blank.
    """
    return f"{100 * share:.1f}{'' if current_language() == 'zh' else ' '}%"
