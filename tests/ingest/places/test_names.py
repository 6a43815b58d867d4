"""Names of streets in one spelling."""

from __future__ import annotations

import pytest

from patrolmap.ingest.places.names import canonical, one_edit_apart, other_street, route_number, splits, whole_number


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("经开第十七大街", "经开17大街"),
        ("经开第17大街", "经开17大街"),
        ("一〇七国道", "107国道"),
        ("Ave of St. Mary St.", "ave of saint mary street"),
        ("N 5th Ave", "north 5th avenue"),
        ("Boulevard René-Lévesque O", "boulevard rene levesque o"),
    ],
)
def test_canonical(written: str, expected: str) -> None:
    """Numerals, width, case and abbreviations do not matter."""
    assert canonical(written) == expected


def test_numbers() -> None:
    """Numerals are read by hand-known values."""
    assert [whole_number(text) for text in ("十", "十七", "二十", "三百二十", "一百零五", "一〇七")] == [
        10,
        17,
        20,
        320,
        105,
        107,
    ]


@pytest.mark.parametrize("form", ["x054县道", "054县道", "县道054", "x54", "县道x054", "x054线"])
def test_route_numbers(form: str) -> None:
    """All forms of a county road's number are one."""
    assert route_number(form) == "X54"
    assert route_number("和平路") is None


def test_slips() -> None:
    """One character replaced, lost, added or exchanged is a slip; a number or a direction is another street."""
    assert all(one_edit_apart("和平路", other) for other in ("和乎路", "和路", "和平大路", "平和路"))
    assert not any(one_edit_apart("和平路", other) for other in ("和平路", "人民路", "和平大街"))
    assert other_street("经5路", "经6路")
    assert other_street("经五路", "经六路")
    assert other_street("航海东路", "航海西路")
    assert other_street("经5路", "经15路")
    assert not other_street("和平路", "和乎路")


def test_splits() -> None:
    """A name ends in a kind in every way that its characters allow."""
    assert splits("北大街") == (("北", "大街"), ("北大", "街"))
    assert splits("g4高速公路")[0] == ("g4", "高速")
