"""A plan as rows: the whole of it in the table of plans, its routes and stops as layers for a GIS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import shapely

from patrolmap.model.plan_json import shift_to_dict, to_dict

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.plan import PatrolPlan, Route
    from patrolmap.model.schedule import Shift

__all__ = ["plan_row", "route_rows", "shift_row", "stop_rows"]


def plan_row(plan: PatrolPlan) -> pd.DataFrame:
    """
    Write a plan as its row.

    Parameters
    ----------
    plan : PatrolPlan
        Any plan.

    Returns
    -------
    pandas.DataFrame
        One row of the table ``plans``.
    """
    import pandas as pd

    window = plan.shift.window
    row = {
        "plan_id": plan.plan_id,
        "shift_id": plan.shift.shift_id,
        "shift": plan.shift.name,
        "start": plan.moment(window.start_s).isoformat(),
        "end": plan.moment(window.end_s).isoformat(),
        "computed_at": plan.provenance.computed_at,
        "method": plan.provenance.method,
        "complete": plan.complete,
        "document": json.dumps(to_dict(plan), ensure_ascii=False, separators=(",", ":"), allow_nan=False),
    }
    return pd.DataFrame([row])


def shift_row(shift: Shift) -> pd.DataFrame:
    """
    Write a shift as its row.

    Parameters
    ----------
    shift : Shift
        Any shift.

    Returns
    -------
    pandas.DataFrame
        One row of the table ``shifts``.
    """
    import pandas as pd

    return pd.DataFrame([shift_to_dict(shift)])


def route_rows(plan: PatrolPlan, frame: SpatialFrame) -> gpd.GeoDataFrame:
    """
    Write the routes of a plan as a layer.

    Parameters
    ----------
    plan : PatrolPlan
        Any plan.
    frame : SpatialFrame
        The project's.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a route, in the stored system; a route without a way is the point where it starts.
    """
    rows = [
        {
            "plan_id": plan.plan_id,
            "team_id": route.team_id,
            "team": route.team_name,
            "start": plan.moment(route.depart_s).isoformat(),
            "end": plan.moment(route.end_s).isoformat(),
            "stops": len(route.stops),
            "length_m": route.length_m,
        }
        for route in plan.routes
    ]
    return _layer(rows, [_way(route) for route in plan.routes], frame)


def stop_rows(plan: PatrolPlan, frame: SpatialFrame) -> gpd.GeoDataFrame:
    """
    Write the stops of a plan as a layer.

    Parameters
    ----------
    plan : PatrolPlan
        Any plan.
    frame : SpatialFrame
        The project's.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a stop, in the stored system, numbered from 1 in each route.
    """
    rows, points = [], []
    for route in plan.routes:
        for number, stop in enumerate(route.stops, start=1):
            rows.append(
                {
                    "plan_id": plan.plan_id,
                    "team_id": route.team_id,
                    "number": number,
                    "visit_id": stop.visit.visit_id,
                    "name": stop.visit.name,
                    "task": str(stop.visit.kind),
                    "arrive": plan.moment(stop.arrive_s).isoformat(),
                    "leave": plan.moment(stop.leave_s).isoformat(),
                }
            )
            points.append(stop.visit.point)
    return _layer(rows, points, frame)


def _way(route: Route) -> shapely.Geometry:
    legs = [stop.leg for stop in route.stops] + ([route.way_home] if route.way_home else [])
    coordinates = [xy for leg in legs for xy in shapely.get_coordinates(leg.geometry).tolist()]
    distinct = [xy for place, xy in enumerate(coordinates) if place == 0 or xy != coordinates[place - 1]]
    return shapely.LineString(distinct) if len(distinct) > 1 else route.start_point


def _layer(rows: list[dict[str, Any]], geometries: list[shapely.Geometry], frame: SpatialFrame) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import pandas as pd

    metric = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=gpd.GeoSeries(geometries, crs=frame.metric_crs))
    return frame.to_stored(metric)
