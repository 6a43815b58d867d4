"""The closed lists of the vocabulary."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CONTROLLED_KINDS",
    "RINGS_OUTSIDE_IN",
    "BarrierKind",
    "CellLevel",
    "RingKind",
    "ShiftMode",
    "SiteKind",
    "TravelMode",
    "ring_title",
]


class RingKind(StrEnum):
    """The three nested defence rings."""

    CITY = "city"
    TOWN = "town"
    CORE = "core"


RINGS_OUTSIDE_IN: Final = (RingKind.CITY, RingKind.TOWN, RingKind.CORE)

_RING_TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {RingKind.CITY: N_("City ring"), RingKind.TOWN: N_("Town ring"), RingKind.CORE: N_("Core ring")}
)


def ring_title(kind: str) -> Message:
    """
    Name a ring to the user.

    Parameters
    ----------
    kind : str
        A `RingKind`, or what else a project calls a ring.

    Returns
    -------
    Message
        Its title; of a ring that is not one of the three, what it is called.
    """
    title = _RING_TITLES.get(kind)
    return Message("{name}", {"name": kind}) if title is None else Message(title)


class SiteKind(StrEnum):
    """What stands at a site."""

    CHECKPOINT = "checkpoint"
    INTERSECTION = "intersection"
    KEY_SITE = "key_site"
    POST = "post"


CONTROLLED_KINDS: Final = (SiteKind.CHECKPOINT, SiteKind.INTERSECTION)
"""The kinds that control a crossing or a junction when they stand on it."""


class TravelMode(StrEnum):
    """How a team moves."""

    WALK = "walk"
    EBIKE = "ebike"
    CAR = "car"


class ShiftMode(StrEnum):
    """Routine (平时) or heightened (战时)."""

    ROUTINE = "routine"
    HEIGHTENED = "heightened"


class CellLevel(StrEnum):
    """The five levels of the neighbourhood grid, from large to small."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    BASIC = "basic"
    SUBCELL = "subcell"


class BarrierKind(StrEnum):
    """What cuts a ring into blocks beside arterial streets."""

    RIVER = "river"
    WATER = "water"
    RAILWAY = "railway"
    GREEN = "green"
