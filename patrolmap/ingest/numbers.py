"""Numbers as people write them, column by column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["half_width", "is_blank", "parse_numbers"]

_FULL_WIDTH: Final = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    0x3000: 0x20,
    0x2212: 0x2D,
    0x2013: 0x2D,
    0x00A0: 0x20,
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD)),  # signs that nobody sees
}
_BLANKS: Final = frozenset(
    {"", "-", "--", "—", "——", "/", "\\", "null", "none", "nan", "n/a", "na", "nil", "无", "空", "#n/a", "<null>"}
)
_NUMBER: Final = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_GROUPED: Final = re.compile(r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$")
_LEADING: Final = re.compile(rf"^({_NUMBER})\s*[^\d.,]*$")


def half_width(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    """
    Write full-width digits, letters and signs in half width.

    Parameters
    ----------
    texts : (n,) object array of str
        Any texts.

    Returns
    -------
    (n,) object array of str
        The same without outer blanks.
    """
    converted = np.empty(len(texts), dtype=object)
    plain = (text.strip() if text.isascii() else text.translate(_FULL_WIDTH).strip() for text in texts)
    # Excel's mark of a number that is kept as text comes along when such cells are copied as text.
    converted[:] = [text[1:].lstrip() if text[:1] == "'" and text[-1:] != "'" else text for text in plain]
    return converted


def is_blank(texts: NDArray[np.object_]) -> NDArray[np.bool_]:
    """
    Tell which cells say nothing.

    Parameters
    ----------
    texts : (n,) object array of str
        Cells of a column.

    Returns
    -------
    (n,) bool array
        True for empty cells and for the usual words and signs that stand for nothing.
    """
    return np.fromiter(
        (not text or (len(text) < 7 and text.strip().lower() in _BLANKS) for text in texts),
        dtype=bool,
        count=len(texts),
    )


def parse_numbers(texts: NDArray[np.object_], *, comma_is_decimal: bool = False) -> NDArray[np.float64]:
    """
    Read numbers.

    Parameters
    ----------
    texts : (n,) object array of str
        Such as ``12.5``, ``1,234``, ``12`` in full width, ``60 km/h``.
    comma_is_decimal : bool, default False
        Whether ``113,65`` means 113.65; otherwise a comma parts thousands.

    Returns
    -------
    (n,) float array
        NaN where there is no number; never infinite.
    """
    plain = half_width(texts)
    numbers = _to_float(plain)
    left = np.flatnonzero(np.isnan(numbers) & (plain != ""))
    if len(left):
        numbers[left] = [_one_number(plain[row], comma_is_decimal) for row in left]
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def _to_float(texts: NDArray[np.object_]) -> NDArray[np.float64]:
    import pandas as pd

    series = pd.Series(texts, dtype=object)
    numbers: NDArray[np.float64] = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    return numbers


def _one_number(text: str, comma_is_decimal: bool) -> float:  # noqa: FBT001 - private, always the same caller
    if comma_is_decimal and "." not in text and text.count(",") == 1:
        text = text.replace(",", ".")
    elif _GROUPED.match(text.split(" ")[0]):
        text = text.replace(",", "")
    match = _LEADING.match(text)
    return float(match[1]) if match else np.nan
