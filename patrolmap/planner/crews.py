"""From the teams layer to the teams of a shift."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.duty import duty_windows
from patrolmap.model.kinds import TravelMode
from patrolmap.model.roster import Role
from patrolmap.model.schedule import TimeWindow, parse_hours

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    import shapely
    from shapely.geometry.base import BaseGeometry

    from patrolmap.model.roster import TeamRoster
    from patrolmap.model.schedule import Shift

__all__ = ["TeamOnShift", "base_team", "teams_on_shift", "with_rings", "with_rosters"]

_MODES: Final = {mode.value: mode for mode in TravelMode}


@dataclass(frozen=True)
class TeamOnShift:
    """
    A team with its time on duty.

    Parameters
    ----------
    team_id : str
        Key of the team; with ``#2`` for its second time on duty in the same shift.
    name, leader, phone : str
        As on the roster.
    members : int
        Members present.
    mode : TravelMode
        How it moves.
    speed_kph : float or None
        Its own speed; None for the usual one of the mode.
    window : TimeWindow
        On duty, seconds after 00:00 of the shift's date.
    break_s : int
        Length of its break, seconds.
    zone : str
        Its zone; empty for any.
    point : shapely.Point
        Home post, where it starts and ends, metric CRS.
    start : shapely.Point or None
        Where it starts instead, because it is under way already; None for the home post.
    area_lead, point_lead : str, default ""
        As on the roster; empty if not known.
    ring : str, default ""
        The ring that it does not leave; empty for none.
    ring_area : shapely.geometry.base.BaseGeometry or None
        That ring, metric CRS; None if it is not known, which binds the team to nothing.
    counts_as : str, default ""
        Team whose fixed places it may serve as well: that of its first time on duty, or the one that it is a copy of.
    rest_span : TimeWindow or None
        When its break may start, where its time on duty is longer or begins later than usual; None for the middle half of
        `window`.
    """

    team_id: str
    name: str
    leader: str
    phone: str
    members: int
    mode: TravelMode
    speed_kph: float | None
    window: TimeWindow
    break_s: int
    zone: str
    point: shapely.Point
    start: shapely.Point | None = None
    area_lead: str = ""
    point_lead: str = ""
    ring: str = ""
    ring_area: BaseGeometry | None = None
    counts_as: str = ""
    rest_span: TimeWindow | None = None

    @property
    def break_span(self) -> TimeWindow:
        """When its break may start, seconds after 00:00 of the shift's date."""
        if self.rest_span is not None:
            return self.rest_span
        quarter_s = self.window.length_s // 4
        return TimeWindow(self.window.start_s + quarter_s, self.window.end_s - quarter_s)


def teams_on_shift(teams: gpd.GeoDataFrame, shift: Shift) -> tuple[TeamOnShift, ...]:
    """
    Find who is on duty.

    Parameters
    ----------
    teams : geopandas.GeoDataFrame
        Layer ``teams``, metric CRS.
    shift : Shift
        When.

    Returns
    -------
    tuple of TeamOnShift
        In the order of the layer. A team without hours is there for the whole shift; hours in two parts, such as
        08:30-11:30 and 13:30-17:00, give two times on duty, each from home to home; a break belongs to the longest.

    Raises
    ------
    InputError
        If a team's way of moving is unknown.
    """
    return tuple(one for _, row in teams.iterrows() for one in _times_on_duty(row, shift))


def with_rosters(crews: Sequence[TeamOnShift], rosters: Mapping[str, TeamRoster]) -> tuple[TeamOnShift, ...]:
    """
    Count the members who are there, and name who is in charge.

    Parameters
    ----------
    crews : sequence of TeamOnShift
        Who is on duty by the teams layer.
    rosters : mapping of str to TeamRoster
        Rosters of the date, by team.

    Returns
    -------
    tuple of TeamOnShift
        A team with a roster has the members, leads and phone of the roster, and is not on duty when nobody is there;
        one whose roster names no leader at all keeps that of the layer. Teams without a roster are as they were.
    """
    answer = []
    for crew in crews:
        roster = rosters.get(base_team(crew.team_id))
        if roster is None:
            answer.append(crew)
        elif roster.strength:
            answer.append(_counted(crew, roster))
    return tuple(answer)


def with_rings(crews: Sequence[TeamOnShift], rings: gpd.GeoDataFrame) -> tuple[TeamOnShift, ...]:
    """
    Give teams the areas of their rings.

    Parameters
    ----------
    crews : sequence of TeamOnShift
        Who is on duty.
    rings : geopandas.GeoDataFrame
        Layer ``rings``, metric CRS.

    Returns
    -------
    tuple of TeamOnShift
        A team names its ring by kind, such as ``core``, or by name; one whose ring is not among them is as it was.
    """
    areas = {
        _text(called).casefold(): area
        for column in ("kind", "name")
        for called, area in zip(rings[column], rings.geometry, strict=True)
        if _text(called)
    }
    return tuple(replace(crew, ring_area=areas.get(crew.ring.casefold())) if crew.ring else crew for crew in crews)


def base_team(team_id: str) -> str:
    """
    Tell whose time on duty it is.

    Parameters
    ----------
    team_id : str
        Id of a team on a shift.

    Returns
    -------
    str
        The same without the number of its time on duty.
    """
    base, mark, number = team_id.rpartition("#")
    return base if mark and number.isdecimal() else team_id


def _counted(crew: TeamOnShift, roster: TeamRoster) -> TeamOnShift:
    leader, area, point = (roster.lead(role) for role in (Role.LEADER, Role.AREA_LEAD, Role.POINT_LEAD))
    counted = replace(
        crew,
        members=roster.strength,
        area_lead=area.name if area else "",
        point_lead=point.name if point else "",
    )
    if all(entry.role is not Role.LEADER for entry in roster.entries):
        return counted
    if leader is None:
        return replace(counted, leader="", phone="")
    # The telephone of the layer belongs to the leader of the layer.
    phone = leader.phone or (crew.phone if leader.name == crew.leader else "")
    return replace(counted, leader=leader.name, phone=phone)


def _times_on_duty(row: pd.Series[Any], shift: Shift) -> list[TeamOnShift]:
    import pandas as pd

    hours = parse_hours(_text(row["hours"]))
    windows = duty_windows(hours, shift) if hours else (shift.window,)
    longest = max(windows, key=lambda window: window.length_s, default=None)
    pause_s = round(60 * float(row["break_minutes"])) if pd.notna(row["break_minutes"]) else 0
    team_id = str(row["team_id"])
    return [
        TeamOnShift(
            team_id=team_id if number == 0 else f"{team_id}#{number + 1}",
            counts_as=team_id if number else "",
            name=_text(row["name"]) or team_id,
            leader=_text(row["leader"]),
            phone=_text(row["phone"]),
            members=int(row["members"]) if pd.notna(row["members"]) else 1,
            mode=_mode(_text(row["mode"]), team_id),
            speed_kph=float(row["speed_kph"]) if pd.notna(row["speed_kph"]) and row["speed_kph"] > 0 else None,
            window=window,
            break_s=pause_s if window is longest else 0,
            zone=_text(row["zone"]),
            ring=_text(row["ring"]),
            point=row.geometry,
        )
        for number, window in enumerate(windows)
    ]


def _mode(text: str, team_id: str) -> TravelMode:
    if text and text not in _MODES:
        raise InputError(
            N_("The team “{team}” travels by “{mode}”, which is not known."),
            remedy=N_("Use walk, ebike or car."),
            team=team_id,
            mode=text,
        )
    return _MODES.get(text, TravelMode.WALK)


def _text(value: object) -> str:
    import pandas as pd

    return "" if value is None or pd.isna(value) else str(value).strip()
