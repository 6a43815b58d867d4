"""Moments as offices write them."""

from __future__ import annotations

import numpy as np
import pytest

from patrolmap.ingest.intervals import split_intervals
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


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026年3月5日 晚8点", "2026-03-05T20:00:00"),
        ("2026年3月5日晚12点", "2026-03-06T00:00:00"),
        ("2026年3月5日中午11点半", "2026-03-05T11:30:00"),
        ("2026年3月5日中午1点", "2026-03-05T13:00:00"),
        ("2026年3月5日夜里11时许", "2026-03-05T23:00:00"),
        ("2026年3月5日夜里2点", "2026-03-05T02:00:00"),
        ("2026年3月5日凌晨2点一刻左右", "2026-03-05T02:15:00"),
        ("2026年3月5日晚上1点", None),  # of this night or the one before: nobody can tell
    ],
)
def test_parts_of_the_day(text: str, moment: str | None) -> None:
    """Words for parts of the day turn the clock to 24 hours."""
    assert _parse(text).iso_texts[0] == moment


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-03-05 20:00-22:00", "2026-03-05 20:00", "2026-03-05 22:00"),
        ("2026-03-05 23:00～01:30", "2026-03-05 23:00", "2026-03-06 01:30"),
        ("2026年3月5日20时至22时", "2026年3月5日20时", "2026-03-05 22时"),
        ("2026-03-05 20:00 至 2026-03-06 06:00", "2026-03-05 20:00", "2026-03-06 06:00"),
        ("2026-03-05T20:00:00-05:00", "2026-03-05T20:00:00-05:00", ""),
        ("2026-03-05", "2026-03-05", ""),
    ],
)
def test_intervals_in_one_cell(text: str, start: str, end: str) -> None:
    """A start and an end in one cell are parted; offsets from UTC and bare days are not."""
    starts, ends = split_intervals(np.array([text, "2026-01-01 00:00~01:00"], dtype=object))
    assert ends is not None
    assert (starts[0], ends[0]) == (start, end)
