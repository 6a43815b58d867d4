"""What the office decides about its patrols: dwells, frequencies, prizes."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.duty import KEY_HOURS
from patrolmap.model.schedule import parse_hours

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PlanSettings"]


@dataclass(frozen=True)
class PlanSettings:
    """
    How places become visits.

    Parameters
    ----------
    key_site_visits : int, default 2
        Visits to each key site in a routine shift; all required, spread over the shift.
    key_site_dwell_s, checkpoint_dwell_s, intersection_dwell_s, post_dwell_s : int
        Stay at a place of each kind, seconds: 600, 300, 180 and 300 by default.
    hotspot_dwell_s : int or None, default None
        Stay at each patrol point of a hotspot, seconds; None for what the hotspot suggests, 720 where it is silent.
    hotspot_gap_s : int or None, default None
        Least time from the end of a visit to a hotspot to the start of the next, seconds; None for what the hotspot
        suggests, 7200 where it is silent.
    hotspot_visits : int or None, default None
        Most visits to a hotspot in a routine shift, as many as the gap lets fit; None for what the hotspot suggests, 2
        where it is silent.
    hotspot_peak_first : bool, default True
        Whether one visit to a hotspot lies in its peak hours, if the shift has some of them.
    hotspot_point_ha : float, default 12.0
        Area for each patrol point of a hotspot, hectares; 0 for one point whatever its size.
    hotspot_most_points : int, default 8
        Most patrol points of a hotspot.
    spread : float, default 0.5
        Least time between repeats at a site, as a share of the even distance between them, 0 to 1.
    key_hours : str, default "07:00-09:00,17:00-19:00,21:00-23:00"
        When level 2 is on duty where its own hours are not given.
    prize_level_1, prize_level_2, prize_level_3 : float, default 8, 5, 3
        Prize of a checkpoint or post by its level; level 3 counts in heightened mode only.
    prize_intersection : float, default 3.0
        Prize of an intersection.
    prize_key_site : float, default 20.0
        Prize of a key site; it is required anyway, the prize only counts in the sum.
    prize_hotspot_least, prize_hotspot_most : float, default 10, 30
        Prize of the hotspot with the lowest and with the highest score; linear in the score between.
    repeat_prize_share : float, default 0.7
        Prize of each repeat of an optional visit as a share of that of the visit before.
    heightened_factor : int, default 2
        By how much heightened mode multiplies the visits to sites and hotspots.
    heightened_levels_up : int, default 1
        By how many levels heightened mode raises a checkpoint or post: with 1, level 2 is on duty around the clock and level 3
        in key hours; 0 leaves them as they are.
    fixed_pairs : dict of str to tuple of str, default {}
        Teams that alone may serve a place, by its id: "fixed point, fixed person, fixed route".
    min_members : dict of str to int, default {}
        Smallest team for a place, by its id.
    hotspot_gaps_s : dict of str to int, default {}
        Least gap of a hotspot, by its id, where `hotspot_gap_s` is None; a plan records here what its hotspots asked for.
    """

    key_site_visits: int = 2
    key_site_dwell_s: int = 600
    checkpoint_dwell_s: int = 300
    intersection_dwell_s: int = 180
    post_dwell_s: int = 300
    hotspot_dwell_s: int | None = None
    hotspot_gap_s: int | None = None
    hotspot_visits: int | None = None
    hotspot_peak_first: bool = True
    hotspot_point_ha: float = 12.0
    hotspot_most_points: int = 8
    spread: float = 0.5
    key_hours: str = KEY_HOURS
    prize_level_1: float = 8.0
    prize_level_2: float = 5.0
    prize_level_3: float = 3.0
    prize_intersection: float = 3.0
    prize_key_site: float = 20.0
    prize_hotspot_least: float = 10.0
    prize_hotspot_most: float = 30.0
    repeat_prize_share: float = 0.7
    heightened_factor: int = 2
    heightened_levels_up: int = 1
    fixed_pairs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    min_members: dict[str, int] = field(default_factory=dict)
    hotspot_gaps_s: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        parse_hours(self.key_hours)
        for spec in fields(self):
            value = getattr(self, spec.name)
            number = isinstance(value, int | float)
            if number and not (math.isfinite(value) and value >= 0):
                raise InputError(
                    N_("The planning setting {name} cannot be {value}."),
                    remedy=N_("Give a number from 0 up."),
                    name=spec.name,
                    value=value,
                )
        if self.spread > 1 or self.heightened_factor < 1:
            raise InputError(
                N_("The planning settings ask for a spread above 1 or a heightened factor below 1."),
                remedy=N_("The spread is a share from 0 to 1; heightened mode asks for no less than routine mode."),
            )

    @classmethod
    def from_json(cls, values: Mapping[str, Any] | None) -> PlanSettings:
        """
        Read settings as a project keeps them.

        Parameters
        ----------
        values : mapping of str to Any, or None
            Any of the fields; None for the defaults.

        Returns
        -------
        PlanSettings
            With defaults for what is not given.

        Raises
        ------
        InputError
            If a name is unknown or a value cannot be used.
        """
        given = dict(values or {})
        known = {spec.name: spec for spec in fields(cls)}
        for name, value in given.items():
            default = getattr(cls(), name, None)
            number = isinstance(default, int | float | None) and isinstance(value, int | float)
            if name not in known or not (number or isinstance(value, type(default))):
                raise InputError(
                    N_("There is no planning setting {name} with a value like {value}."), name=name, value=value
                )
        if "fixed_pairs" in given:
            given["fixed_pairs"] = {str(k): tuple(map(str, v)) for k, v in given["fixed_pairs"].items()}
        return cls(**given)

    def to_json(self) -> dict[str, Any]:
        """
        Write settings for a project and for the provenance of a plan.

        Returns
        -------
        dict of str to Any
            All fields, JSON values only.
        """
        values = asdict(self)
        values["fixed_pairs"] = {place: list(teams) for place, teams in self.fixed_pairs.items()}
        return values
