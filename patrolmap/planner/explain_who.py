"""Why no team of a shift may serve a visit: pair, zone, ring and size, in this order, each among those left by the ones before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.messages import N_, Message
from patrolmap.model.kinds import ring_title

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from patrolmap.planner.problem import ProblemTeam, ProblemVisit

__all__ = ["why_nobody_may"]


def why_nobody_may(
    wanted: ProblemVisit, teams: Sequence[ProblemTeam], name: Callable[[str], str]
) -> tuple[Message, Message]:
    """
    Find the rule that shuts the last teams out.

    Parameters
    ----------
    wanted : ProblemVisit
        A visit that none of the teams may serve.
    teams : sequence of ProblemTeam
        The teams of the shift.
    name : callable
        Gives what the user calls a team, by id.

    Returns
    -------
    tuple of Message
        The reason, and the change of that rule that would let a team serve it.
    """
    paired = [team for team in teams if not wanted.only_teams or team.team_id in wanted.only_teams]
    if not paired:
        who = [name(team) for team in wanted.only_teams]
        return (
            Message(N_("It is kept for {teams}, who are not on this shift."), {"teams": who}),
            Message(N_("Put {teams} on the shift, or let others serve it."), {"teams": who}),
        )
    kept_for = [name(team.team_id) for team in paired] if wanted.only_teams else []
    in_zone = [team for team in paired if not wanted.zone or team.zone in ("", wanted.zone)]
    if not in_zone:
        return _outside_zone(wanted.zone, kept_for)
    in_ring = [team for team in in_zone if not team.ring or team.ring in wanted.rings]
    if not in_ring:
        return _outside_rings(in_zone, kept_for)
    return _too_small(wanted, in_ring, name)


def _outside_zone(zone: str, kept_for: list[str]) -> tuple[Message, Message]:
    if kept_for:
        values = {"teams": kept_for, "zone": zone}
        return (
            Message(N_("It is kept for {teams}, who do not serve zone {zone}."), values),
            Message(N_("Keep it for a team of zone {zone}, or for nobody."), values),
        )
    return (
        Message(N_("No team of zone {zone} is on this shift."), {"zone": zone}),
        Message(N_("Put a team of zone {zone} on the shift."), {"zone": zone}),
    )


def _outside_rings(teams: Sequence[ProblemTeam], kept_for: list[str]) -> tuple[Message, Message]:
    rings = [ring_title(ring) for ring in sorted({team.ring for team in teams})]
    reason = Message(N_("It lies outside the rings of all teams that may serve it: {rings}."), {"rings": rings})
    if kept_for:
        return reason, Message(N_("Keep it for a team that is not bound to one of them, or for nobody."))
    return reason, Message(N_("Put a team that is not bound to one of them on the shift."))


def _too_small(
    wanted: ProblemVisit, teams: Sequence[ProblemTeam], name: Callable[[str], str]
) -> tuple[Message, Message]:
    largest = max(teams, key=lambda team: team.members)
    return (
        Message(
            N_("It needs {needed} {needed:member|members}; the largest team that may serve it has {members}."),
            {"needed": wanted.min_members, "members": largest.members},
        ),
        Message(
            N_("Give {team} {count} more members."),
            {
                "team": name(largest.team_id),
                "team_id": largest.team_id,
                "count": max(wanted.min_members - largest.members, 0),
            },
        ),
    )
