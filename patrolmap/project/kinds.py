"""What SQLite may hold in a field: it keeps any kind of value in any column, whatever another program put there."""

from __future__ import annotations

from contextlib import contextmanager
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any, Final

from patrolmap.errors import DamagedProjectError
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from patrolmap.model.layers import FieldSpec, FieldType

__all__ = ["KINDS", "STORED", "UNREADABLE", "readable", "require_kind"]

KINDS: Final[Mapping[FieldType, frozenset[type]]] = MappingProxyType(
    {
        "text": frozenset({str, NoneType}),
        "integer": frozenset({int, NoneType}),
        "real": frozenset({float, int, NoneType}),
        "boolean": frozenset({int, NoneType}),
        "datetime": frozenset({str, NoneType}),
    }
)
"""As what Python gets the values of each type of field."""

STORED: Final[Mapping[FieldType, str]] = MappingProxyType(
    {
        "text": "'text', 'null'",
        "integer": "'integer', 'null'",
        "real": "'real', 'integer', 'null'",
        "boolean": "'integer', 'null'",
        "datetime": "'text', 'null'",
    }
)
"""What SQLite's ``typeof`` calls them, as a list in SQL."""

UNREADABLE: Final = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
"""What it raises to read a document that is none: damage and attacks take every form."""

_MOST_LETTERS: Final = 200
_RESCUE: Final = N_("Take the latest backup, or save what can be read with “patrolmap rescue”.")


def require_kind(layer: str, field: FieldSpec, values: Sequence[Any]) -> None:
    """
    Refuse values that the program did not write: nothing behind it expects them.

    Parameters
    ----------
    layer : str
        Title of the layer or table, English.
    field : FieldSpec
        The field.
    values : sequence
        What was read.

    Raises
    ------
    DamagedProjectError
        If one of them is not of the field's type.
    """
    allowed = KINDS[field.type]
    if allowed.issuperset(map(type, values)):
        return
    strange = next(type(value) for value in values if type(value) not in allowed)
    raise DamagedProjectError(
        N_("{layer}: the field {field} holds a value of the wrong kind ({kind})."),
        why=N_("Another program or a failing disk put it there."),
        remedy=_RESCUE,
        layer=Message(layer),
        field=Message(field.title),
        kind=strange.__name__,
    )


@contextmanager
def readable(layer: str) -> Iterator[None]:
    """
    Say what cannot be read, while rows become what they stand for.

    Parameters
    ----------
    layer : str
        Title of the layer or table, English.

    Raises
    ------
    DamagedProjectError
        In place of `UNREADABLE`.
    """
    try:
        yield
    except UNREADABLE as error:
        raise DamagedProjectError(
            N_("{part} cannot be read: {reason}"),
            remedy=_RESCUE,
            part=Message(layer),
            reason=f"{type(error).__name__}: {error}"[:_MOST_LETTERS],
        ) from error
