"""Keep hotspots in the project's layer, with what they were made from."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from patrolmap import __version__
from patrolmap.messages import N_, Message
from patrolmap.model.edits import Compound, DeleteRows, InsertRows

if TYPE_CHECKING:
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.hotspot_material import HotspotParams
    from patrolmap.services.hotspots import HotspotSet

__all__ = ["store_hotspots"]


def store_hotspots(project: ProjectStore, found: HotspotSet, params: HotspotParams, seed: int) -> None:
    """
    Replace the project's hotspots, as one undo step.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    found : HotspotSet
        The hotspots.
    params : HotspotParams
        What was asked for.
    seed : int
        Seed that was used.
    """
    record: dict[str, Any] = {
        "program_version": __version__,
        "computed_at": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "method": found.method,
        "parameters": json.loads(json.dumps(asdict(params), default=_plain)),
        "seed": seed,
        "inputs": {"incidents": found.incidents_hash},
        "backtest": _table(found),
    }
    rows = gpd.GeoDataFrame(
        {
            "hotspot_id": [f"H{spot.rank:03d}" for spot in found.hotspots],
            "name": list(found.names),
            "rank": [spot.rank for spot in found.hotspots],
            "score": [spot.score for spot in found.hotspots],
            "incidents": [spot.incidents for spot in found.hotspots],
            "area_m2": [round(spot.area_m2, 1) for spot in found.hotspots],
            "peak_hours": [f"{first:02d}:00-{last % 24:02d}:00" for first, last in _peaks(found)],
            "categories": [_counted(spot.categories) for spot in found.hotspots],
            "method": found.method,
            "period": " / ".join(found.period),
            "provenance": [
                json.dumps({**record, "gi_star": asdict(tested)}, ensure_ascii=False) for tested in found.significance
            ],
            "entrances": [len(ways_in) for ways_in in found.entrances],
            "entrance_streets": [_counted(streets) for streets in found.entrance_streets],
            "dwell_min": [advice.dwell_min for advice in found.advice],
            "visits": [advice.visits for advice in found.advice],
            "gap_min": [advice.gap_min for advice in found.advice],
        },
        geometry=[spot.polygon for spot in found.hotspots],
        crs=project.frame.metric_crs,
    )
    old = tuple(int(fid) for fid in project.layer("hotspots").index)
    edit = Compound((DeleteRows("hotspots", old), InsertRows("hotspots", project.frame.to_stored(rows))))
    project.apply(edit, Message(N_("Find {count} {count:hotspot|hotspots}"), {"count": len(rows)}))


def _table(found: HotspotSet) -> dict[str, Any] | None:
    """Only what a reader of one hotspot needs: the method's own rows and the baselines', without single origins."""
    if found.table is None:
        return None
    plain = ("last period count", "average count", "kde h=300 m, 365 d")
    rows = [
        {name: _finite(value) for name, value in asdict(row).items() if not name.endswith("by_origin")}
        for row in found.table.rows
        if row.method == found.method or row.method.startswith(plain)
    ]
    return {**asdict(found.table), "rows": rows}


def _finite(value: Any) -> Any:
    """Say null where a figure is not defined: JSON has no other word for it."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _counted(named: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{name} {count}" for name, count in named)


def _peaks(found: HotspotSet) -> list[tuple[int, int]]:
    return [spot.peak_hours for spot in found.hotspots]


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)
