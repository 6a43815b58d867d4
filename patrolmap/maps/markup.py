"""The one way from a text to HTML or a script: text stays text."""

from __future__ import annotations

import html
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SafeHtml", "as_html", "fill", "script_json"]


class SafeHtml(str):
    """HTML made by this program: only this module makes it, so a type checker finds a name that went past."""

    __slots__ = ()


def as_html(text: str) -> SafeHtml:
    """
    Turn a text into HTML that shows it letter by letter, in an element or a quoted attribute.

    Parameters
    ----------
    text : str
        Any text, from any source.

    Returns
    -------
    SafeHtml
        With ``& < > " '`` as entities and control characters, which HTML forbids, left out.
    """
    plain = "".join(letter for letter in text if letter >= " " or letter in "\t\n")
    return SafeHtml(html.escape(plain, quote=True))


def fill(template: str, values: Mapping[str, str | SafeHtml]) -> SafeHtml:
    """
    Fill the places ``%%name%%`` of a template of this program.

    Parameters
    ----------
    template : str
        Trusted HTML from the program's own files.
    values : mapping of str to str or SafeHtml
        What goes where; a plain text is escaped.

    Returns
    -------
    SafeHtml
        The template with every place filled; filled-in values are not searched for places.

    Raises
    ------
    KeyError
        If the template has a place without a value.
    """
    pieces = template.split("%%")
    for place in range(1, len(pieces), 2):
        value = values[pieces[place]]
        pieces[place] = value if isinstance(value, SafeHtml) else as_html(value)
    return SafeHtml("".join(pieces))


def script_json(data: Any) -> SafeHtml:
    """
    Write data as JSON that can stand inside a script element.

    Parameters
    ----------
    data : Any
        Mappings, sequences, texts, numbers, numpy scalars and arrays; NaN and infinities become null.

    Returns
    -------
    SafeHtml
        Compact JSON in which ``< > &`` and the line ends of JavaScript are escaped: no text can end the script.
    """
    written = json.dumps(_plain(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<>&\u2028\u2029\x7f":
        written = written.replace(letter, f"\\u{ord(letter):04x}")
    return SafeHtml(written)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, str) else value
