"""A patrol plan as it is kept, drawn and printed. It knows streets and clock times, but no solver."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

    import shapely

    from patrolmap.messages import Message
    from patrolmap.model.kinds import TravelMode
    from patrolmap.model.schedule import Shift, TimeWindow

__all__ = ["Leg", "PatrolPlan", "Provenance", "Route", "Stop", "Turn", "UnmetVisit", "Visit"]


@dataclass(frozen=True)
class Provenance:
    """
    What a computed result was made from, so that it can be computed again.

    Parameters
    ----------
    program_version : str
        Version of patrolmap.
    computed_at : str
        ISO 8601 with offset.
    method : str
        Name of the method.
    parameters : dict of str to Any
        All parameters, units in their names; JSON values only.
    seed : int
        Seed of every random choice.
    inputs : dict of str to str
        Content hash of each layer used.
    """

    program_version: str
    computed_at: str
    method: str
    parameters: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    inputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """
    A place to be at, within a window, for a dwell.

    Parameters
    ----------
    visit_id : str
        Unique in the plan; repeats of one place share `place_id`.
    place_id : str
        The site, hotspot or request it serves.
    kind : str
        ``checkpoint``, ``intersection``, ``key_site``, ``post``, ``hotspot`` or ``request``.
    name : str
        What the sheet calls the place.
    point : shapely.Point
        Where, metric CRS.
    windows : tuple of TimeWindow
        When the dwell may start; arrival before is waiting.
    dwell_s : int
        How long to stay, seconds.
    required : bool
        Whether it must be met.
    prize : float
        Worth of an optional visit.
    zone : str, default ""
        Only teams of this zone (or of none) serve it; empty for any team.
    min_members : int, default 1
        Smallest team that may serve it.
    """

    visit_id: str
    place_id: str
    kind: str
    name: str
    point: shapely.Point
    windows: tuple[TimeWindow, ...]
    dwell_s: int
    required: bool
    prize: float
    zone: str = ""
    min_members: int = 1


@dataclass(frozen=True)
class Turn:
    """
    One line of a turn list.

    Parameters
    ----------
    action : str
        ``depart``, ``straight``, ``slight_left``, ``left``, ``sharp_left``, ``slight_right``, ``right``,
        ``sharp_right``, ``u_turn`` or ``arrive``.
    street : str
        Street entered; empty if it has no name.
    length_m : float
        Metres along it until the next turn.
    heading_deg : float
        Compass bearing on entering the street, 0 north, clockwise.
    """

    action: str
    street: str
    length_m: float
    heading_deg: float


@dataclass(frozen=True)
class Leg:
    """
    The way to a stop, or from the last stop home.

    Parameters
    ----------
    geometry : shapely.LineString
        Along the streets, metric CRS, in the direction of travel; a zero-length way repeats its point.
    length_m, travel_s : float
        Along the streets, by the team's mode.
    turns : tuple of Turn
        The turn list.
    """

    geometry: shapely.LineString
    length_m: float
    travel_s: float
    turns: tuple[Turn, ...] = ()


@dataclass(frozen=True)
class Stop:
    """
    One visit as it is planned in a route.

    Parameters
    ----------
    visit : Visit
        What is served.
    arrive_s, start_s, leave_s : int
        Arrival, start of the dwell and departure, seconds after 00:00 of the shift's date.
    leg : Leg
        The way to this stop from the stop before or the start.
    locked : bool, default False
        Whether re-planning keeps it.
    done : bool, default False
        Whether it has been done: it stays as it is, whatever is planned after it.
    """

    visit: Visit
    arrive_s: int
    start_s: int
    leave_s: int
    leg: Leg
    locked: bool = False
    done: bool = False


@dataclass(frozen=True)
class Route:
    """
    One team's ordered stops.

    Parameters
    ----------
    team_id, team_name : str
        The team.
    leader, phone : str
        As on the roster; empty if not given.
    members : int
        Members present.
    mode : TravelMode
        How the team moves.
    start_point, end_point : shapely.Point
        Where it starts and ends, metric CRS.
    depart_s, end_s : int
        Departure from the start and arrival at the end, seconds after 00:00 of the shift's date.
    stops : tuple of Stop
        In order; empty if the team has nothing to do.
    way_home : Leg or None
        From the last stop to the end; None without stops.
    break_s : int, default 0
        Length of the break inside the route, seconds.
    break_start_s : int or None
        Start of the break, seconds after 00:00 of the shift's date; None without a break, or if it is not known.
    zone : str, default ""
        The team's zone.
    area_lead, point_lead : str, default ""
        Who answers for the area (片长) and for the point (点长), as on the roster; empty if not known.
    """

    team_id: str
    team_name: str
    leader: str
    phone: str
    members: int
    mode: TravelMode
    start_point: shapely.Point
    end_point: shapely.Point
    depart_s: int
    end_s: int
    stops: tuple[Stop, ...]
    way_home: Leg | None
    break_s: int = 0
    break_start_s: int | None = None
    zone: str = ""
    area_lead: str = ""
    point_lead: str = ""

    @property
    def length_m(self) -> float:
        """Metres along the streets, way home included."""
        return sum(stop.leg.length_m for stop in self.stops) + (self.way_home.length_m if self.way_home else 0.0)

    @property
    def prize(self) -> float:
        """Sum of the prizes of all stops."""
        return sum(stop.visit.prize for stop in self.stops)


@dataclass(frozen=True)
class UnmetVisit:
    """
    A visit that is in no route, and why.

    Parameters
    ----------
    visit : Visit
        What is not served.
    reason : Message
        The reason, found by re-test.
    remedy : Message or None
        The smallest change that would meet it; None if none was found.
    code : str
        ``no_team_allowed``, ``unreachable``, ``window_unreachable``, ``gap_too_long``, ``no_time_left``, ``out_ranked``
        or ``not_planned``.
    missing_s : float or None
        Seconds short; None if time is not what is missing, or no amount of it was found to help.
    """

    visit: Visit
    reason: Message
    remedy: Message | None
    code: str
    missing_s: float | None = None


@dataclass(frozen=True)
class PatrolPlan:
    """
    All routes of a shift, with its unmet visits and why.

    Parameters
    ----------
    plan_id : str
        Key in the project, printed on every sheet.
    district : str
        Name of the district.
    shift : Shift
        When.
    routes : tuple of Route
        One a team, teams without stops included.
    unmet : tuple of UnmetVisit
        What is not served.
    provenance : Provenance
        What it was computed from.
    complete : bool, default True
        False if the search was cancelled and this is the best so far.
    notices : tuple of Message, default ()
        What the duty officer must know about the plan as a whole, such as a team that cannot be used and why.
    """

    plan_id: str
    district: str
    shift: Shift
    routes: tuple[Route, ...]
    unmet: tuple[UnmetVisit, ...]
    provenance: Provenance
    complete: bool = True
    notices: tuple[Message, ...] = ()

    def route(self, team_id: str) -> Route:
        """
        Find the route of a team.

        Parameters
        ----------
        team_id : str
            The team.

        Returns
        -------
        Route
            Its route.

        Raises
        ------
        KeyError
            If the plan has no such team.
        """
        for route in self.routes:
            if route.team_id == team_id:
                return route
        raise KeyError(team_id)

    def moment(self, seconds: float) -> dt.datetime:
        """
        Turn seconds of the shift into local date and time.

        Parameters
        ----------
        seconds : float
            Seconds after 00:00 of the shift's date.

        Returns
        -------
        datetime.datetime
            Naive local time.
        """
        return self.shift.moment(seconds)
