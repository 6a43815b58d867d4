"""``patrolmap events``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, Console
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.events import EventState, state_title

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    import shapely

    from patrolmap.model.events import Event, EventType
    from patrolmap.project.store import ProjectStore

__all__ = ["add_commands"]

_STEPS = {
    "assign": (EventState.ASSIGNED, N_("say who shall handle an event")),
    "handle": (EventState.HANDLED, N_("note that an event was handled")),
    "feed-back": (EventState.FED_BACK, N_("note that the answer was fed back")),
    "rate": (EventState.RATED, N_("rate how an event was handled, 1 to 5")),
}


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
    events = group("events", tr("what patrols find, from received to rated"))
    listed = add("list", tr("list the events"), _list, under=events)
    listed.add_argument("project", metavar="PROJECT", type=Path)
    listed.add_argument("--state", choices=[str(state) for state in EventState], help=tr("only events in this state"))
    overdue = add("overdue", tr("list the events that are past their due time"), _overdue, under=events)
    overdue.add_argument("project", metavar="PROJECT", type=Path)
    new = add("add", tr("enter an event"), _add, under=events)
    new.add_argument("project", metavar="PROJECT", type=Path)
    new.add_argument("--type", metavar="TYPE", required=True, help=tr("its type, by key or name"))
    new.add_argument("--place", metavar="TEXT", default="", help=tr("the place in words"))
    new.add_argument("--at", metavar="LON,LAT", help=tr("the place, if its words are not clear"))
    new.add_argument("--time", metavar="TIME", default="", help=tr("when it was found; now without it"))
    new.add_argument("--note", metavar="TEXT", default="", help=tr("a remark, without persons"))
    for name, (state, summary) in _STEPS.items():
        step = add(name, tr(summary), _step, under=events)
        step.set_defaults(state=state)
        step.add_argument("project", metavar="PROJECT", type=Path)
        step.add_argument("event", metavar="EVENT", help=tr("id of the event"))
        if state is EventState.ASSIGNED:
            step.add_argument("--to", metavar="UNIT", required=True, help=tr("team or office, not a person"))
        if state is EventState.RATED:
            step.add_argument("--rating", type=int, required=True, metavar="N", help=tr("from 1 (poor) to 5 (good)"))
        step.add_argument("--time", metavar="TIME", default="", help=tr("when; now without it"))
        step.add_argument("--note", metavar="TEXT", default="", help=tr("a remark, without persons"))
    for name, summary in (("check", N_("the daily check list")), ("review", N_("the weekly review list"))):
        made = add(name, tr(summary), _sheet, under=events)
        made.add_argument("project", metavar="PROJECT", type=Path)
        made.set_defaults(which=name)
        made.add_argument("--date", metavar="DATE", help=tr("the day, or the last of the seven; today without it"))
        made.add_argument("--out", metavar="FILE", type=Path, help=tr("text, Excel, PDF or Word, by its ending"))
    types = add("types", tr("list the types of events, or set one"), _types, under=events)
    types.add_argument("project", metavar="PROJECT", type=Path)
    types.add_argument("--set", metavar="NAME", help=tr("add this type, or change its hours"))
    types.add_argument("--hours", type=float, default=24.0, metavar="H", help=tr("hours in which to handle it"))


def _list(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - done in a blink
    from patrolmap.services.event_types import event_types
    from patrolmap.services.projects import open_project

    with open_project(arguments.project, read_only=True) as project:
        events = [one for one in project.events() if arguments.state in (None, str(one.state))]
        return _answer(project, events, event_types(project))


def _overdue(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - done in a blink
    from patrolmap.services.event_types import event_types
    from patrolmap.services.events import overdue_events
    from patrolmap.services.projects import open_project

    with open_project(arguments.project, read_only=True) as project:
        return _answer(project, overdue_events(project), event_types(project))


def _add(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - done in a blink
    from patrolmap.services.event_types import event_types
    from patrolmap.services.events import SaidOfEvent, add_event
    from patrolmap.services.projects import open_project

    with open_project(arguments.project) as project:
        point = None if arguments.at is None else _point(project, arguments.at)
        said = SaidOfEvent(arguments.type, arguments.place, point, arguments.time, arguments.note)
        return _answer(project, [add_event(project, said)], event_types(project))


def _step(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - done in a blink
    from patrolmap.services.event_types import event_types
    from patrolmap.services.events import advance_event
    from patrolmap.services.projects import open_project

    with open_project(arguments.project) as project:
        event = advance_event(
            project,
            arguments.event,
            arguments.state,
            unit=getattr(arguments, "to", ""),
            rating=getattr(arguments, "rating", None),
            note=arguments.note,
            at=arguments.time,
        )
        return _answer(project, [event], event_types(project))


def _sheet(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - done in a blink
    from patrolmap.services.event_lists import daily_check, list_lines, weekly_review, write_list
    from patrolmap.services.projects import open_project

    try:
        day = dt.date.fromisoformat(arguments.date) if arguments.date else dt.date.today()
    except ValueError:
        raise InputError(
            N_("“{text}” is no date."), remedy=N_("Write it as 2026-11-22."), text=arguments.date
        ) from None
    with open_project(arguments.project, read_only=True) as project:
        document = daily_check(project, day) if arguments.which == "check" else weekly_review(project, day)
    lines = list_lines(document)
    if arguments.out is None:
        return Answer({"title": document.title, "lines": list(lines)}, lines)
    path = write_list(document, arguments.out)
    return Answer({"title": document.title, "file": str(path)}, (tr("Written: {path}", path=path),))


def _types(arguments: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - done in a blink
    from patrolmap.services.event_types import event_types, set_event_type
    from patrolmap.services.projects import open_project

    with open_project(arguments.project, read_only=arguments.set is None) as project:
        if arguments.set is not None:
            set_event_type(project, arguments.set, arguments.hours)
        types = event_types(project).values()
    rows = [{"type": one.key, "title": tr(one.title), "due_hours": one.due_hours} for one in types]
    lines = [
        tr("{type}: {title}, {hours} h", type=one.key, title=tr(one.title), hours=f"{one.due_hours:g}") for one in types
    ]
    return Answer({"types": rows}, tuple(lines))


def _answer(project: ProjectStore, events: Sequence[Event], types: Mapping[str, EventType]) -> Answer:
    now = dt.datetime.now()
    return Answer(
        {"events": [_json(project, event, now) for event in events]},
        tuple(_line(event, types, now) for event in events) or (tr("No events."),),
    )


def _json(project: ProjectStore, event: Event, now: dt.datetime) -> dict[str, Any]:
    place = project.frame.metric_to_wgs84(event.point)
    return {
        "event_id": event.event_id,
        "type": event.type,
        "place": event.place,
        "lon": place.x,
        "lat": place.y,
        "happened_at": event.happened_at.isoformat(),
        "state": str(event.state),
        "due_at": event.due_at.isoformat(),
        "overdue": event.is_open_overdue(now),
        "late_s": event.overdue_s(now),
        "unit": event.unit,
        "rating": event.rating,
        "source": event.source,
        "steps": [{"state": str(one.state), "at": one.at.isoformat(), "note": one.note} for one in event.steps],
    }


def _line(event: Event, types: Mapping[str, EventType], now: dt.datetime) -> str:
    from patrolmap.services.event_types import type_title

    line = tr(
        "{event} {type}, {place}, {time}: {state}",
        event=event.event_id,
        type=type_title(types, event.type),
        place=event.place,
        time=f"{event.happened_at:%m-%d %H:%M}",
        state=tr(state_title(event.state)),
    )
    late_s = event.overdue_s(now)
    if event.is_open_overdue(now) and late_s is not None:
        line += " · " + tr("overdue by {hours} h", hours=f"{late_s / 3600:.0f}")
    return line


def _point(project: ProjectStore, text: str) -> shapely.Point:
    import shapely

    from patrolmap.cli.geometry import metric_places

    return shapely.Point(metric_places(text, project.frame)[0])
