"""The numbers of a situation report, apart from its words. None, or an empty tuple, means that there are no data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from patrolmap.reports.duty_facts import EventFacts, PatrolFact, PlaceFact, ProposalFacts

__all__ = [
    "BacktestFact",
    "ChangeFact",
    "CoverageFact",
    "HotspotFact",
    "HotspotFacts",
    "IncidentFacts",
    "MonthFact",
    "ReportFacts",
    "RingFact",
    "SourceFact",
]


@dataclass(frozen=True)
class ChangeFact:
    """
    Incidents of one part, and how they changed.

    Parameters
    ----------
    part : str
        Category or ring; empty for all.
    count : int
        In the period.
    low, high : float
        Exact 95 % interval of the Poisson mean.
    before : int or None
        In the equally long period just before; None if the data do not reach back so far.
    ratio, ratio_low, ratio_high : float or None
        Rate now over rate before with its interval; None if there was nothing, no data, or no upper limit.
    year_before : int or None
        On the same days of the year before.
    year_ratio, year_low, year_high : float or None
        The same against that.
    fdr : float or None
        False discovery rate at which the change stands among all parts; None if at none.
    """

    part: str
    count: int
    low: float
    high: float
    before: int | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    year_before: int | None
    year_ratio: float | None
    year_low: float | None
    year_high: float | None
    fdr: float | None


@dataclass(frozen=True)
class MonthFact:
    """
    A month of the trend.

    Parameters
    ----------
    month : str
        Such as ``2026-11``.
    count : int
        Incidents.
    low, high : float
        Exact 95 % interval.
    complete : bool
        False where the data may not cover the month.
    """

    month: str
    count: int
    low: float
    high: float
    complete: bool


@dataclass(frozen=True)
class IncidentFacts:
    """
    Counts and change.

    Parameters
    ----------
    total : ChangeFact
        All incidents.
    categories, rings : tuple of ChangeFact
        By category, the most frequent first, and by ring.
    months : tuple of MonthFact
        The last thirteen months up to the end of the period.
    hours : tuple of tuple of float
        Incidents of the period by weekday, Monday first, and hour.
    outside : int
        Of the period, outside the study area, counted nowhere else.
    data_first, data_last : str
        First and last day of all incidents in the project.
    """

    total: ChangeFact
    categories: tuple[ChangeFact, ...]
    rings: tuple[ChangeFact, ...]
    months: tuple[MonthFact, ...]
    hours: tuple[tuple[float, ...], ...]
    outside: int
    data_first: str
    data_last: str


@dataclass(frozen=True)
class HotspotFact:
    """
    A hotspot as it is kept in the project.

    Parameters
    ----------
    rank : int
        From 1.
    name : str
        Its streets.
    area_m2 : float
        Area.
    incidents : int
        Incidents it was made from.
    in_period : int
        Incidents of the period in it.
    peak_hours, categories : str
        As kept.
    patrolled : int or None
        Stops done in it during the period; None without plans.
    """

    rank: int
    name: str
    area_m2: float
    incidents: int
    in_period: int
    peak_hours: str
    categories: str
    patrolled: int | None


@dataclass(frozen=True)
class BacktestFact:
    """
    A row of the back-test that the hotspots carry.

    Parameters
    ----------
    method : str
        Name.
    area_share, hit_rate, pai, pai_low, pai_high, pei : float
        As in `patrolmap.hotspots.backtest.BacktestRow`.
    """

    method: str
    area_share: float
    hit_rate: float
    pai: float
    pai_low: float
    pai_high: float
    pei: float


@dataclass(frozen=True)
class HotspotFacts:
    """
    Hotspots with their proof.

    Parameters
    ----------
    hotspots : tuple of HotspotFact
        By rank.
    method, period, computed_at : str
        How, from which days and when they were made.
    backtest : tuple of BacktestFact
        Empty if they carry none.
    origins : int
        Periods of the back-test.
    area_share : float
        Share of the study area that they fill.
    hits, incidents : int
        Incidents of the report's period in hotspots, and in the study area.
    pai : float or None
        Share of hits over share of area; None without incidents.
    """

    hotspots: tuple[HotspotFact, ...]
    method: str
    period: str
    computed_at: str
    backtest: tuple[BacktestFact, ...]
    origins: int
    area_share: float
    hits: int
    incidents: int
    pai: float | None


@dataclass(frozen=True)
class RingFact:
    """
    Whether a ring is closed.

    Parameters
    ----------
    ring : str
        Its kind.
    crossings, controlled : int
        Crossings, and those that a checkpoint controls.
    leaks : tuple of (str, float)
        Streets and metres of each edge-disjoint way in.
    places : tuple of PlaceFact
        The fewest places that would close it.
    from_nothing : int
        The fewest places that would close it without any checkpoint.
    failures_to_open : int or None
        As in `patrolmap.rings.closure.Weakness`.
    """

    ring: str
    crossings: int
    controlled: int
    leaks: tuple[tuple[str, float], ...]
    places: tuple[PlaceFact, ...]
    from_nothing: int
    failures_to_open: int | None


@dataclass(frozen=True)
class CoverageFact:
    """
    What posts reach.

    Parameters
    ----------
    what : str
        As in `patrolmap.rings.coverage.CoverageRow`.
    minutes : float
        The time.
    reached, total : float
        Sums of weights.
    """

    what: str
    minutes: float
    reached: float
    total: float


@dataclass(frozen=True)
class SourceFact:
    """
    Where numbers come from.

    Parameters
    ----------
    part : str
        Name of the part.
    service : str
        Function that computed them.
    filter : str
        Which data.
    parameters : str
        With what.
    inputs : str
        Content hashes of the layers, short.
    computed_at : str
        When.
    """

    part: str
    service: str
    filter: str
    parameters: str
    inputs: str
    computed_at: str


@dataclass(frozen=True)
class ReportFacts:
    """
    All numbers of a report.

    Parameters
    ----------
    district : str
        Name of the district.
    kind : str
        ``day``, ``week`` or ``month``.
    first, last : datetime.date
        The period, both days included.
    computed_at, program_version : str
        When and by what.
    incidents, hotspots, events, proposals : facts or None
        None without data.
    rings, coverage, patrols : tuple
        Empty without data.
    missing : mapping of str to str
        For each part without data, why.
    sources : tuple of SourceFact
        Of all parts.
    """

    district: str
    kind: str
    first: dt.date
    last: dt.date
    computed_at: str
    program_version: str
    incidents: IncidentFacts | None = None
    hotspots: HotspotFacts | None = None
    rings: tuple[RingFact, ...] = ()
    coverage: tuple[CoverageFact, ...] = ()
    patrols: tuple[PatrolFact, ...] = ()
    events: EventFacts | None = None
    proposals: ProposalFacts | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[SourceFact, ...] = ()
