"""Record the stops that a GPX track visited."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

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

    from patrolmap.model.plan import PatrolPlan
    from patrolmap.project.store import ProjectStore

__all__ = ["record_track"]


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
        If there is no such team, the file has no track with times, or none in the hours of the shift.
    """
    route = team_route(plan, team_id)
    points = project.frame.to_metric(read_track(path))
    midnight = np.datetime64(dt.datetime.combine(plan.shift.date, dt.time()))
    seconds = (points["moment"].to_numpy() - midnight) / np.timedelta64(1, "s")
    window = plan.shift.window
    on_shift = (seconds >= window.start_s - 3600) & (seconds <= window.end_s + 3600)
    if np.count_nonzero(on_shift) < 2:
        raise InputError(
            N_("The track in “{name}” is not of this shift."),
            why=N_("It begins at {moment}."),
            remedy=N_("Choose the plan of that day."),
            name=path.name,
            moment=points["moment"].iloc[0].strftime("%Y-%m-%d %H:%M"),
        )
    track = Track(shapely.get_coordinates(points.geometry.to_numpy()[on_shift]), seconds[on_shift])
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
