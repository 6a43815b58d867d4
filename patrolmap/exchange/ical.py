"""iCalendar (RFC 5545): a team's shift as an entry of a calendar."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Final

from patrolmap.exchange.local_time import ZONE_NAME, iso_utc
from patrolmap.exchange.words import SHIFT_MODES, stop_line
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from patrolmap.model.plan import PatrolPlan, Route

__all__ = ["calendar_document"]

_LINE_OCTETS: Final = 75
_CONTROLS: Final = re.compile("[\u0000-\u0009\u000b-\u001f\u007f\ud800-\udfff]")
_ZONE: Final = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE_NAME}",
    "BEGIN:STANDARD",
    "DTSTART:19920101T000000",
    "TZOFFSETFROM:+0800",
    "TZOFFSETTO:+0800",
    "TZNAME:CST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def calendar_document(plan: PatrolPlan, routes: Sequence[Route]) -> bytes:
    """
    Write shifts as a calendar.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    routes : sequence of Route
        Which of its routes: an entry each, from departure to return; a team without stops has the whole shift.

    Returns
    -------
    bytes
        UTF-8, lines of at most 75 octets ended by CR LF. An entry keeps its UID when the plan is exported again, so
        that a calendar replaces it.
    """
    stamp = _utc_form(iso_utc(dt.datetime.fromisoformat(plan.provenance.computed_at)))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//patrolmap//patrol plan//ZH", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", f"X-WR-CALNAME:{_text(f'{plan.district} {plan.plan_id}')}", *_ZONE]
    for route in routes:
        lines += _event(plan, route, stamp)
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines).encode()


def _event(plan: PatrolPlan, route: Route, stamp: str) -> Iterable[str]:
    shift = plan.shift
    busy = bool(route.stops)
    begin_s, end_s = (route.depart_s, route.end_s) if busy else (shift.window.start_s, shift.window.end_s)
    steps = [f"{number}. {stop.visit.name}: {stop_line(stop)}" for number, stop in enumerate(route.stops, start=1)]
    return (
        "BEGIN:VEVENT",
        f"UID:{_text(_uid_part(f'{plan.plan_id}-{route.team_id}'))}@patrolmap",
        f"DTSTAMP:{stamp}",
        f"DTSTART;TZID={ZONE_NAME}:{plan.moment(begin_s):%Y%m%dT%H%M%S}",
        f"DTEND;TZID={ZONE_NAME}:{plan.moment(end_s):%Y%m%dT%H%M%S}",
        f"SUMMARY:{_text(tr('{team}, patrol {shift}', team=route.team_name, shift=shift.name))}",
        f"DESCRIPTION:{_text(chr(10).join([tr(SHIFT_MODES[shift.mode]), *(steps or [tr('No stops: on call.')])]))}",
        *((f"LOCATION:{_text(route.stops[0].visit.name)}",) if busy else ()),
        f"CATEGORIES:{_text(tr('Patrol'))}",
        "END:VEVENT",
    )


def _uid_part(key: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_." else f"~{ord(letter):x}~" for letter in key)


def _utc_form(moment: str) -> str:
    return moment.replace("-", "").replace(":", "")


def _text(text: str) -> str:
    """Escape a value of type TEXT (RFC 5545, 3.3.11); control characters but the line end are left out."""
    plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a line so that none has more than 75 octets and no letter is cut (RFC 5545, 3.1)."""
    parts, current, room = [], "", _LINE_OCTETS
    for letter in line:
        size = len(letter.encode())
        if size > room:
            parts.append(current)
            current, room = "", _LINE_OCTETS - 1
        current += letter
        room -= size
    return "\r\n ".join([*parts, current]) + "\r\n"
