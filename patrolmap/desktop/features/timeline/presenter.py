"""From a plan to the bars of its chart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_, Message
from patrolmap.model.schedule import clock

if TYPE_CHECKING:
    from patrolmap.model.plan import PatrolPlan, Route, Stop

__all__ = ["Bar", "BarKind", "Chart", "ChartRow", "chart_of", "hour_marks"]

_STEPS_S: Final = (300, 600, 900, 1800, 3600, 7200, 14_400)


class BarKind(Enum):
    """What a team does during a bar."""

    TRAVEL = "travel"
    WAIT = "wait"
    DWELL = "dwell"
    BREAK = "break"


@dataclass(frozen=True)
class Bar:
    """
    A stretch of a team's time.

    Parameters
    ----------
    kind : BarKind
        What it does.
    start_s, end_s : int
        Seconds after 00:00 of the shift's date.
    number : int
        The stop, from 1: that it goes to, waits for or stays at; 0 on the way home and for the break.
    text : Message
        What the pointer reads on it.
    required : bool, default False
        Whether the stop must be met.
    locked, done : bool, default False
        Whether the stop keeps its team and time, and whether it has been done.
    """

    kind: BarKind
    start_s: int
    end_s: int
    number: int
    text: Message
    required: bool = False
    locked: bool = False
    done: bool = False

    @property
    def is_stop(self) -> bool:
        """Whether the team stays at a stop."""
        return self.kind is BarKind.DWELL


@dataclass(frozen=True)
class ChartRow:
    """
    One team.

    Parameters
    ----------
    team_id, name : str
        The team.
    bars : tuple of Bar
        In order of time.
    stops : int
        Number of stops.
    """

    team_id: str
    name: str
    bars: tuple[Bar, ...]
    stops: int


@dataclass(frozen=True)
class Chart:
    """
    The whole shift.

    Parameters
    ----------
    start_s, end_s : int
        Seconds after 00:00 of the shift's date.
    rows : tuple of ChartRow
        Teams in the order of the plan, those without stops last.
    """

    start_s: int
    end_s: int
    rows: tuple[ChartRow, ...]


def chart_of(plan: PatrolPlan) -> Chart:
    """
    Lay out a plan.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.

    Returns
    -------
    Chart
        A row for each team, those without stops included, at the end.
    """
    rows = tuple(
        ChartRow(route.team_id, route.team_name, tuple(_bars(route)), len(route.stops)) for route in plan.routes
    )
    window = plan.shift.window
    ends = [bar.end_s for row in rows for bar in row.bars]
    starts = [bar.start_s for row in rows for bar in row.bars]
    rows = tuple(sorted(rows, key=lambda row: row.stops == 0))
    return Chart(min([window.start_s, *starts]), max([window.end_s, *ends]), rows)


def hour_marks(start_s: float, end_s: float, most: int) -> list[int]:
    """
    Choose times to write over the chart.

    Parameters
    ----------
    start_s, end_s : float
        What is seen, seconds after 00:00.
    most : int
        How many marks there is room for.

    Returns
    -------
    list of int
        Round times inside, seconds after 00:00.
    """
    span = max(end_s - start_s, 1.0)
    step = next((step for step in _STEPS_S if span / step <= max(most, 1)), _STEPS_S[-1])
    first = -(-int(start_s) // step) * step
    return list(range(first, int(end_s) + 1, step))


def _bars(route: Route) -> list[Bar]:
    bars: list[Bar] = []
    left_s = route.depart_s
    for number, stop in enumerate(route.stops, 1):
        bars += _bars_of_stop(stop, number, left_s)
        left_s = stop.leave_s
    if route.way_home is not None and route.end_s > left_s:
        home = Message(N_("Way back, {start} to {end}"), {"start": clock(left_s), "end": clock(route.end_s)})
        bars.append(Bar(BarKind.TRAVEL, left_s, route.end_s, 0, home))
    if route.break_start_s is not None and route.break_s > 0:
        start_s, end_s = route.break_start_s, route.break_start_s + route.break_s
        rest = Message(N_("Break, {start} to {end}"), {"start": clock(start_s), "end": clock(end_s)})
        bars.append(Bar(BarKind.BREAK, start_s, end_s, 0, rest))
    return bars


def _bars_of_stop(stop: Stop, number: int, left_s: int) -> list[Bar]:
    values = {
        "number": number,
        "name": stop.visit.name,
        "arrive": clock(stop.arrive_s),
        "start": clock(stop.start_s),
        "leave": clock(stop.leave_s),
        "minutes": round((stop.leave_s - stop.start_s) / 60),
        "metres": round(stop.leg.length_m),
    }
    bars = []
    travel_from = max(left_s, stop.arrive_s - round(stop.leg.travel_s))
    if stop.arrive_s > travel_from:
        text = Message(N_("To stop {number}, {name}: {metres} m, there at {arrive}"), values)
        bars.append(Bar(BarKind.TRAVEL, travel_from, stop.arrive_s, number, text))
    if stop.start_s > stop.arrive_s:
        text = Message(N_("Waiting at {name} until {start}"), values)
        bars.append(Bar(BarKind.WAIT, stop.arrive_s, stop.start_s, number, text))
    text = Message(N_("Stop {number}, {name}: {start} to {leave}, {minutes} min"), values)
    marks = {"required": stop.visit.required, "locked": stop.locked, "done": stop.done}
    bars.append(Bar(BarKind.DWELL, stop.start_s, stop.leave_s, number, text, **marks))
    return bars
