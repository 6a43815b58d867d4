"""Coordinates as people write them: one in a cell, or both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.ingest.numbers import half_width, parse_numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["parse_degrees", "parse_pairs"]

_SIGNS: Final = str.maketrans(
    {
        "º": "°", "˚": "°", "゜": "°", "度": "°", "′": "'", "’": "'", "‘": "'", "´": "'", "`": "'", "ˊ": "'", "分": "'", "″": '"', "”": '"', "“": '"',
        "〞": '"', "ˮ": '"', "秒": '"', "：": ":",
    }
)  # fmt: skip
_AXES: Final = (
    (re.compile(r"[东東][经經]?|(?<![a-z])east(?:ing)?(?![a-z])", re.IGNORECASE), "E"),
    (re.compile(r"西[经經]?|(?<![a-z])west(?![a-z])", re.IGNORECASE), "W"),
    (re.compile(r"北[纬緯]?|(?<![a-z])north(?:ing)?(?![a-z])", re.IGNORECASE), "N"),
    (re.compile(r"南[纬緯]?|(?<![a-z])south(?![a-z])", re.IGNORECASE), "S"),
    (re.compile(r"[经經]度?|(?<![a-z])(?:longitude|long|lng|lon|x)(?![a-z])", re.IGNORECASE), "X"),
    (re.compile(r"[纬緯]度?|(?<![a-z])(?:latitude|lat|y)(?![a-z])", re.IGNORECASE), "Y"),
)
"""Words for a half of the Earth, E W N S, and for an axis alone, X Y: each becomes its letter."""

_PARTS: Final = re.compile(
    r"""^([-+]?)(\d{1,3})\s*[°:\s-]\s*(\d{1,2}(?:\.\d+)?)
    (?:\s*['m:\s-]\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:"|s|'')?)?)?$""",
    re.VERBOSE,
)
_POINT_LAST: Final = re.compile(r'(\d)"\.(\d+)')  # 12″.5, as maps have it
_DMS_LETTERS: Final = re.compile(r"(\d)\s*d\s*(\d{1,2})\s*m\s*(\d{1,2}(?:\.\d+)?)\s*s", re.IGNORECASE)
_SMALL: Final = re.compile(r"(?<![a-zA-Z])[ewns](?![a-zA-Z])")
_SAME_AXIS: Final = re.compile(r"[EWX](?:\s*[:=]?\s*[EWX])+|[NSY](?:\s*[:=]?\s*[NSY])+")
_WEST_OR_SOUTH: Final = frozenset("WS")
_EASTINGS: Final = frozenset("EWX")
_LETTER: Final = r"([EWNSXY])?"
_ONE: Final = re.compile(rf"^\s*{_LETTER}\s*[:=]?\s*([^EWNSXY]*?)\s*{_LETTER}\s*$")
_PLAIN_PAIR: Final = re.compile(r"^([-+]?\d{1,9}(?:\.\d+)?)\s*[,;\s]\s*([-+]?\d{1,9}(?:\.\d+)?)$")
_LOOSE_PAIR: Final = re.compile(r"^\D*?([-+]?\d{1,9}(?:\.\d+)?)°?\s*[,;\s、]\s*([-+]?\d{1,9}(?:\.\d+)?)\D*$")
_SEPARATORS: Final = (";", "|", "/", "、", "\n", "\t", ",", " ")
_TWO_LETTERS: Final = (
    re.compile(r"^([EWX][^NSY]*)([NSY].*)$"),
    re.compile(r"^([NSY][^EWX]*)([EWX].*)$"),
    re.compile(r"^([^EWXNSY]*[EWX])([^EWXNSY]*[NSY])$"),
    re.compile(r"^([^EWXNSY]*[NSY])([^EWXNSY]*[EWX])$"),
)


def parse_degrees(texts: NDArray[np.object_]) -> NDArray[np.float64]:
    """
    Read coordinates: decimal numbers, also with a decimal comma, or degrees, minutes and seconds.

    Parameters
    ----------
    texts : (n,) object array of str
        Such as ``113.65``, ``113,65``, ``113°39'12.5"E``, ``东经113度39分12秒``, ``113-39-12.5``.

    Returns
    -------
    (n,) float array
        Degrees or, for projected coordinates, their numbers; NaN where nothing can be read.
    """
    plain = half_width(texts)
    numbers = parse_numbers(plain, comma_is_decimal=True)
    for row in np.flatnonzero(np.isnan(numbers) | _has_letter(plain)):
        if plain[row]:
            numbers[row] = _one(_lettered(plain[row]))[0]
    return numbers


def parse_pairs(texts: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Read cells that hold both coordinates.

    Parameters
    ----------
    texts : (n,) object array of str
        Such as ``113.65,34.75``, ``E113.76,N34.76``, ``东经113.76°北纬34.76°``, ``34°45′N 113°39′E``, ``(113-39-12, 34-45-30)``.

    Returns
    -------
    first, second : (n,) float array
        Longitude and latitude where the cell says which is which, else in the order of the cell; NaN where it cannot be read.
    """
    pairs = np.array([_pair(text) for text in half_width(texts)], dtype=np.float64).reshape(-1, 2)
    pairs[~np.isfinite(pairs).all(axis=1)] = np.nan
    return pairs[:, 0], pairs[:, 1]


def _has_letter(texts: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which cells say more than a number: ``87.5W`` is a number with something behind it to the reader of numbers."""
    return np.fromiter((not text[-1:].isdigit() for text in texts), dtype=bool, count=len(texts))


def _pair(text: str) -> tuple[float, float]:
    plain = _PLAIN_PAIR.match(text)
    if plain:
        return float(plain[1]), float(plain[2])
    cleaned = _lettered(text.strip('()[]{}<>"“”【】 ').removeprefix("POINT").strip("( )"))
    for halves in _halves(cleaned):
        (first, axis), (second, other) = (_one(half) for half in halves)
        if np.isfinite(first) and np.isfinite(second) and (not axis or axis != other):
            return (second, first) if axis == "y" or other == "x" else (first, second)
    loose = _LOOSE_PAIR.match(text)
    return (float(loose[1]), float(loose[2])) if loose else (np.nan, np.nan)


def _halves(text: str) -> list[tuple[str, str]]:
    """List the ways to cut a cell in two, the likeliest first."""
    found = []
    for sign in _SEPARATORS:
        parts = [part for part in text.split(sign) if part.strip()]
        if len(parts) == 2:
            found.append((parts[0], parts[1]))
    whole = re.sub(r"[,;\s]+", " ", text)
    found += [(match[1], match[2]) for match in (way.match(whole) for way in _TWO_LETTERS) if match]
    return found


def _lettered(text: str) -> str:
    """Put one letter for each word that names a half of the Earth or an axis, and one sign for each way to write it."""
    for words, letter in _AXES:
        text = words.sub(letter, text)
    text = _DMS_LETTERS.sub(r'''\1°\2'\3"''', text.translate(_SIGNS))
    text = _SAME_AXIS.sub(_hemisphere, _SMALL.sub(_upper, text))
    return _POINT_LAST.sub(r'\1.\2"', text.replace("''", '"'))


def _hemisphere(match: re.Match[str]) -> str:
    """Keep of two letters for one axis the one that says more: 经度E is E."""
    letters = [letter for letter in match[0] if letter.isalpha()]
    return next((letter for letter in letters if letter in "EWNS"), letters[0])


def _upper(match: re.Match[str]) -> str:
    return match[0].upper()


def _one(text: str) -> tuple[float, str]:
    """Read one coordinate; ``x`` or ``y`` if it says which it is, else an empty text."""
    match = _ONE.match(text)
    if match is None:
        return float(np.nan), ""
    letters = {letter for letter in (match[1], match[3]) if letter}
    axes = {"x" if letter in _EASTINGS else "y" for letter in letters}
    size = _size(match[2].strip().strip(",;").strip())
    if len(axes) > 1 or len(letters - {"X", "Y"}) > 1:
        return float(np.nan), ""
    return (-abs(size) if letters & _WEST_OR_SOUTH else size), "".join(axes)


def _size(text: str) -> float:
    parts = _PARTS.match(text)
    if parts is None:
        return float(parse_numbers(np.array([text.rstrip("° ")], dtype=object), comma_is_decimal=True)[0])
    sign, degrees, minutes, seconds = parts.groups()
    if ("-" in text[1:] and seconds is None) or float(minutes) >= 60 or float(seconds or 0) >= 60:
        return float(np.nan)  # 12-15 is a range
    size = float(degrees) + float(minutes) / 60 + float(seconds or 0) / 3600
    return -size if sign == "-" else size
