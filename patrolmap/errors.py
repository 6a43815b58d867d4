"""The errors that a user may see: what failed, why, and what to do."""

from __future__ import annotations

from typing import Any

from patrolmap.messages import Message

__all__ = ["DamagedProjectError", "InputError", "PatrolmapError"]


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
