"""Record what was done at the stops of a plan: typed, by the code of a sheet, or from a filled form."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.i18n import translations
from patrolmap.ingest.privacy import holds_person
from patrolmap.ingest.times import moment_with_offset, parse_times
from patrolmap.messages import N_, Message
from patrolmap.model.patrol_log import LogEntry, LogState
from patrolmap.model.schedule import parse_clock
from patrolmap.services.events_of_log import events_of_log
from patrolmap.sheets.qr import read_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.plan import PatrolPlan, Route, Stop
    from patrolmap.project.store import ProjectStore

__all__ = [
    "ALL_STOPS",
    "LogResult",
    "SaidOfStop",
    "checked_entry",
    "record_code",
    "record_stops",
    "said_numbers",
    "stops_of",
    "team_route",
]

ALL_STOPS: Final = "all"
_EVERY: Final = frozenset({ALL_STOPS, *(text.casefold() for text in translations(N_("all")))})
_FARTHEST: Final = dt.timedelta(hours=24)
_JOTTED: Final = re.compile(r"(\d{1,2})(\d\d)|(\d{1,2})[点时](?:(\d{1,2}|半)分?)?")
_SPOKEN: Final = re.compile("[点时]")
_HALF: Final = re.compile(r"上午|下午|凌晨|早上|早晨|中午|晚|傍晚|夜|[ap]\.?m", re.IGNORECASE)
_DAY_WORD: Final = re.compile(r"^(?:次日|第二天|翌日|当日|当天|当晚|\d{1,2}[日号])\s*(?=\S)")
_AFTER_MIDNIGHT: Final = re.compile(r"(2[4-9]):(\d\d)(?::\d\d)?")
_DOTTED: Final = re.compile(r"([1-9]|1\d|2[0-3])\.([0-5]\d)")
_YEAR: Final = re.compile(r"\d{4}\D")
_SPOKEN_NUMBER: Final = re.compile(r"第?(\d{1,3}(?:-\d{1,3})?)(?:号点位|点位|[号站点个])?")
_NOON_S: Final = 12 * 3600
_SHARE: Final = re.compile(r"0?\.\d+")


@dataclass(frozen=True)
class SaidOfStop:
    """
    What somebody says of a stop.

    Parameters
    ----------
    state : LogState
        Done or skipped.
    arrived, left : str, default ""
        Clock times such as ``21:30``, which are those nearest to the plan, or dates with times; empty if not known.
    reason : str, default ""
        Why it was skipped.
    event : str, default ""
        Type of what was found.
    note : str, default ""
        Anything else, but no person.
    """

    state: LogState
    arrived: str = ""
    left: str = ""
    reason: str = ""
    event: str = ""
    note: str = ""


@dataclass(frozen=True)
class LogResult:
    """
    What was recorded.

    Parameters
    ----------
    plan_ids : tuple of str
        The plans, each once.
    entries : tuple of LogEntry
        The entries that are in the project now.
    refused : tuple of (int, Message)
        Rows of the form, or numbers on the sheet, that were not recorded, and why.
    """

    plan_ids: tuple[str, ...]
    entries: tuple[LogEntry, ...]
    refused: tuple[tuple[int, Message], ...] = ()


def record_stops(
    project: ProjectStore, plan: PatrolPlan, team_id: str, stops: Sequence[str], said: SaidOfStop
) -> LogResult:
    """
    Record stops of a team that are named by hand.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    plan : PatrolPlan
        The plan.
    team_id : str
        The team.
    stops : sequence of str
        Numbers on the sheet, visit ids, or `ALL_STOPS`.
    said : SaidOfStop
        The same for all of them.

    Returns
    -------
    LogResult
        With an entry for each stop, in one step of undo.

    Raises
    ------
    InputError
        If there is no such team or stop, or what is said cannot be.
    """
    route = team_route(plan, team_id)
    order = tuple(stop.visit.visit_id for stop in route.stops)
    known = {stop.visit.visit_id: (route, stop) for stop in route.stops}
    chosen = [known[visit_id] for _, visit_id in _chosen(order, stops)]
    _require_one_time(said, len(chosen))
    entries = tuple(checked_entry(plan, one, stop, said, source="typed") for one, stop in chosen)
    return _saved(project, plan, entries, ())


def record_code(project: ProjectStore, text: str, stops: Sequence[str], said: SaidOfStop) -> LogResult:
    """
    Record stops of the sheet whose code was scanned.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    text : str
        What the scanner read.
    stops : sequence of str
        Numbers on this sheet, visit ids, or `ALL_STOPS`.
    said : SaidOfStop
        The same for all of them.

    Returns
    -------
    LogResult
        Numbers are those of the paper, also when the plan was changed since; a stop that the plan no longer has is
        refused.

    Raises
    ------
    InputError
        If it is no code of a sheet, the project has no such plan, the sheet no such stop, or what is said cannot be.
    """
    code = read_code(text)
    plan = project.plan(code.plan_id)
    known = stops_of(plan)
    chosen = _chosen(code.visit_ids, stops)
    _require_one_time(said, len(chosen))
    entries, refused = [], []
    for number, visit_id in chosen:
        if visit_id in known:
            entries.append(checked_entry(plan, *known[visit_id], said, source="code", team_id=code.team_id))
        else:
            refused.append((number, Message(N_("The plan no longer has {visit}."), {"visit": visit_id})))
    return _saved(project, plan, tuple(entries), tuple(refused))


def team_route(plan: PatrolPlan, team_id: str) -> Route:
    """
    Find the route of a team.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    team_id : str
        The team.

    Returns
    -------
    Route
        Its route.

    Raises
    ------
    InputError
        If the plan has no such team.
    """
    route = next((route for route in plan.routes if route.team_id == team_id), None)
    if route is None:
        raise InputError(
            N_("The plan {plan} has no team {team}."),
            remedy=N_("Its teams are: {teams}."),
            plan=plan.plan_id,
            team=team_id,
            teams=[one.team_id for one in plan.routes[:30]],
        )
    return route


def stops_of(plan: PatrolPlan) -> dict[str, tuple[Route, Stop]]:
    """
    Find stops by their visits.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.

    Returns
    -------
    dict of str to tuple of (Route, Stop)
        By the id of the visit.
    """
    return {stop.visit.visit_id: (route, stop) for route in plan.routes for stop in route.stops}


def checked_entry(
    plan: PatrolPlan, route: Route, stop: Stop, said: SaidOfStop, *, source: str, team_id: str = ""
) -> LogEntry:
    """
    Make an entry of what is said.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    route : Route
        The route of the stop.
    stop : Stop
        The stop.
    said : SaidOfStop
        What is said.
    source : str
        ``typed``, ``code`` or ``form``.
    team_id : str, default ""
        Who did it; empty for the team of the route.

    Returns
    -------
    LogEntry
        With times on the right day.

    Raises
    ------
    InputError
        If a time cannot be read, is more than a day from the plan, or the end is before the start; if nothing says why
        it was skipped; or if a text looks like an identity number or a telephone number.
    """
    arrived = _moment(said.arrived, plan.moment(stop.start_s))
    left = _moment(said.left, plan.moment(stop.leave_s))
    if arrived is not None and left is not None and left < arrived:
        raise InputError(
            N_("{place}: left at {left}, before arriving at {arrived}."),
            place=stop.visit.name,
            left=left.strftime("%H:%M"),
            arrived=arrived.strftime("%H:%M"),
        )
    if said.state is LogState.SKIPPED and not said.reason.strip():
        raise InputError(
            N_("{place} was skipped, but nothing says why."), remedy=N_("Give a reason."), place=stop.visit.name
        )
    for text in (said.reason, said.event, said.note):
        _refuse_persons(text, stop)
    return LogEntry(
        plan_id=plan.plan_id,
        team_id=team_id or route.team_id,
        visit_id=stop.visit.visit_id,
        state=said.state,
        arrived=arrived,
        left=left,
        reason=said.reason.strip(),
        event=said.event.strip(),
        note=said.note.strip(),
        source=source,
        recorded_at=dt.datetime.now(dt.UTC).astimezone().isoformat(timespec="seconds"),
    )


def said_numbers(text: str) -> list[str]:
    """
    Read the numbers of stops as they are typed from a sheet.

    Parameters
    ----------
    text : str
        Such as ``1-4 6``, ``1、3``, ``第2站``, ``all`` or ``全部``.

    Returns
    -------
    list of str
        A name for each stop, as `record_stops` and `record_code` take them; what is no number stays as it is, and is
        refused there.
    """
    plain = unicodedata.normalize("NFKC", text)
    words = re.split(r"[\s,，、;；。.]+", re.sub(r"\s*[-–—~～至到]+\s*", "-", plain.strip()))
    found: list[str] = []
    for said in filter(None, words):
        spoken = _SPOKEN_NUMBER.fullmatch(said)
        word = spoken[1] if spoken else said
        ends = re.fullmatch(r"(\d{1,3})-(\d{1,3})", word)
        if word.casefold() in _EVERY:
            return [ALL_STOPS]
        if ends:
            found += [str(number) for number in range(int(ends[1]), int(ends[2]) + 1)] or [word]
        else:
            found.append(word)
    return found


def _chosen(order: Sequence[str], stops: Sequence[str]) -> list[tuple[int, str]]:
    """Find stops by their numbers, from 1, or by their visits; each once, in the given order."""
    if not stops or list(stops) == [ALL_STOPS]:
        return list(enumerate(order, start=1))
    found: dict[str, int] = {}
    for name in stops:
        if name in order:
            found[name] = order.index(name) + 1
        elif name.isdecimal() and 1 <= int(name) <= len(order):
            found[order[int(name) - 1]] = int(name)
        else:
            raise InputError(
                N_("There is no stop {name}."),
                remedy=N_("Give a number from 1 to {count} or the id of a visit."),
                name=name,
                count=len(order),
            )
    return [(number, visit_id) for visit_id, number in found.items()]


def _require_one_time(said: SaidOfStop, count: int) -> None:
    if count != 1 and (said.arrived or said.left):
        raise InputError(
            N_("One time of arrival or departure cannot be that of {count} stops."),
            remedy=N_("Record the stops one by one, or without times."),
            count=count,
        )


def _moment(text: str, planned: dt.datetime) -> dt.datetime | None:
    """Read a time; a clock without a date is on the day, and 7点半 in the half of it, that brings it nearest to the plan."""
    written = text.strip()
    if not written:
        return None
    clock_s = _clock_s(written)
    if clock_s is not None:
        midnight = dt.datetime.combine(planned.date(), dt.time())
        halves = (0, 12) if clock_s < _NOON_S and _SPOKEN.search(written) and not _HALF.search(written) else (0,)
        guesses = (
            midnight + dt.timedelta(days=day, hours=half, seconds=clock_s) for day in (-1, 0, 1) for half in halves
        )
        moment = min(guesses, key=lambda one: abs(one - planned))
    else:
        moment = _dated(written)
    if abs(moment - planned) > _FARTHEST:
        raise InputError(
            N_("{moment} is more than a day from the plan."),
            remedy=N_("Check the date."),
            moment=moment.strftime("%Y-%m-%d %H:%M"),
        )
    return moment


def _clock_s(written: str) -> int | None:
    """Read a time of day, also 晚上10点15分, 10:15 PM, 次日0:20, 24:20 or 22.15; None if a date is with it, or it is none."""
    text = _DAY_WORD.sub("", unicodedata.normalize("NFKC", written)).strip()
    if match := _AFTER_MIDNIGHT.fullmatch(text):
        text = f"{int(match[1]) - 24}:{match[2]}"
    elif match := _DOTTED.fullmatch(text):
        text = f"{match[1]}:{match[2]}"
    try:
        return parse_clock(_plain_clock(text))
    except InputError:
        if not _HALF.search(text) or _YEAR.search(text):
            return None
    parsed = parse_times(np.array([f"2000-01-01 {text}"], dtype=object))
    if np.isnat(parsed.moments[0]) or parsed.without_clock[0]:
        return None
    return int((parsed.moments[0] - np.datetime64("2000-01-01")) / np.timedelta64(1, "s"))


def _dated(written: str) -> dt.datetime:
    zoned = moment_with_offset(written)
    if zoned is not None:
        return zoned
    parsed = parse_times(np.array([written], dtype=object))
    if np.isnat(parsed.moments[0]) or parsed.without_clock[0]:
        raise InputError(N_("“{text}” is no time of day."), remedy=N_("Write it as 21:30."), text=written)
    moment: dt.datetime = parsed.moments[0].astype("datetime64[s]").item()
    return moment


def _plain_clock(written: str) -> str:
    """Bring a clock as people jot it down, 2030 or 20点30分, and the share of a day that Excel keeps, to ``20:30``."""
    text = unicodedata.normalize("NFKC", written)
    if match := _JOTTED.fullmatch(text):
        hours, minutes = match[1] or match[3], match[2] or match[4] or "0"
        return f"{hours}:{int('30' if minutes == '半' else minutes):02d}"
    if _SHARE.fullmatch(text):
        minutes_of_day = round(float(text) * 1440)
        return f"{minutes_of_day // 60}:{minutes_of_day % 60:02d}"
    return text


def _refuse_persons(text: str, stop: Stop) -> None:
    if text and holds_person(text):
        raise InputError(
            N_("{place}: the text has what looks like a person's identity number, telephone, plate or name."),
            why=N_("The patrol log holds no persons."),
            remedy=N_("Leave it out."),
            place=stop.visit.name,
        )


def _saved(
    project: ProjectStore,
    plan: PatrolPlan,
    entries: tuple[LogEntry, ...],
    refused: tuple[tuple[int, Message], ...],
) -> LogResult:
    if entries:
        label = Message(N_("{count} {count:stop|stops} logged"), {"count": len(entries)})
        project.save_log(entries, label=label, events=events_of_log(project, plan, entries))
    return LogResult((plan.plan_id,), entries, refused)
