"""What the geocoder answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from patrolmap.messages import Message

__all__ = ["HIGH", "PLACED", "Candidate", "PlaceAnswer", "PlaceStatus", "Precision"]

HIGH: Final = 0.8
"""Confidence from which an answer needs no look."""
PLACED: Final = 0.5
"""Confidence from which an answer is a place at all."""


class PlaceStatus(StrEnum):
    """Whether a description became a place."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"


class Precision(StrEnum):
    """What the place is: a junction, a point measured along a street from one, a section of a street, or merely a street."""

    JUNCTION = "junction"
    OFFSET = "offset"
    SECTION = "section"
    STREET = "street"


@dataclass(frozen=True)
class Candidate:
    """
    A possible place.

    Parameters
    ----------
    x_m, y_m : float
        Place in the metric system of the streets.
    confidence : float
        0 to 1.
    streets : tuple of str
        Names of the streets, as the project has them.
    reasons : tuple of Message
        How it was found.
    precision : Precision
        What the place is.
    spread_m : float, default 0.0
        Radius within which the truth is expected to lie: half the size of the junction, half the length of a street.
    """

    x_m: float
    y_m: float
    confidence: float
    streets: tuple[str, ...]
    reasons: tuple[Message, ...]
    precision: Precision
    spread_m: float = 0.0


@dataclass(frozen=True)
class PlaceAnswer:
    """
    The answer to one description.

    Parameters
    ----------
    text : str
        The description.
    status : PlaceStatus
        What became of it.
    candidates : tuple of Candidate
        Found: the place. Ambiguous: those to choose among, likeliest first. Failed: hints, perhaps none.
    reasons : tuple of Message
        Why it is what it is.
    alias : str or None, default None
        Another name that the description gives to the place.
    """

    text: str
    status: PlaceStatus
    candidates: tuple[Candidate, ...]
    reasons: tuple[Message, ...]
    alias: str | None = None

    @property
    def place(self) -> Candidate | None:
        """The place, if there is one."""
        return self.candidates[0] if self.status is PlaceStatus.FOUND else None

    @property
    def confidence(self) -> float:
        """Confidence of the place; 0 if there is none."""
        return self.place.confidence if self.place else 0.0

    @property
    def needs_review(self) -> bool:
        """Whether somebody should look: no place, or one that is not certain."""
        return self.confidence < HIGH
