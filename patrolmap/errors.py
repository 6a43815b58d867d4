"""The errors that a user may see: what failed, why, and what to do."""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING, Any, Final

from patrolmap.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DamagedProjectError", "InputError", "PatrolmapError", "trace_without_data"]

_QUOTED: Final = re.compile(r"""(['"“])[^'"”\n]*['"”]""")
_DATA: Final = re.compile(r"[^\x00-\x7f]+|\d{5,}")
_ABOUT_CODE: Final = (AttributeError, NameError, ImportError)


class PatrolmapError(Exception):
    """
    The root of all errors that patrolmap raises on purpose.

    Parameters
    ----------
    what : str
        Template of what failed, marked with `patrolmap.messages.N_`.
    why : str, default ""
        Template of the cause.
    remedy : str, default ""
        Template of what the user can do.
    **values : Any
        The values of the templates' fields.
    """

    def __init__(self, what: str, *, why: str = "", remedy: str = "", **values: Any) -> None:
        self.what = Message(what, values)
        self.why = Message(why, values)
        self.remedy = Message(remedy, values)
        super().__init__(what, why, remedy, values)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let the error travel from a worker process to the window."""
        return _restored, (
            type(self),
            *(part.template for part in (self.what, self.why, self.remedy)),
            self.what.values,
        )

    @property
    def parts(self) -> tuple[Message, ...]:
        """What, why and remedy, without those that are empty."""
        return tuple(part for part in (self.what, self.why, self.remedy) if part.template)

    def __str__(self) -> str:
        """Return the English text of all parts."""
        return " ".join(str(part) for part in self.parts)


class InputError(PatrolmapError):
    """The user's input is at fault: exit status 2, and the message says what to do."""


class DamagedProjectError(PatrolmapError):
    """A project file cannot be read as one; it may be opened read-only and rescued."""


def _restored(kind: type[PatrolmapError], what: str, why: str, remedy: str, values: dict[str, Any]) -> PatrolmapError:
    return kind(what, why=why, remedy=remedy, **values)


def trace_without_data(error: BaseException) -> str:
    """
    Write the trace of an error without what its messages quote: a cell of a file may be a person's name or number.

    Parameters
    ----------
    error : BaseException
        What was raised.

    Returns
    -------
    str
        As `traceback.format_exception` writes it; in the messages of all errors but those about names in the code, quotations,
        long numbers and what is not ASCII are “…”.
    """
    trace = "".join(traceback.format_exception(error))
    for one in _chain(error):
        words = str(one)
        if words and not isinstance(one, _ABOUT_CODE):
            trace = trace.replace(words, _DATA.sub("…", _QUOTED.sub("“…”", words)))
    return trace


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error, its causes and what it was raised while handling, each once."""
    left, seen = [error], set[int]()
    while left:
        one = left.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [other for other in (one.__cause__, one.__context__) if other is not None]
        left += list(one.exceptions) if isinstance(one, BaseExceptionGroup) else []
