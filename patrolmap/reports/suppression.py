"""From the numbers of a situation report to those that may leave the office.

Counts of cases below the threshold are not published, nor those that would give one away: of parts that add up to a
number in the report, of two tables over the same total, and of a month and a period inside it. Numbers on rings,
leaks, posts, plans and places of events are left out altogether.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.model.small_counts import frequent_categories, hidden_counts, is_guessable, shown_count
from patrolmap.reports.public_facts import (
    PublicChange,
    PublicCount,
    PublicCoverage,
    PublicEvents,
    PublicFacts,
    PublicHotspot,
    PublicHotspots,
    PublicIncidents,
    PublicPatrols,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolmap.reports.duty_facts import EventFacts, PatrolFact
    from patrolmap.reports.facts import ChangeFact, CoverageFact, HotspotFacts, IncidentFacts, MonthFact, ReportFacts

__all__ = ["PUBLIC_PARTS", "public_facts"]

PUBLIC_PARTS: Final = ("incidents", "hotspots", "coverage", "patrols", "events")
"""Rings tell where nobody watches, proposals what is lacking: neither leaves the office."""

_COVERED: Final = ("street_length_m", "households")
_DAY: Final = dt.timedelta(days=1)
_FEBRUARY: Final = 28
_Span = tuple[dt.date, dt.date]


def public_facts(facts: ReportFacts, threshold: int) -> PublicFacts:
    """
    Take out of a report's numbers what readers outside must not see, nor be able to compute.

    Parameters
    ----------
    facts : ReportFacts
        The numbers of the office.
    threshold : int
        Counts of cases below it are not published; at least 2.

    Returns
    -------
    PublicFacts
        What is left.
    """
    return PublicFacts(
        district=facts.district,
        kind=facts.kind,
        first=facts.first,
        last=facts.last,
        computed_at=facts.computed_at,
        program_version=facts.program_version,
        threshold=threshold,
        incidents=None if facts.incidents is None else _incidents(facts, facts.incidents, threshold),
        hotspots=None if facts.hotspots is None else _hotspots(facts, facts.hotspots, threshold),
        coverage=tuple(_covered(row) for row in facts.coverage if _is_public(row, threshold)),
        patrols=_patrols(facts.patrols) if facts.patrols else None,
        events=None if facts.events is None else _events(facts.events, threshold),
        missing={part: why for part, why in facts.missing.items() if part in PUBLIC_PARTS},
        sources=tuple(replace(one, inputs="") for one in facts.sources if one.part in PUBLIC_PARTS),
    )


class _Column:
    """Counts of one period: a total, and tables whose rows add up to it. What is hidden depends on nothing else."""

    def __init__(self, total: int, tables: Sequence[Sequence[int]], threshold: int) -> None:
        self._total, self._threshold = total, threshold
        self._tables = tables
        self._hidden = [hidden_counts(one, threshold, with_total=True) for one in tables]
        self.is_hidden = total < threshold or any(
            is_guessable([count for count, secret in zip(one, hidden, strict=True) if secret], threshold)
            for one, hidden in zip(tables, self._hidden, strict=True)
        )

    @property
    def total(self) -> PublicCount:
        """The sum."""
        return _count(self._total, self._threshold, hidden=self.is_hidden)

    def cell(self, table: int, row: int) -> PublicCount:
        """Give one count; with the total all others are hidden too."""
        hidden = self.is_hidden or self._hidden[table][row]
        return _count(self._tables[table][row], self._threshold, hidden=hidden)


def _count(value: int, threshold: int, *, hidden: bool) -> PublicCount:
    return PublicCount(None if hidden else value, shown_count(value, threshold, hidden=hidden))


def _incidents(facts: ReportFacts, found: IncidentFacts, threshold: int) -> PublicIncidents:
    now, before, year = _columns(found, threshold)
    months = _months(facts, found, (now, before, year), threshold)

    def change(one: ChangeFact, place: Callable[[_Column], PublicCount]) -> PublicChange:
        count = place(now)
        was = None if before is None else place(before)
        then = None if year is None else place(year)
        ratios = (one.ratio, one.ratio_low, one.ratio_high), (one.year_ratio, one.year_low, one.year_high)
        return PublicChange(
            part=one.part,
            count=count,
            interval=None if count.value is None else (one.low, one.high),
            before=was,
            change=_ratio(*ratios[0], count, was),
            year_before=then,
            year_change=_ratio(*ratios[1], count, then),
        )

    return PublicIncidents(
        total=change(found.total, lambda column: column.total),
        categories=tuple(
            change(one, partial(_Column.cell, table=0, row=row)) for row, one in enumerate(found.categories)
        ),
        rings=tuple(change(one, partial(_Column.cell, table=1, row=row)) for row, one in enumerate(found.rings)),
        months=months,
        months_left_out=len(found.months) - len(months),
        data_last=found.data_last,
    )


def _columns(found: IncidentFacts, threshold: int) -> tuple[_Column, _Column | None, _Column | None]:
    """Take the period, the one before and that of the year before, where there are data."""
    total = found.total

    def taken(sum_of: int | None, count: Callable[[ChangeFact], int | None]) -> _Column | None:
        if sum_of is None:
            return None
        categories, rings = ([count(one) or 0 for one in rows] for rows in (found.categories, found.rings))
        return _column(sum_of, categories, rings, threshold)

    return (
        _column(total.count, [one.count for one in found.categories], [one.count for one in found.rings], threshold),
        taken(total.before, lambda one: one.before),
        taken(total.year_before, lambda one: one.year_before),
    )


def _column(total: int, categories: list[int], rings: list[int], threshold: int) -> _Column:
    """Put tables over one total together; what lies in no ring is a part too, though no row of the table."""
    rest = [total - sum(categories)] if sum(categories) != total else []
    tables = [[*categories, *rest], *([[*rings, total - sum(rings)]] if rings else [])]
    return _Column(total, tables, threshold)


def _ratio(
    ratio: float | None, low: float | None, high: float | None, count: PublicCount, other: PublicCount | None
) -> tuple[float, float | None, float | None] | None:
    if ratio is None or count.value is None or other is None or other.value is None:
        return None
    return ratio, low, high


def _months(
    facts: ReportFacts, found: IncidentFacts, columns: Sequence[_Column | None], threshold: int
) -> tuple[MonthFact, ...]:
    """Keep months that are not small, and from which the periods of the report leave no few cases."""
    first, last = facts.first, facts.last
    length = last - first + _DAY
    spans = ((first, last), (first - length, first - _DAY), (_year_before(first), _year_before(last)))
    counts = (found.total.count, found.total.before, found.total.year_before)
    data = dt.date.fromisoformat(found.data_first), dt.date.fromisoformat(found.data_last)
    periods = [
        (_clipped(span, data), count or 0, column.is_hidden)
        for span, count, column in zip(spans, counts, columns, strict=True)
        if column is not None
    ]
    kept = []
    for month in found.months:
        span = _clipped(_days_of(month.month), data)
        touching = [one for one in periods if one[0][0] <= span[1] and span[0] <= one[0][1]]
        same = [hidden for other, _, hidden in touching if other == span]
        inside = all(span[0] <= other[0] and other[1] <= span[1] for other, _, _ in touching)
        rest = month.count - sum(count for _, count, _ in touching)
        if month.count >= threshold and (same == [False] or (inside and not same and rest >= threshold)):
            kept.append(month)
    return tuple(kept)


def _days_of(month: str) -> _Span:
    first = dt.date.fromisoformat(f"{month}-01")
    return first, (first + 31 * _DAY).replace(day=1) - _DAY


def _clipped(span: _Span, data: _Span) -> _Span:
    return max(span[0], data[0]), min(span[1], data[1])


def _year_before(day: dt.date) -> dt.date:
    return day.replace(year=day.year - 1, day=min(day.day, _FEBRUARY) if day.month == 2 else day.day)


def _hotspots(facts: ReportFacts, found: HotspotFacts, threshold: int) -> PublicHotspots:
    counts = [spot.incidents for spot in found.hotspots]
    hidden = hidden_counts(counts, threshold, with_total=True)
    known = _are_hits_public(facts, found, threshold)
    return PublicHotspots(
        hotspots=tuple(
            PublicHotspot(
                spot.rank,
                spot.name,
                spot.area_m2,
                _count(spot.incidents, threshold, hidden=secret),
                "" if secret else spot.peak_hours,
                frequent_categories(spot.categories, threshold),
            )
            for spot, secret in zip(found.hotspots, hidden, strict=True)
        ),
        method=found.method,
        period=found.period,
        backtest=found.backtest,
        origins=found.origins,
        area_share=found.area_share,
        hits=found.hits if known else None,
        incidents=found.incidents if known else None,
        pai=found.pai if known else None,
    )


def _are_hits_public(facts: ReportFacts, found: HotspotFacts, threshold: int) -> bool:
    """Tell whether those inside and outside of hotspots are many, as what the hotspots' own counts leave is."""
    if facts.incidents is None:
        return False
    total = _columns(facts.incidents, threshold)[0]
    same_days = found.period == f"{facts.first} / {facts.last}"
    apart = abs(sum(spot.incidents for spot in found.hotspots) - found.hits)
    misses = found.incidents - found.hits
    return (
        not total.is_hidden
        and min(found.hits, misses) >= threshold
        and (apart >= threshold or (same_days and apart == 0))
    )


def _is_public(row: CoverageFact, threshold: int) -> bool:
    """Tell whether one percent of it is not a few households."""
    return row.what in _COVERED and (row.what != "households" or row.total >= 100 * threshold)


def _covered(row: CoverageFact) -> PublicCoverage:
    return PublicCoverage(row.what, row.minutes, round(100 * row.reached / row.total))


def _patrols(shifts: Sequence[PatrolFact]) -> PublicPatrols:
    names = [name for name in PublicPatrols.__dataclass_fields__ if name != "shifts"]
    return PublicPatrols(len(shifts), **{name: sum(getattr(one, name) for one in shifts) for name in names})


def _events(found: EventFacts, threshold: int) -> PublicEvents:
    ways = [found.handled_in_time, found.handled_late]
    ways.append(found.found - sum(ways))
    column = _Column(found.found, [ways, list(found.by_type.values())], threshold)
    return PublicEvents(
        found=column.total,
        handled_in_time=column.cell(0, 0),
        handled_late=column.cell(0, 1),
        in_work=column.cell(0, 2),
        by_type={kind: column.cell(1, row) for row, kind in enumerate(found.by_type)},
        mean_rating=round(found.rating_sum / found.rated, 1) if found.rated >= threshold else None,
    )
