"""Moments as offices write them."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.ingest.times import looks_like_clock, parse_times


def _parse(*texts: str):
    return parse_times(np.array(texts, dtype=object))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02T03:05:00",
        "2026-11-02 03:05",
        "2026/11/2 3:05",
        "2026.11.2 3:5:0",
        "2026年11月2日3时5分",
        "2026年11月2日 03:05:00",
        "2026年11月2日 凌晨3点5分",
        "2026年11月2日 星期一 3:05",
        "20261102030500",
        "202611020305",
        "2026-11-02T03:05:00.250",
        "2026-11-02T03:05:00+08:00",
        "2026-11-02T03:05:00Z",
        "11/02/2026 03:05:00 AM",
        "２０２６-１１-０２　０３：０５",
    ],
)
def test_forms(text: str) -> None:
    """Every form of five past three on 2 November 2026 is read as that."""
    assert _parse(text).iso_texts[0] == "2026-11-02T03:05:00"


def test_excel_serials() -> None:
    """Serial 46328.5 is noon of 2 November 2026 (1 is 1 January 1900, with Excel's leap day of that year)."""
    assert _parse("46328.5", "25569").iso_texts.tolist() == ["2026-11-02T12:00:00", "1970-01-01T00:00:00"]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-02 24:00", "2026-11-03T00:00:00"),
        ("2026年11月2日 下午3点5分", "2026-11-02T15:05:00"),
        ("11/02/2026 12:30 AM", "2026-11-02T00:30:00"),
        ("11/02/2026 12:30 PM", "2026-11-02T12:30:00"),
        ("2024-02-29", "2024-02-29T00:00:00"),
    ],
)
def test_edges_of_the_day(text: str, iso: str) -> None:
    """Midnight, noon and the halves of the day fall where clocks put them."""
    assert _parse(text).iso_texts[0] == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-30",
        "2025-02-29",
        "2026-13-01",
        "1200-01-01",
        "25:00",
        "yesterday",
        "2026-11-02 25:00",
        "12345678901234567890",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    """Days that do not exist and texts without a day are no moments."""
    assert _parse(text).iso_texts[0] is None


def test_day_and_month_are_decided_by_the_column() -> None:
    """One 25/12 makes the whole column day first, and the report says why."""
    parsed = _parse("03/04/2026", "25/12/2026")
    assert parsed.iso_texts.tolist() == ["2026-04-03T00:00:00", "2026-12-25T00:00:00"]
    assert "day/month/year" in str(parsed.choices[0])


def test_undecided_order_is_said() -> None:
    """Where nothing decides the order, month first is taken and said."""
    parsed = _parse("03/04/2026")
    assert parsed.iso_texts[0] == "2026-03-04T00:00:00"
    assert "nothing in the file decides" in str(parsed.choices[0])


def test_days_without_clock_are_marked() -> None:
    """A day alone is told from a midnight that was written."""
    assert _parse("2026-11-02", "2026-11-02 00:00").without_clock.tolist() == [True, False]


def test_clocks() -> None:
    """A column of clocks is seen as one."""
    assert looks_like_clock(np.array(["21:30", "3时5分", "2026-11-02"], dtype=object)) == pytest.approx(2 / 3)
