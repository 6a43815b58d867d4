"""`tr()`: from the English text in the code to the user's language.

Translations are gettext catalogues, one a room, in ``assets/translations/<language>/<room>.po``; Poedit and
every translation service open them. English is the key and needs no catalogue.
"""

from __future__ import annotations

import locale
import os
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import polib

from patrolmap.messages import Message, enumerated, fill
from patrolmap.resources import asset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "LANGUAGES",
    "current_language",
    "enumerated_here",
    "load_translations",
    "set_language",
    "speaking",
    "system_language",
    "tr",
    "tr_error",
    "translations",
]

LANGUAGES: Final = ("zh", "en")

_current = "zh"
_for_now: ContextVar[str | None] = ContextVar("language", default=None)


def set_language(language: str) -> None:
    """
    Choose the language of all later translations.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.

    Raises
    ------
    ValueError
        If the language is unknown.
    """
    global _current  # noqa: PLW0603 - the process speaks one language at a time
    if language not in LANGUAGES:
        raise ValueError(language)
    _current = language


def current_language() -> str:
    """Return the language in use, one of `LANGUAGES`."""
    return _for_now.get() or _current


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """
    Speak another language for a while, in this thread only.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.

    Yields
    ------
    None
        While it is spoken.

    Raises
    ------
    ValueError
        If the language is unknown.
    """
    if language not in LANGUAGES:
        raise ValueError(language)
    before = _for_now.set(language)
    try:
        yield
    finally:
        _for_now.reset(before)


def system_language() -> str:
    """
    Tell which language the machine speaks.

    Returns
    -------
    str
        ``"en"`` on a machine that is set to English, else ``"zh"``, the users' language: also where no language is
        set, as in a service or under ``LANG=C``.
    """
    if sys.platform == "win32":
        name = locale.getlocale()[0] or ""
    else:  # not locale.getlocale(), which takes C.UTF-8 for American English
        name = next((os.environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(key)), "")
    return "en" if name.lower().startswith("en") else "zh"


def tr(text: str | Message, /, **values: Any) -> str:
    """
    Translate a text and fill in its values.

    Parameters
    ----------
    text : str or Message
        English template with named fields, or a message from the core, whose own values are used.
    **values : Any
        The values of the fields; a value that is a `Message` is translated too, a list is written as by
        `enumerated_here`.

    Returns
    -------
    str
        The text in the current language; the English one where no translation exists.
    """
    template, filled = (text.template, {**text.values, **values}) if isinstance(text, Message) else (text, values)
    language = current_language()
    if language != "en":
        template = _catalogue(language).get(template, template)
    if not filled:
        return template
    return fill(template, {key: _said(value) for key, value in filled.items()})


def _said(value: Any) -> Any:
    if isinstance(value, Message):
        return tr(value)
    return enumerated_here(value) if isinstance(value, list) else value


def enumerated_here(items: Iterable[object]) -> str:
    """
    Write things one after the other, as the user's language does.

    Parameters
    ----------
    items : iterable of object
        Texts, messages, which are translated, or what has a text.

    Returns
    -------
    str
        Such as ``"a, b"`` or ``"a、b"``; a dash where there is nothing.
    """
    return enumerated((_said(item) for item in items), tr(", "))


def tr_error(parts: tuple[Message, ...]) -> str:
    """
    Translate the parts of an error into one line of text.

    Parameters
    ----------
    parts : tuple of Message
        As in `patrolmap.errors.PatrolmapError.parts`.

    Returns
    -------
    str
        The parts in the current language, one after the other.
    """
    return ("" if current_language() == "zh" else " ").join(tr(part) for part in parts)


def translations(template: str) -> tuple[str, ...]:
    """
    Give a text in every language, for reading back what was written in any of them.

    Parameters
    ----------
    template : str
        English template.

    Returns
    -------
    tuple of str
        The English text first, then those of the other languages that differ.
    """
    found = [template, *(_catalogue(name).get(template, template) for name in LANGUAGES if name != "en")]
    return tuple(dict.fromkeys(found))


def load_translations() -> None:
    """Read the texts of every language, which else is done when one is first spoken and takes a tenth of a second."""
    for name in LANGUAGES:
        if name != "en":
            _catalogue(name)


@cache
def _catalogue(language: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted(asset(f"translations/{language}").glob("*.po")):
        entries = polib.pofile(str(path), encoding="utf-8")
        texts.update({entry.msgid: entry.msgstr for entry in entries if entry.msgstr and not entry.obsolete})
    return texts
