"""Numbers as people write them."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.ingest.numbers import is_blank, parse_numbers


def _column(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12.0),
        ("-3.5", -3.5),
        ("１２．５", 12.5),
        ("1,234", 1234.0),
        ("1,234,567.5", 1234567.5),
        ("60 km/h", 60.0),
        ("5公里", 5.0),
        ("1e3", 1000.0),
        ("abc", np.nan),
        ("", np.nan),
        ("1e400", np.nan),
        ("inf", np.nan),
        ("nan", np.nan),
        ("12-15", np.nan),
    ],
)
def test_numbers(text: str, number: float) -> None:
    """Each form is read as its value, and what is no finite number as NaN."""
    assert parse_numbers(_column(text))[0] == pytest.approx(number, nan_ok=True)


def test_blank_words() -> None:
    """Words and signs for nothing are blank; a street called 无名路 is not."""
    assert is_blank(_column("", " ", "NULL", "无", "-", "N/A", "无名路", "0")).tolist() == [True] * 6 + [False] * 2
