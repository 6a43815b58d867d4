"""From the layers of a district to the visits of a shift."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from patrolmap.model.duty import ALL_DAY, duty_windows, site_hours
from patrolmap.model.kinds import ShiftMode, SiteKind
from patrolmap.model.plan import Visit
from patrolmap.model.schedule import Shift, TimeWindow, parse_hours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import geopandas as gpd
    import pandas as pd
    import shapely

    from patrolmap.planner.settings import PlanSettings

__all__ = [
    "HotspotRepeat",
    "WantedVisit",
    "hotspot_gap_s",
    "hotspot_repeat",
    "hotspot_visits",
    "request_visits",
    "series_name",
    "site_visits",
    "with_hotspot_gaps",
]


@dataclass(frozen=True)
class WantedVisit:
    """
    A visit with what a plan does not print: its series and its fixed teams.

    Parameters
    ----------
    visit : Visit
        What is wanted.
    series : str, default ""
        Repeats of one place share it.
    min_gap_s : int, default 0
        Least time between the visits of the series, seconds.
    only_teams : tuple of str, default ()
        The only teams that may serve it; empty for no such limit.
    held : bool, default False
        Whether somebody has held it where it is planned, whatever the rings of its teams say.
    """

    visit: Visit
    series: str = ""
    min_gap_s: int = 0
    only_teams: tuple[str, ...] = ()
    held: bool = False


@dataclass(frozen=True)
class HotspotRepeat:
    """
    How a hotspot is visited.

    Parameters
    ----------
    dwell_s : int, default 720
        Stay at each patrol point, seconds.
    gap_s : int, default 7200
        Least time from the end of a visit to the start of the next, seconds.
    visits : int, default 2
        Most visits in a routine shift.
    """

    dwell_s: int = 720
    gap_s: int = 7200
    visits: int = 2


def site_visits(sites: gpd.GeoDataFrame, shift: Shift, settings: PlanSettings) -> tuple[WantedVisit, ...]:
    """
    Ask for visits to checkpoints, intersections, key sites and posts.

    Parameters
    ----------
    sites : geopandas.GeoDataFrame
        Layer ``sites``, metric CRS.
    shift : Shift
        When, and in which mode.
    settings : PlanSettings
        What the office decided.

    Returns
    -------
    tuple of WantedVisit
        In the order of the layer. Key sites are required and repeated; all else is optional. A site whose hours
        do not meet the shift, and level 3 in routine mode, ask for nothing.
    """
    return tuple(wanted for _, site in sites.iterrows() for wanted in _site(site, shift, settings))


def hotspot_visits(
    hotspots: gpd.GeoDataFrame,
    shift: Shift,
    settings: PlanSettings,
    points: Sequence[Sequence[shapely.Point]] | None = None,
    part_name: Callable[[str, int, int], str] = "{} ({}/{})".format,
) -> tuple[WantedVisit, ...]:
    """
    Ask for visits to hotspots.

    Parameters
    ----------
    hotspots : geopandas.GeoDataFrame
        Layer ``hotspots``, metric CRS.
    shift : Shift
        When, and in which mode.
    settings : PlanSettings
        What the office decided.
    points : sequence of sequence of shapely.Point, or None
        Patrol points of each hotspot, as `patrolmap.planner.hotspot_points.hotspot_points` gives them; None for one
        point inside each.
    part_name : Callable, default "{} ({}/{})".format
        Names one of several points of a hotspot by the hotspot's name, the point's number from 1, and how many there are.

    Returns
    -------
    tuple of WantedVisit
        Optional visits to each patrol point, repeated after the gap. The prize of a hotspot is linear in its
        score; its points share it. Of several, the second has the id ``hotspot.2``.
    """
    import pandas as pd

    if hotspots.empty:
        return ()
    score = pd.to_numeric(hotspots["score"], errors="coerce").fillna(0.0).to_numpy(dtype=np.float64)
    width = float(score.max() - score.min())
    share = (score - score.min()) / width if width > 0 else np.ones(len(score))
    prize = settings.prize_hotspot_least + share * (settings.prize_hotspot_most - settings.prize_hotspot_least)
    found: list[WantedVisit] = []
    for row, (_, spot) in enumerate(hotspots.iterrows()):
        places = (spot.geometry.representative_point(),) if points is None else points[row]
        found += _hotspot(spot, round(float(prize[row]), 1), shift, settings, _Parts(places, part_name))
    return tuple(found)


def hotspot_repeat(spot: pd.Series[Any], settings: PlanSettings) -> HotspotRepeat:
    """
    Tell how a hotspot is to be visited: as the office decided, else as the hotspot suggests, else as is usual.

    Parameters
    ----------
    spot : pandas.Series
        Row of the layer ``hotspots``.
    settings : PlanSettings
        What the office decided.

    Returns
    -------
    HotspotRepeat
        Dwell, gap and number of visits.
    """
    gap_s = settings.hotspot_gap_s
    gap_s = settings.hotspot_gaps_s.get(str(spot["hotspot_id"])) if gap_s is None else gap_s
    decided = (settings.hotspot_dwell_s, gap_s, settings.hotspot_visits)
    suggested = (_number(spot.get("dwell_min"), 60), _number(spot.get("gap_min"), 60), _number(spot.get("visits"), 1))
    usual = (HotspotRepeat.dwell_s, HotspotRepeat.gap_s, HotspotRepeat.visits)
    found = [
        next(value for value in choices if value is not None) for choices in zip(decided, suggested, usual, strict=True)
    ]
    return HotspotRepeat(*found)


def hotspot_gap_s(place_id: str, settings: PlanSettings) -> int:
    """
    Tell the least gap between visits to a hotspot of a plan.

    Parameters
    ----------
    place_id : str
        The hotspot.
    settings : PlanSettings
        As the plan recorded them.

    Returns
    -------
    int
        Seconds.
    """
    if settings.hotspot_gap_s is not None:
        return settings.hotspot_gap_s
    return settings.hotspot_gaps_s.get(place_id, HotspotRepeat.gap_s)


def with_hotspot_gaps(hotspots: gpd.GeoDataFrame, settings: PlanSettings) -> PlanSettings:
    """
    Note the gaps that hotspots suggest, so that a plan holds to them when it is changed later.

    Parameters
    ----------
    hotspots : geopandas.GeoDataFrame
        Layer ``hotspots``.
    settings : PlanSettings
        What the office decided.

    Returns
    -------
    PlanSettings
        With `hotspot_gaps_s` for the hotspots whose gap is not the usual one.
    """
    gaps_s = {str(spot["hotspot_id"]): hotspot_repeat(spot, settings).gap_s for _, spot in hotspots.iterrows()}
    return replace(
        settings,
        hotspot_gaps_s={name: gap_s for name, gap_s in gaps_s.items() if gap_s != HotspotRepeat.gap_s}
        if settings.hotspot_gap_s is None
        else {},
    )


def request_visits(requests: Sequence[Visit], shift: Shift, settings: PlanSettings) -> tuple[WantedVisit, ...]:
    """
    Ask for visits that somebody typed in.

    Parameters
    ----------
    requests : sequence of Visit
        As typed; windows empty for any time of the shift.
    shift : Shift
        When.
    settings : PlanSettings
        Fixed pairs.

    Returns
    -------
    tuple of WantedVisit
        The same with windows cut to the shift; one that lies outside keeps an impossible window, so that the plan
        can say so.
    """
    found = []
    for request in requests:
        windows = _starts(request.windows or ALL_DAY, shift, request.dwell_s)
        wish = replace(request, windows=windows or request.windows)
        found.append(WantedVisit(wish, only_teams=settings.fixed_pairs.get(request.place_id, ())))
    return tuple(found)


def series_name(visit: Visit) -> str:
    """
    Tell which series a visit belongs to, if its place is visited several times.

    Parameters
    ----------
    visit : Visit
        A visit of a site or a hotspot.

    Returns
    -------
    str
        Its id without the number of the repeat.
    """
    return visit.visit_id.rpartition("#")[0] or visit.visit_id


def _site(site: pd.Series[Any], shift: Shift, settings: PlanSettings) -> Iterator[WantedVisit]:
    import pandas as pd

    kind = str(site["kind"])
    level = int(site["level"]) if pd.notna(site["level"]) else 1
    hours = site_hours(
        kind, level, _text(site["hours"]), shift.mode, settings.key_hours, levels_up=settings.heightened_levels_up
    )
    heightened = shift.mode is ShiftMode.HEIGHTENED
    times = settings.heightened_factor if heightened else 1
    levels = {1: settings.prize_level_1, 2: settings.prize_level_2, 3: settings.prize_level_3}
    dwell_s, prize = {
        SiteKind.KEY_SITE.value: (settings.key_site_dwell_s, settings.prize_key_site),
        SiteKind.INTERSECTION.value: (settings.intersection_dwell_s, settings.prize_intersection),
        SiteKind.POST.value: (settings.post_dwell_s, levels.get(level, settings.prize_level_3)),
    }.get(kind, (settings.checkpoint_dwell_s, levels.get(level, settings.prize_level_3)))
    required = kind == SiteKind.KEY_SITE
    count = times * (settings.key_site_visits if required else 1)
    windows = _starts(hours, shift, dwell_s)
    if not windows:
        return
    span_s = windows[-1].end_s - windows[0].start_s
    gap_s = max(int(settings.spread * span_s / max(count, 1)) - dwell_s, 0)
    first = _visit(site, "site_id", kind, site.geometry, settings)
    first = replace(first, windows=windows, dwell_s=dwell_s, required=required, prize=prize)
    yield from _repeated(first, count, gap_s, settings)


@dataclass(frozen=True)
class _Parts:
    """The points of a hotspot, and how they are named if there are several."""

    points: Sequence[shapely.Point]
    name: Callable[[str, int, int], str]


def _hotspot(
    spot: pd.Series[Any], prize: float, shift: Shift, settings: PlanSettings, parts: _Parts
) -> Iterator[WantedVisit]:
    asked = hotspot_repeat(spot, settings)
    dwell_s, gap_s = asked.dwell_s, asked.gap_s
    windows = _starts(ALL_DAY, shift, dwell_s)
    if not windows:
        return
    times = settings.heightened_factor if shift.mode is ShiftMode.HEIGHTENED else 1
    fitting = 1 + (windows[-1].end_s - windows[0].start_s) // max(dwell_s + gap_s, 1)
    count = min(asked.visits * times, fitting)
    peak = _starts(parse_hours(_text(spot["peak_hours"])), shift, dwell_s) if settings.hotspot_peak_first else ()
    of = len(parts.points)
    for place, point in enumerate(parts.points, start=1):
        first = _visit(spot, "hotspot_id", "hotspot", point, settings)
        first = replace(first, windows=windows, dwell_s=dwell_s, prize=round(prize / of, 1))
        if of > 1:
            part, name = f"{first.place_id}.{place}", parts.name(first.name, place, of)
            first = replace(first, visit_id=part, name=name)
        for number, wanted in enumerate(_repeated(first, count, gap_s, settings)):
            in_peak = number == 0 and peak
            yield replace(wanted, visit=replace(wanted.visit, windows=peak)) if in_peak else wanted


def _repeated(first: Visit, count: int, gap_s: int, settings: PlanSettings) -> Iterator[WantedVisit]:
    pairs = settings.fixed_pairs.get(first.place_id, ())
    prize = first.prize
    for number in range(count):
        name = first.visit_id if count == 1 else f"{first.visit_id}#{number + 1}"
        visit = replace(first, visit_id=name, prize=round(prize, 1))
        yield WantedVisit(visit, first.visit_id if count > 1 else "", gap_s if count > 1 else 0, pairs)
        if not first.required:
            prize *= settings.repeat_prize_share


def _visit(row: pd.Series[Any], key: str, kind: str, point: shapely.Point, settings: PlanSettings) -> Visit:
    place = str(row[key])
    return Visit(
        visit_id=place,
        place_id=place,
        kind=kind,
        name=_text(row["name"]) or place,
        point=point,
        windows=(),
        dwell_s=0,
        required=False,
        prize=0.0,
        zone=_text(row.get("zone")),
        min_members=max(settings.min_members.get(place, 1), 1),
    )


def _starts(hours: tuple[TimeWindow, ...], shift: Shift, dwell_s: int) -> tuple[TimeWindow, ...]:
    """When a dwell may start so that it ends inside the hours."""
    windows = duty_windows(hours, shift)
    return tuple(TimeWindow(w.start_s, w.end_s - dwell_s) for w in windows if w.length_s >= dwell_s)


def _number(value: object, factor: int) -> int | None:
    """Read what a row suggests; None where it says nothing that can be used."""
    import pandas as pd

    number = pd.to_numeric(value, errors="coerce")
    return round(float(number) * factor) if pd.notna(number) and number >= 0 else None


def _text(value: object) -> str:
    import pandas as pd

    return (
        "" if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)) else str(value).strip()
    )
