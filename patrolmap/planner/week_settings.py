"""What the office decides about its weeks: how often sites are wanted, how teams rest, how visit rounds go."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WeekSettings"]


def _usual_times() -> dict[str, int]:
    return {"checkpoint": 3, "intersection": 2, "post": 3}


@dataclass(frozen=True)
class WeekSettings:
    """
    The rules of a week.

    Parameters
    ----------
    times_by_kind : dict of str to int
        On how many nights a site of each kind is wanted: checkpoint and post 3, intersection 2. A kind that is not
        named is visited every night, as are hotspots.
    times_by_place : dict of str to int, default {}
        The same for single sites by id; 0 for none.
    max_nights : int, default 5
        Most nights of a team; nobody is on every night, whatever stands here.
    max_in_row : int, default 3
        Most nights of a team in any days running, one more than these nights.
    min_rest_h : float, default 11.0
        Least time between two duties, hours.
    teams_a_night : int, default 0
        Teams wanted on duty each night; 0 for as many as the rules of rest allow, evenly.
    wish_factor : float, default 2.0
        By how much a site's turn raises its prize on its night; once more for each time it was put off.
    round_level : str, default ""
        Level of the grid cells that are visited once in the week, such as ``subcell``; ``list`` for the list of addresses
        that the project keeps; empty for no rounds.
    rounds_only : bool, default False
        Whether the nights hold visit rounds alone, without sites and hotspots.
    round_dwell_s : int, default 1800
        Stay for a visit round, seconds; thirty households at a minute each.
    rounds_a_night : int, default 2
        Most rounds of a team on a night.
    round_teams : dict of str to str, default {}
        Own team of a cell, by id; other cells get the nearest team with room, all alike.
    """

    times_by_kind: dict[str, int] = field(default_factory=_usual_times)
    times_by_place: dict[str, int] = field(default_factory=dict)
    max_nights: int = 5
    max_in_row: int = 3
    min_rest_h: float = 11.0
    teams_a_night: int = 0
    wish_factor: float = 2.0
    round_level: str = ""
    rounds_only: bool = False
    round_dwell_s: int = 1800
    rounds_a_night: int = 2
    round_teams: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        numbers = [value for value in asdict(self).values() if isinstance(value, int | float)]
        numbers += [*self.times_by_kind.values(), *self.times_by_place.values()]
        good = all(math.isfinite(number) and number >= 0 for number in numbers)
        if not good or min(self.max_nights, self.max_in_row, self.rounds_a_night) < 1 or self.wish_factor < 1:
            raise InputError(
                N_("A setting of the week cannot be as it is."),
                remedy=N_("Give numbers from 0 up; nights, rounds and the factor from 1 up."),
            )

    @classmethod
    def from_json(cls, values: Mapping[str, Any] | None) -> WeekSettings:
        """
        Read settings as a project keeps them.

        Parameters
        ----------
        values : mapping of str to Any, or None
            Any of the fields; None for the defaults.

        Returns
        -------
        WeekSettings
            With defaults for what is not given.

        Raises
        ------
        InputError
            If a name is unknown or a value cannot be used.
        """
        given = dict(values or {})
        usual = asdict(cls())
        for name, value in given.items():
            number = isinstance(usual.get(name), int | float) and isinstance(value, int | float)
            if name not in usual or not (number or isinstance(value, type(usual[name]))):
                raise InputError(
                    N_("There is no setting {name} of the week with a value like {value}."), name=name, value=value
                )
        return cls(**given)

    def to_json(self) -> dict[str, Any]:
        """
        Write settings for a project and for the provenance of a week.

        Returns
        -------
        dict of str to Any
            All fields, JSON values only.
        """
        return {spec.name: asdict(self)[spec.name] for spec in fields(self)}

    def times_of(self, kind: str, place_id: str, nights: int) -> int:
        """
        Tell on how many nights a site is wanted.

        Parameters
        ----------
        kind, place_id : str
            The site.
        nights : int
            Nights of the week.

        Returns
        -------
        int
            At most all nights.
        """
        return min(self.times_by_place.get(place_id, self.times_by_kind.get(kind, nights)), nights)
