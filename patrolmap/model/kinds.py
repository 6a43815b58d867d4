"""The closed lists of the vocabulary."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = [
    "CONTROLLED_KINDS",
    "RINGS_OUTSIDE_IN",
    "BarrierKind",
    "CellLevel",
    "RingKind",
    "ShiftMode",
    "SiteKind",
    "TravelMode",
]


class RingKind(StrEnum):
    """The three nested defence rings."""

    CITY = "city"
    TOWN = "town"
    CORE = "core"


RINGS_OUTSIDE_IN: Final = (RingKind.CITY, RingKind.TOWN, RingKind.CORE)


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
