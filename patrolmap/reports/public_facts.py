"""The numbers of a situation report for readers outside the office: small counts, and what protects them, are not there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from patrolmap.reports.facts import BacktestFact, MonthFact, SourceFact

__all__ = [
    "PublicChange",
    "PublicCount",
    "PublicCoverage",
    "PublicEvents",
    "PublicFacts",
    "PublicHotspot",
    "PublicHotspots",
    "PublicIncidents",
    "PublicPatrols",
]


@dataclass(frozen=True)
class PublicCount:
    """
    A count that may be hidden.

    Parameters
    ----------
    value : int or None
        The count; None if it is not published.
    shown : str
        What the reader reads: the number, ``<5`` for a small one, ``*`` for one that would give a small one away.
    """

    value: int | None
    shown: str


@dataclass(frozen=True)
class PublicChange:
    """
    Incidents of one part, and how they changed.

    Parameters
    ----------
    part : str
        Category or ring; empty for all.
    count : PublicCount
        In the period.
    interval : tuple of float or None
        Exact 95 % interval of the Poisson mean; None where the count is hidden.
    before, year_before : PublicCount or None
        In the period before and a year before; None if the data do not reach back so far.
    change, year_change : tuple of (float, float or None, float or None) or None
        Ratio with its interval; None where either count is hidden or there is none.
    """

    part: str
    count: PublicCount
    interval: tuple[float, float] | None
    before: PublicCount | None
    change: tuple[float, float | None, float | None] | None
    year_before: PublicCount | None
    year_change: tuple[float, float | None, float | None] | None


@dataclass(frozen=True)
class PublicIncidents:
    """
    Counts and change.

    Parameters
    ----------
    total : PublicChange
        All incidents.
    categories, rings : tuple of PublicChange
        As in `patrolmap.reports.facts.IncidentFacts`.
    months : tuple of MonthFact
        Months whose count is not small and cannot be set against another number of the report to find a small one.
    months_left_out : int
        How many months of the last thirteen are not among them.
    data_last : str
        Last day of all incidents in the project.
    """

    total: PublicChange
    categories: tuple[PublicChange, ...]
    rings: tuple[PublicChange, ...]
    months: tuple[MonthFact, ...]
    months_left_out: int
    data_last: str


@dataclass(frozen=True)
class PublicHotspot:
    """
    A hotspot, as published layers have it.

    Parameters
    ----------
    rank : int
        From 1.
    name : str
        Its streets.
    area_m2 : float
        Area.
    incidents : PublicCount
        Incidents it was made from.
    peak_hours, categories : str
        As kept; empty where the count is hidden, and without categories of few cases.
    """

    rank: int
    name: str
    area_m2: float
    incidents: PublicCount
    peak_hours: str
    categories: str


@dataclass(frozen=True)
class PublicHotspots:
    """
    Hotspots with their proof.

    Parameters
    ----------
    hotspots : tuple of PublicHotspot
        By rank.
    method, period : str
        How, and from which days they were made.
    backtest : tuple of BacktestFact
        Empty if they carry none.
    origins : int
        Periods of the back-test.
    area_share : float
        Share of the study area that they fill.
    hits, incidents : int or None
        Incidents of the report's period in hotspots, and in the study area; None where one of them, or those outside
        of hotspots, are few.
    pai : float or None
        Share of hits over share of area; None where hits are.
    """

    hotspots: tuple[PublicHotspot, ...]
    method: str
    period: str
    backtest: tuple[BacktestFact, ...]
    origins: int
    area_share: float
    hits: int | None
    incidents: int | None
    pai: float | None


@dataclass(frozen=True)
class PublicCoverage:
    """
    What posts reach, as a share.

    Parameters
    ----------
    what : str
        ``street_length_m`` or ``households``.
    minutes : float
        The time.
    percent : int
        Rounded, so that no few households can be computed from it.
    """

    what: str
    minutes: float
    percent: int


@dataclass(frozen=True)
class PublicPatrols:
    """
    All patrols of the period together; when and where each was stays in the office.

    Parameters
    ----------
    shifts, planned, done, required_planned, required_done, stays, stays_reached, arrivals, punctual : int
        Sums of what `patrolmap.reports.duty_facts.PatrolFact` has of a shift.
    """

    shifts: int
    planned: int
    done: int
    required_planned: int
    required_done: int
    stays: int
    stays_reached: int
    arrivals: int
    punctual: int


@dataclass(frozen=True)
class PublicEvents:
    """
    Events of the period, without places.

    Parameters
    ----------
    found : PublicCount
        Found in the period.
    handled_in_time, handled_late, in_work : PublicCount
        These by how far they have come; three parts of `found`.
    by_type : mapping of str to PublicCount
        These by type.
    mean_rating : float or None
        1 to 5, one decimal; None if few were rated.
    """

    found: PublicCount
    handled_in_time: PublicCount
    handled_late: PublicCount
    in_work: PublicCount
    by_type: Mapping[str, PublicCount]
    mean_rating: float | None


@dataclass(frozen=True)
class PublicFacts:
    """
    All numbers of a published report.

    Parameters
    ----------
    district, kind : str
        As in `patrolmap.reports.facts.ReportFacts`.
    first, last : datetime.date
        The period, both days included.
    computed_at, program_version : str
        When and by what.
    threshold : int
        Counts below it are not published.
    incidents, hotspots, patrols, events : facts or None
        None without data.
    coverage : tuple of PublicCoverage
        Empty without data.
    missing : mapping of str to str
        For each part without data, why.
    sources : tuple of SourceFact
        Of the parts that are there, without content hashes and ids of plans.
    """

    district: str
    kind: str
    first: dt.date
    last: dt.date
    computed_at: str
    program_version: str
    threshold: int
    incidents: PublicIncidents | None = None
    hotspots: PublicHotspots | None = None
    coverage: tuple[PublicCoverage, ...] = ()
    patrols: PublicPatrols | None = None
    events: PublicEvents | None = None
    missing: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[SourceFact, ...] = ()
