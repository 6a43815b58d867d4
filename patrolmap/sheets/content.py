"""What a patrol sheet says, before anybody draws it. In the user's language, free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import current_language, tr
from patrolmap.messages import N_
from patrolmap.model.kinds import ShiftMode, TravelMode
from patrolmap.model.roster import ROLE_TITLES, Role
from patrolmap.model.schedule import clock
from patrolmap.model.sheet_template import PLAIN_TEMPLATE, SheetTemplate
from patrolmap.sheets.qr import SheetCode, sheet_code

if TYPE_CHECKING:
    import datetime as dt

    from patrolmap.model.plan import Leg, PatrolPlan, Route, Stop, Turn
    from patrolmap.model.schedule import Shift

__all__ = [
    "SheetContent",
    "StopRow",
    "TurnBlock",
    "date_line",
    "hours_line",
    "mark_of",
    "sheet_content",
    "shift_line",
    "way_block",
]

_MODES: Final = {TravelMode.WALK: N_("on foot"), TravelMode.EBIKE: N_("by e-bike"), TravelMode.CAR: N_("by car")}
_SHIFTS: Final = {ShiftMode.ROUTINE: N_("Routine"), ShiftMode.HEIGHTENED: N_("Heightened")}
_TASKS: Final = {
    "checkpoint": N_("Checkpoint duty"),
    "intersection": N_("Watch the junction"),
    "key_site": N_("Check the key site"),
    "post": N_("Look in at the post"),
    "hotspot": N_("Walk about, be seen"),
    "request": N_("As asked"),
    "round": N_("Visit round"),
}
_WEEKDAYS: Final = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
_ACTIONS: Final = {
    "depart": N_("Set out along {street}"),
    "straight": N_("Straight on into {street}"),
    "slight_left": N_("Bear left into {street}"),
    "left": N_("Turn left into {street}"),
    "sharp_left": N_("Turn sharp left into {street}"),
    "slight_right": N_("Bear right into {street}"),
    "right": N_("Turn right into {street}"),
    "sharp_right": N_("Turn sharp right into {street}"),
    "u_turn": N_("Turn back along {street}"),
}
_COMPASS: Final = (
    N_("north"), N_("north-east"), N_("east"), N_("south-east"),
    N_("south"), N_("south-west"), N_("west"), N_("north-west"),
)  # fmt: skip


@dataclass(frozen=True)
class StopRow:
    """
    One row of the stop table.

    Parameters
    ----------
    number : int
        From 1; 0 for the break.
    times : str
        Start and end of the stay, ``19:20-19:32``.
    place, task : str
        Where, and what to do.
    dwell : str
        Minutes to stay.
    """

    number: int
    times: str
    place: str
    task: str
    dwell: str


@dataclass(frozen=True)
class TurnBlock:
    """
    The way to one stop in words.

    Parameters
    ----------
    title : str
        ``To 3 解放大街口 (420 m, 6 min)``.
    lines : tuple of str
        Turn by turn.
    """

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class SheetContent:
    """
    A patrol sheet in words.

    Parameters
    ----------
    title, district, date, shift, team, crew : str
        The head: crew is leader, phone and members.
    summary : str
        Stops, distance, start and end.
    stops : tuple of StopRow
        The table.
    turns : tuple of TurnBlock
        The way.
    code : SheetCode
        For the square code.
    mark : str
        内部使用; empty for none.
    plan_id, printed : str
        For the foot, so that an old sheet is recognised.
    members : int
        Lines to sign.
    leads : str, default ""
        Area lead and point lead; empty if the roster names none.
    phones : str, default ""
        Telephones of the duty office; empty for none.
    logo : bytes, default b""
        Picture in the head; empty for none.
    """

    title: str
    district: str
    date: str
    shift: str
    team: str
    crew: str
    summary: str
    stops: tuple[StopRow, ...]
    turns: tuple[TurnBlock, ...]
    code: SheetCode
    mark: str
    plan_id: str
    printed: str
    members: int
    leads: str = ""
    phones: str = ""
    logo: bytes = b""


def mark_of(template: SheetTemplate) -> str:
    """
    Word the mark of a template.

    Parameters
    ----------
    template : SheetTemplate
        The template.

    Returns
    -------
    str
        In the current language if the template has no own words; empty for none.
    """
    return tr("For internal use") if template.mark is None else template.mark


def sheet_content(
    plan: PatrolPlan, route: Route, printed_at: dt.datetime, template: SheetTemplate = PLAIN_TEMPLATE
) -> SheetContent:
    """
    Put a route into words.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    route : Route
        One of its routes.
    printed_at : datetime.datetime
        Local time of printing.
    template : SheetTemplate, optional
        Head line, mark, telephones and logo.

    Returns
    -------
    SheetContent
        In the current language.
    """
    crew = [part for part in (route.leader, route.phone) if part]
    crew.append(tr("{count} {count:member|members}", count=route.members))
    leads = ((Role.AREA_LEAD, route.area_lead), (Role.POINT_LEAD, route.point_lead))
    return SheetContent(
        title=tr("Patrol sheet"),
        district=template.office or plan.district,
        date=date_line(plan.shift.date),
        shift=hours_line(plan.shift),
        team=route.team_name,
        crew=" · ".join(crew),
        summary=tr(
            "{stops} {stops:stop|stops} · {km} km {mode} · {start} to {end}",
            stops=len(route.stops),
            km=f"{route.length_m / 1000:.1f}",
            mode=tr(_MODES[route.mode]),
            start=clock(route.depart_s),
            end=clock(route.end_s),
        ),
        stops=_rows(route),
        turns=_turn_blocks(route),
        code=sheet_code(plan, route),
        mark=mark_of(template),
        plan_id=plan.plan_id,
        printed=printed_at.strftime("%Y-%m-%d %H:%M"),
        members=route.members,
        leads=" · ".join(f"{tr(ROLE_TITLES[role])} {name}" for role, name in leads if name),
        phones=tr("Duty office: {phones}", phones=template.phones) if template.phones else "",
        logo=template.logo,
    )


def date_line(date: dt.date) -> str:
    """
    Write a date as a sheet's reader says it.

    Parameters
    ----------
    date : datetime.date
        The date.

    Returns
    -------
    str
        With the day of the week, in the current language.
    """
    weekday = tr(_WEEKDAYS[date.weekday()])
    if current_language() == "zh":
        return f"{date.year}年{date.month}月{date.day}日 {weekday}"
    return f"{weekday} {date.isoformat()}"


def hours_line(shift: Shift) -> str:
    """
    Write the hours and the mode of a shift.

    Parameters
    ----------
    shift : Shift
        The shift.

    Returns
    -------
    str
        Such as ``19:00-23:00 Routine``, in the current language.
    """
    return f"{clock(shift.window.start_s)}-{clock(shift.window.end_s)} {tr(_SHIFTS[shift.mode])}"


def shift_line(shift: Shift) -> str:
    """
    Write date, hours and mode of a shift.

    Parameters
    ----------
    shift : Shift
        The shift.

    Returns
    -------
    str
        In the current language.
    """
    return f"{date_line(shift.date)}  {hours_line(shift)}"


def _rows(route: Route) -> tuple[StopRow, ...]:
    """List the stops, with the break where it falls."""
    rows = [_row(number, stop) for number, stop in enumerate(route.stops, start=1)]
    if route.break_start_s is not None and route.break_s > 0:
        before = sum(stop.start_s < route.break_start_s for stop in route.stops)
        times = f"{clock(route.break_start_s)}-{clock(route.break_start_s + route.break_s)}"
        rows.insert(before, StopRow(0, times, tr("Break"), "", tr("{count} min", count=round(route.break_s / 60))))
    return tuple(rows)


def _row(number: int, stop: Stop) -> StopRow:
    dwell_min = round((stop.leave_s - stop.start_s) / 60)
    task = tr(_TASKS[stop.visit.kind]) if stop.visit.kind in _TASKS else stop.visit.kind
    times = f"{clock(stop.start_s)}-{clock(stop.leave_s)}"
    return StopRow(number, times, stop.visit.name, task, tr("{count} min", count=dwell_min))


def way_block(text: str, leg: Leg) -> TurnBlock:
    """
    Put one way into words.

    Parameters
    ----------
    text : str
        Where it leads, translated.
    leg : Leg
        The way.

    Returns
    -------
    TurnBlock
        With length and minutes in its title.
    """
    return TurnBlock(_leg_title(text, leg), _lines(leg))


def _turn_blocks(route: Route) -> tuple[TurnBlock, ...]:
    blocks = [
        way_block(tr("To {number} {place}", number=number, place=stop.visit.name), stop.leg)
        for number, stop in enumerate(route.stops, start=1)
    ]
    if route.way_home is not None:
        blocks.append(way_block(tr("Way back"), route.way_home))
    return tuple(blocks)


def _leg_title(text: str, leg: Leg) -> str:
    minutes = max(round(leg.travel_s / 60), 1) if leg.travel_s > 0 else 0
    return tr("{text} ({length}, {minutes} min)", text=text, length=_length(leg.length_m), minutes=minutes)


def _lines(leg: Leg) -> tuple[str, ...]:
    return tuple(_line(turn) for turn in leg.turns if turn.action != "arrive")


def _line(turn: Turn) -> str:
    street = turn.street or tr("the unnamed way")
    text = tr(_ACTIONS[turn.action], street=street)
    if turn.action == "depart":
        heading = tr(_COMPASS[round(turn.heading_deg / 45) % 8])
        return tr("{text} to the {heading}, {length}", text=text, heading=heading, length=_length(turn.length_m))
    return tr("{text}, {length}", text=text, length=_length(turn.length_m))


def _length(length_m: float) -> str:
    if length_m >= 1000:
        return tr("{km} km", km=f"{length_m / 1000:.1f}")
    return tr("{m} m", m=int(10 * round(length_m / 10)) if length_m >= 10 else round(length_m))
