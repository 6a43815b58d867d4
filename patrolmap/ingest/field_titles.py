"""What fields are called before the user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HELPER_TITLES", "field_title", "listed"]

HELPER_TITLES: Final = {
    "x": N_("Longitude or x"),
    "y": N_("Latitude or y"),
    "xy": N_("Both coordinates in one cell"),
    "wkt": N_("Geometry as WKT"),
    "time": N_("Date and time"),
    "date": N_("Date"),
    "clock": N_("Time of day"),
}
"""English titles of the fields that no layer stores."""


def field_title(layer: str, name: str) -> str:
    """
    Name a field.

    Parameters
    ----------
    layer : str
        Name of the layer.
    name : str
        Name of one of its fields, or of a helper.

    Returns
    -------
    str
        English title, the key of its translation.
    """
    return HELPER_TITLES.get(name) or LAYERS[layer].field(name).title


def listed(messages: Sequence[Message]) -> Message:
    """
    Put messages into a row, with the signs of the reader's language between them.

    Parameters
    ----------
    messages : sequence of Message
        At least one.

    Returns
    -------
    Message
        All of them.
    """
    said = messages[-1]
    for one in reversed(messages[:-1]):
        said = Message(N_("{first}; {others}"), {"first": one, "others": said})
    return said
