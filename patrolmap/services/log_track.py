"""Record the stops that a GPX track visited."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.tracks import read_track
from patrolmap.messages import N_, Message
from patrolmap.model.patrol_log import LogEntry, LogState
from patrolmap.model.stays import Track, found_stays
from patrolmap.services.patrol_log import LogResult, team_route

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from patrolmap.model.plan import PatrolPlan, Route
    from patrolmap.project.store import ProjectStore

__all__ = ["record_track"]

_OFFSET_S: Final = 8 * 3600.0
_ELSEWHERE_M: Final = 200.0


def record_track(project: ProjectStore, plan: PatrolPlan, team_id: str, path: Path) -> LogResult:
    """
    Record as done the stops at which a team's track stayed.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    plan : PatrolPlan
        The plan.
    team_id : str
        The team.
    path : Path
        Its track, GPX with times.

    Returns
    -------
    LogResult
        With times of arrival and departure. Other stops are left as they are: a track without a stay is no proof that
        nobody was there. Entries that somebody made by hand are not replaced.

    Raises
    ------
    InputError
        If there is no such team, the file has no track with times, none in the hours of the shift, or one that comes
        nowhere near the stops of the team.
    """
    route = team_route(plan, team_id)
    points = project.frame.to_metric(read_track(path))
    midnight = np.datetime64(dt.datetime.combine(plan.shift.date, dt.time()))
    seconds = (points["moment"].to_numpy() - midnight) / np.timedelta64(1, "s")
    on_shift = _on_shift(plan, seconds)
    if np.count_nonzero(on_shift) < 2 <= np.count_nonzero(_on_shift(plan, seconds - _OFFSET_S)):
        # Some telephones write the local clock as if it were universal time.
        seconds = seconds - _OFFSET_S
        on_shift = _on_shift(plan, seconds)
    if np.count_nonzero(on_shift) < 2:
        raise InputError(
            N_("The track in “{name}” is not of this shift."),
            why=N_("It begins at {moment}."),
            remedy=N_("Choose the plan of that day."),
            name=path.name,
            moment=points["moment"].iloc[0].strftime("%Y-%m-%d %H:%M"),
        )
    track = Track(shapely.get_coordinates(points.geometry.to_numpy()[on_shift]), seconds[on_shift])
    _refuse_elsewhere(route, track, path.name)
    by_hand = {entry.visit_id for entry in project.log_entries(plan.plan_id) if entry.source != "track"}
    now = dt.datetime.now(dt.UTC).astimezone().isoformat(timespec="seconds")
    entries = tuple(
        LogEntry(
            plan.plan_id,
            team_id,
            stay.visit_id,
            LogState.DONE,
            plan.moment(stay.arrive_s),
            plan.moment(stay.leave_s),
            source="track",
            recorded_at=now,
        )
        for stay in found_stays(route, track)
        if stay.visit_id not in by_hand
    )
    if entries:
        project.save_log(entries, label=Message(N_("{count} {count:stop|stops} logged"), {"count": len(entries)}))
    return LogResult((plan.plan_id,), entries)


def _on_shift(plan: PatrolPlan, seconds: NDArray[np.float64]) -> NDArray[np.bool_]:
    window = plan.shift.window
    return np.asarray((seconds >= window.start_s - 3600) & (seconds <= window.end_s + 3600))


def _refuse_elsewhere(route: Route, track: Track, name: str) -> None:
    """Say so when no stop can have been visited: another team's track, or one in a shifted system."""
    if not route.stops:
        return
    ends = [stop.leg.geometry.coords[-1] for stop in route.stops]
    places = shapely.MultiPoint([*ends, *((stop.visit.point.x, stop.visit.point.y) for stop in route.stops)])
    nearest_m = float(shapely.distance(shapely.MultiPoint(track.xy), places))
    if not nearest_m <= _ELSEWHERE_M:
        raise InputError(
            N_("The track in “{name}” comes nowhere near the stops of {team}: {metres} m at the nearest."),
            remedy=N_("Choose the team whose track it is, or check that its coordinates are WGS 84."),
            name=name,
            team=route.team_id,
            metres=f"{nearest_m:.0f}",
        )
