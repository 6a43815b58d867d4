"""The privacy guard on generated columns: persons stay outside, what merely looks like them comes in."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolmap.ingest.privacy import is_identity_number, personal_content, personal_name

_WEIGHTS = [2 ** (17 - at) % 11 for at in range(17)]  # ISO 7064 MOD 11-2 by its definition


def _checked(body: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    rest = (1 - total) % 11
    return body + ("X" if rest == 10 else str(rest))


_BORN = st.dates(dt.date(1930, 1, 1), dt.date(2015, 12, 31)).map(lambda day: f"{day:%Y%m%d}")
_REGION = st.sampled_from(["110105", "410102", "360681", "440303", "650102"])
_PERSON = st.builds(
    lambda region, born, order: _checked(f"{region}{born}{order:03d}"), _REGION, _BORN, st.integers(0, 999)
)
_ORDER = st.builds(
    lambda day, unit, number: f"{day:%Y%m%d}{unit:04d}{number:06d}",
    st.dates(dt.date(2019, 1, 1), dt.date(2026, 12, 31)),
    st.integers(0, 9999),
    st.integers(0, 999_999),
)
_SURNAME_STREETS = st.sampled_from(
    ["张江", "李沧", "王府井", "赵登禹", "陈经纶", "周家嘴", "中山", "黄兴", "吴中", "杨高", "左权"]
)
_STREET = st.builds(
    lambda name, end: name + end, _SURNAME_STREETS, st.sampled_from(["路", "大街", "东路", "街", "大道"])
)


def _column(texts: list[str]) -> np.ndarray:
    return np.array(texts, dtype=object)


@settings(max_examples=60)
@given(_PERSON)
def test_every_well_formed_identity_number_is_known(number: str) -> None:
    """Numbers made by the standard's own formula pass."""
    assert is_identity_number(number)


@settings(max_examples=60)
@given(_PERSON, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_no_identity_number(number: str, at: int, step: int) -> None:
    """ISO 7064 MOD 11-2 finds every single wrong digit."""
    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
    assert not is_identity_number(wrong)


@settings(max_examples=60)
@given(st.lists(_ORDER, min_size=5, max_size=60, unique=True))
def test_order_numbers_of_eighteen_digits_come_in(numbers: list[str]) -> None:
    """A number that begins with a date is no identity number: no province has the code 20."""
    assert personal_content(_column(numbers)) is None


@settings(max_examples=60)
@given(st.lists(_STREET, min_size=1, max_size=40))
def test_streets_that_are_called_like_persons_come_in(names: list[str]) -> None:
    """Street names with surnames in them are places."""
    assert personal_content(_column(names)) is None


@settings(max_examples=60)
@given(st.lists(_PERSON, min_size=1, max_size=5), st.lists(_STREET, min_size=0, max_size=15))
def test_a_column_that_holds_some_identity_numbers_stays_outside(persons: list[str], streets: list[str]) -> None:
    """A fifth of the values is enough."""
    assert personal_content(_column([f"{number} " for number in persons] + streets[: 4 * len(persons)])) is not None


@given(
    st.sampled_from(
        [
            "路名",
            "道路名称",
            "街道名称",
            "路口名称",
            "卡口名称",
            "站点名称",
            "单位名称",
            "案件编号",
            "订单号",
            "工单编号",
        ]
    )
)
def test_headings_of_places_and_numbers_are_harmless(heading: str) -> None:
    """名称 is no name of a person, and an order number no identity number."""
    assert personal_name(heading) is None
