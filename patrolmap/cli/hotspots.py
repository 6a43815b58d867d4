"""``patrolmap hotspots find`` and ``backtest``; the group's other commands are in modules of their own."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from patrolmap.cli.console import Answer, Console
from patrolmap.cli.incident_views import add_view_commands
from patrolmap.cli.incident_words import add_filter, filter_of
from patrolmap.cli.patterns import add_pattern_commands
from patrolmap.i18n import tr

if TYPE_CHECKING:
    import argparse

    from patrolmap.hotspots.backtest import Backtest
    from patrolmap.services.hotspots import HotspotParams, HotspotSet

__all__ = ["add_commands"]

_FAMILIES: Final = "kde, gi, nkde, sepp, blend, risk, last, average"


def add_commands(add: Any, group: Any) -> None:
    """
    Add the commands of this room.

    Parameters
    ----------
    add : callable
        Makes a command.
    group : callable
        Makes a group of commands.
    """
    hotspots = group("hotspots", tr("where and when incidents concentrate"))
    find = add("find", tr("find hotspots and put them on the map"), _find, under=hotspots)
    add_filter(find)
    find.add_argument("--method", default="auto", metavar="M", help=tr("auto chooses by back-test; {m}", m=_FAMILIES))
    find.add_argument("--area-share", type=float, default=0.02, help=tr("share of the district that may be hotspot"))
    find.add_argument("--bandwidth-m", type=float, help=tr("kernel radius for kde, metres"))
    find.add_argument("--cell-m", type=float, help=tr("cell side, metres"))
    find.add_argument("--memory-days", type=int, default=365, help=tr("how far back incidents count, days"))
    test = add("backtest", tr("what each method would have predicted"), _backtest, under=hotspots)
    add_filter(test)
    test.add_argument("--cell-m", type=float, help=tr("cell side, metres"))
    test.add_argument(
        "--methods", nargs="+", action="extend", metavar="M", help=tr("only these methods: {m}", m=_FAMILIES)
    )
    test.add_argument(
        "--origins", type=int, help=tr("number of periods; 12, or as many as the incidents reach back for")
    )
    test.add_argument("--horizon-days", type=int, default=30, help=tr("length of a period, days"))
    add_pattern_commands(add, hotspots)
    add_view_commands(add, hotspots)


def _find(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.hotspots import find_hotspots
    from patrolmap.services.projects import open_project

    params = _params(
        arguments,
        method=arguments.method,
        area_share=arguments.area_share,
        bandwidth_m=arguments.bandwidth_m,
        cell_m=arguments.cell_m,
        memory_days=arguments.memory_days,
    )
    with open_project(arguments.project) as project:
        found = find_hotspots(project, params, seed=console.seed, progress=console.progress, cancel=console.cancel)
        return _found(found, project)


def _backtest(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.hotspots import backtest_hotspots
    from patrolmap.services.projects import open_project

    params = _params(
        arguments,
        cell_m=arguments.cell_m,
        origins=arguments.origins,
        horizon_days=arguments.horizon_days,
        methods=tuple(word for words in arguments.methods or () for word in words.split(",")),
    )
    with open_project(arguments.project, read_only=True) as project:
        table = backtest_hotspots(project, params, seed=console.seed, progress=console.progress, cancel=console.cancel)
    return Answer(_table(table), _table_lines(table))


def _params(arguments: argparse.Namespace, **others: Any) -> HotspotParams:
    from patrolmap.services.hotspots import HotspotParams

    return HotspotParams(filter=filter_of(arguments), **others)


def _found(found: HotspotSet, project: Any) -> Answer:
    from shapely import MultiPoint

    from patrolmap.cli.geometry import geojson

    spots = [
        {
            "hotspot_id": f"H{spot.rank:03d}",
            "name": name,
            "rank": spot.rank,
            "score": spot.score,
            "incidents": spot.incidents,
            "area_m2": spot.area_m2,
            "peak_hours": list(spot.peak_hours),
            "categories": dict(spot.categories),
            "gi_star": asdict(tested),
            "entrance_count": len(ways_in),
            "entrance_streets": dict(streets),
            "dwell_min": advice.dwell_min,
            "visits": advice.visits,
            "gap_min": advice.gap_min,
            "entrances": geojson(MultiPoint(ways_in), project.frame) or {"type": "MultiPoint", "coordinates": []},
            "geometry": geojson(spot.polygon, project.frame),
        }
        for spot, name, tested, ways_in, streets, advice in zip(
            found.hotspots,
            found.names,
            found.significance,
            found.entrances,
            found.entrance_streets,
            found.advice,
            strict=True,
        )
    ]
    data = {
        "method": found.method,
        "incidents_used": found.used,
        "incidents_outside": found.outside,
        "period": list(found.period),
        "notices": [tr(notice) for notice in found.notices],
        "backtest": _table(found.table) if found.table else None,
        "hotspots": spots,
    }
    lines = [tr(notice) for notice in found.notices]
    lines += [
        tr(
            "{rank:>3}  {name}: {incidents} incidents, {area} ha, {first}:00-{last}:00, {entrances} entrances; "
            "stay {dwell} min, {visits} times a shift",
            rank=spot.rank,
            name=name or tr("no street name"),
            incidents=spot.incidents,
            area=f"{spot.area_m2 / 10_000:.1f}",
            first=spot.peak_hours[0],
            last=spot.peak_hours[1] % 24,
            entrances=len(ways_in),
            dwell=advice.dwell_min,
            visits=advice.visits,
        )
        for spot, name, ways_in, advice in zip(found.hotspots, found.names, found.entrances, found.advice, strict=True)
    ]
    return Answer(data, tuple(lines))


def _table(table: Backtest) -> dict[str, Any]:
    rows = [{name: _finite(value) for name, value in asdict(row).items()} for row in table.rows]
    return {**asdict(table), "rows": rows}


def _finite(value: Any) -> Any:
    """Say null where a figure is not defined: JSON has no other word for it."""
    if isinstance(value, tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _table_lines(table: Backtest) -> tuple[str, ...]:
    head = tr("method: share of area, hit rate, PAI with 95 % interval, PEI")
    rows = [
        f"{row.method:>24}: {row.area_share:4.0%} {row.hit_rate:6.1%} "
        f"{row.pai:6.2f} ({row.pai_low:.2f}-{row.pai_high:.2f}) {row.pei:5.2f}"
        for row in table.rows
    ]
    return (head, *rows)
