"""What one night takes of a week: its teams, the sites whose turn it is, and what they are worth."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from patrolmap.planner.crews import base_team

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolmap.planner.crews import TeamOnShift
    from patrolmap.planner.demand import WantedVisit

__all__ = ["ShiftSelection"]


@dataclass(frozen=True)
class ShiftSelection:
    """
    A part of the teams and of the sites.

    Parameters
    ----------
    teams : frozenset of str
        Teams on duty.
    out : frozenset of str
        Places whose turn it is not.
    factors : mapping of str to float
        By how much the prize of a place is raised; required visits keep theirs.
    record : mapping of str to Any
        What the plan's provenance says of it.
    """

    teams: frozenset[str]
    out: frozenset[str]
    factors: Mapping[str, float]
    record: Mapping[str, Any] = field(default_factory=dict)

    def crews(self, crews: Sequence[TeamOnShift]) -> tuple[TeamOnShift, ...]:
        """
        Take the teams on duty.

        Parameters
        ----------
        crews : sequence of TeamOnShift
            Who could come.

        Returns
        -------
        tuple of TeamOnShift
            Who comes.
        """
        return tuple(crew for crew in crews if base_team(crew.team_id) in self.teams)

    def wanted(self, wanted: Sequence[WantedVisit]) -> tuple[WantedVisit, ...]:
        """
        Take the visits whose turn it is.

        Parameters
        ----------
        wanted : sequence of WantedVisit
            What a shift asks for.

        Returns
        -------
        tuple of WantedVisit
            Part of it, with prizes raised.
        """
        kept = []
        for one in wanted:
            if one.visit.place_id in self.out:
                continue
            factor = 1.0 if one.visit.required else self.factors.get(one.visit.place_id, 1.0)
            kept.append(replace(one, visit=replace(one.visit, prize=round(one.visit.prize * factor, 1))))
        return tuple(kept)
