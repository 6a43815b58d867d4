"""`Message` values to JSON and back, exactly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from patrolmap.messages import Message

if TYPE_CHECKING:
    from patrolmap.model.edits import JSON

__all__ = ["message_from_json", "message_to_json", "number_from_json", "number_to_json"]

_MARK = "__message__"


def message_to_json(message: Message) -> dict[str, JSON]:
    """
    Write a message as JSON.

    Parameters
    ----------
    message : Message
        Its values are texts, numbers, truth values, None, messages, or lists and dicts of them. Other values, such
        as dates, become their text.

    Returns
    -------
    dict of str to JSON
        For `message_from_json`.
    """
    return {_MARK: message.template, "values": {key: _to_json(value) for key, value in message.values.items()}}


def message_from_json(document: dict[str, Any]) -> Message:
    """
    Read a message from JSON.

    Parameters
    ----------
    document : dict
        From `message_to_json`.

    Returns
    -------
    Message
        Equal to the one that was written.
    """
    return Message(document[_MARK], {key: _from_json(value) for key, value in document["values"].items()})


def number_to_json(value: float) -> float | str:
    """
    Write a number, infinite ones too, which JSON does not know.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    float or str
        ``"inf"``, ``"-inf"`` or ``"nan"`` for what is not finite.
    """
    return float(value) if math.isfinite(value) else str(float(value))


def number_from_json(value: float | str) -> float:
    """
    Read a number.

    Parameters
    ----------
    value : float or str
        From `number_to_json`.

    Returns
    -------
    float
        The number.
    """
    return float(value)


def _to_json(value: Any) -> JSON:
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
    if isinstance(value, Message):
        return message_to_json(value)
    if isinstance(value, list | tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, dict):
        return {"__dict__": {str(key): _to_json(item) for key, item in value.items()}}
    if isinstance(value, float) and not math.isfinite(value):
        return {"__number__": str(value)}
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    if _MARK in value:
        return message_from_json(value)
    if "__number__" in value:
        return float(value["__number__"])
    return {key: _from_json(item) for key, item in value["__dict__"].items()}
