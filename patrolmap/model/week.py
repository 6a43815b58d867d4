"""A week as it is kept: its nights with their plans, who is on duty, what was wanted and what is not met."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from patrolmap.model.message_json import message_from_json, message_to_json
from patrolmap.model.plan import Provenance
from patrolmap.model.plan_json import shift_from_dict, shift_to_dict

if TYPE_CHECKING:
    from patrolmap.messages import Message
    from patrolmap.model.schedule import Shift

__all__ = ["WeekNightPlan", "WeekPlan", "WeekUnmet", "week_from_dict", "week_to_dict"]


@dataclass(frozen=True)
class WeekNightPlan:
    """
    One night of a week.

    Parameters
    ----------
    shift : Shift
        When.
    plan_id : str
        Its plan; empty if there was nobody or nothing to plan.
    teams : tuple of str
        Teams on duty.
    served : tuple of str
        Sites of the week's wishes that the plan visits.
    rounds : tuple of str
        Visit rounds that the plan has.
    """

    shift: Shift
    plan_id: str
    teams: tuple[str, ...]
    served: tuple[str, ...] = ()
    rounds: tuple[str, ...] = ()


@dataclass(frozen=True)
class WeekUnmet:
    """
    A place that gets fewer nights than wanted.

    Parameters
    ----------
    place_id, name : str
        The place.
    wanted, met : int
        Nights.
    code : str
        Why, for machines.
    reason : Message
        Why, found by re-test.
    remedy : Message or None
        The smallest change that would meet it; None if none was found.
    """

    place_id: str
    name: str
    wanted: int
    met: int
    code: str
    reason: Message
    remedy: Message | None


@dataclass(frozen=True)
class WeekPlan:
    """
    A week of shifts planned together.

    Parameters
    ----------
    week_id : str
        Key in the project.
    nights : tuple of WeekNightPlan
        In order.
    wanted : dict of str to int
        On how many nights each site is wanted.
    round_teams : dict of str to str
        Own team of each visit round.
    unmet : tuple of WeekUnmet
        What is not met, and why.
    stages : tuple of (str, int, int)
        Aims of the assignment of nights with what was reached and the proved bound.
    provenance : Provenance
        What it was computed from.
    """

    week_id: str
    nights: tuple[WeekNightPlan, ...]
    wanted: dict[str, int]
    round_teams: dict[str, str]
    unmet: tuple[WeekUnmet, ...]
    stages: tuple[tuple[str, int, int], ...]
    provenance: Provenance = field(repr=False)

    def nights_of(self, team_id: str) -> int:
        """
        Count the nights of a team.

        Parameters
        ----------
        team_id : str
            The team.

        Returns
        -------
        int
            Nights on duty.
        """
        return sum(team_id in night.teams for night in self.nights)


def week_to_dict(week: WeekPlan) -> dict[str, Any]:
    """
    Write a week as JSON values.

    Parameters
    ----------
    week : WeekPlan
        Any week.

    Returns
    -------
    dict of str to Any
        For `json.dumps` and `week_from_dict`.
    """
    made = week.provenance
    return {
        "format": 1,
        "week_id": week.week_id,
        "nights": [
            {
                "shift": shift_to_dict(night.shift),
                "plan_id": night.plan_id,
                "teams": list(night.teams),
                "served": list(night.served),
                "rounds": list(night.rounds),
            }
            for night in week.nights
        ],
        "wanted": dict(week.wanted),
        "round_teams": dict(week.round_teams),
        "unmet": [
            {
                "place_id": one.place_id,
                "name": one.name,
                "wanted": one.wanted,
                "met": one.met,
                "code": one.code,
                "reason": message_to_json(one.reason),
                "remedy": None if one.remedy is None else message_to_json(one.remedy),
            }
            for one in week.unmet
        ],
        "stages": [list(stage) for stage in week.stages],
        "provenance": {
            "program_version": made.program_version,
            "computed_at": made.computed_at,
            "method": made.method,
            "parameters": made.parameters,
            "seed": int(made.seed),
            "inputs": dict(made.inputs),
        },
    }


def week_from_dict(document: dict[str, Any]) -> WeekPlan:
    """
    Read a week.

    Parameters
    ----------
    document : dict of str to Any
        As `week_to_dict` writes it.

    Returns
    -------
    WeekPlan
        Equal to the one that was written.
    """
    return WeekPlan(
        document["week_id"],
        tuple(
            WeekNightPlan(
                shift_from_dict(night["shift"]),
                night["plan_id"],
                tuple(night["teams"]),
                tuple(night["served"]),
                tuple(night["rounds"]),
            )
            for night in document["nights"]
        ),
        dict(document["wanted"]),
        dict(document["round_teams"]),
        tuple(
            WeekUnmet(
                one["place_id"],
                one["name"],
                one["wanted"],
                one["met"],
                one["code"],
                message_from_json(one["reason"]),
                None if one["remedy"] is None else message_from_json(one["remedy"]),
            )
            for one in document["unmet"]
        ),
        tuple((aim, value, bound) for aim, value, bound in document["stages"]),
        Provenance(**document["provenance"]),
    )
