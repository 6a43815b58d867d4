"""Texts that are born in the core and translated at the edge.

The core never translates. It hands out a `Message`: an English template with its values. The window, the
command line, the sheets and the maps turn it into the user's language with `patrolmap.i18n.tr`.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["N_", "Message", "enumerated", "fill"]


def N_(template: str) -> str:  # noqa: N802 - the name that gettext tools and readers know
    """
    Mark a template for translation without translating it here.

    Parameters
    ----------
    template : str
        English text with named fields, such as ``"{count} {count:row|rows}"``.

    Returns
    -------
    str
        The same text.
    """
    return template


class _Filler(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if bar:
            return one if str(value) == "1" else many
        return str(super().format_field(value, format_spec))


_FILLER = _Filler()


def fill(template: str, values: dict[str, Any]) -> str:
    """
    Put values into a template.

    Parameters
    ----------
    template : str
        Text with named fields. A field such as ``{count:post|posts}`` stands for one of two words by its value, so that
        English can say "1 post" and "2 posts"; a language with one form writes the word and leaves the field out.
    values : dict of str to Any
        The values of the fields; a list is written as by `enumerated`.

    Returns
    -------
    str
        The text.
    """
    values = {key: enumerated(value) if isinstance(value, list) else value for key, value in values.items()}
    if ":" not in template:
        return template.format_map(values)
    return _FILLER.vformat(template, (), values)


def enumerated(items: Iterable[object], sign: str = ", ") -> str:
    """
    Write things one after the other.

    Parameters
    ----------
    items : iterable of object
        Each is written as its text.
    sign : str, default ", "
        What stands between two of them; `patrolmap.i18n.enumerated_here` takes the sign of the user's language.

    Returns
    -------
    str
        Such as ``"a, b"``; a dash where there is nothing.
    """
    return sign.join(map(str, items)) or "–"


@dataclass(frozen=True)
class Message:
    """
    A text for the user, not yet in the user's language.

    Parameters
    ----------
    template : str
        English text with named fields; also the key of the translation. Mark literals with `N_`.
    values : dict of str to Any, default {}
        The values of the fields. A value that is itself a `Message` is translated in its turn; the items of a list are
        written with the signs of the user's language between them.
    """

    template: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the English text."""
        return fill(self.template, self.values) if self.values else self.template
