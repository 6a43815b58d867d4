"""Errors that a user may see."""

from __future__ import annotations

import pickle

import pytest

from patrolmap.errors import DamagedProjectError, InputError, PatrolmapError, trace_without_data
from patrolmap.messages import Message


def test_an_error_says_what_why_and_what_to_do() -> None:
    """Parts that are not given are left out; values serve all parts."""
    error = InputError("No {thing}.", why="It is not in {place}.", remedy="Look again.", thing="street", place="A")
    assert [str(part) for part in error.parts] == ["No street.", "It is not in A.", "Look again."]
    assert str(error) == "No street. It is not in A. Look again."
    assert InputError("No {thing}.", thing="street").parts == (Message("No {thing}.", {"thing": "street"}),)


def test_kinds_of_errors_share_a_root() -> None:
    """A caller can catch everything that is raised on purpose; an input error is no defect of the installation."""
    assert issubclass(InputError, PatrolmapError)
    assert issubclass(DamagedProjectError, PatrolmapError)
    assert not issubclass(DamagedProjectError, InputError)


def test_a_value_may_hold_braces() -> None:
    """What a user typed is never read as a template."""
    assert str(InputError("Bad: {text}", text="{0} {x}")) == "Bad: {0} {x}"


def test_an_error_comes_back_from_a_worker_process() -> None:
    """Pickling keeps parts and values."""
    error = InputError("No {thing}.", why="Not in {thing}.", remedy="Look.", thing="street")
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(back) is InputError
    assert back.parts == error.parts


def _raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    "error",
    [
        KeyError("王建国"),
        ValueError("could not convert string to float: '11010519491231002X'"),
        ValueError("invalid literal: 13812345678"),
        TypeError('cannot add "张伟"'),
        ExceptionGroup("two", [KeyError("王建国"), ValueError("张伟 13812345678")]),
    ],
)
def test_a_trace_quotes_no_data(error: BaseException) -> None:
    """Names and numbers out of a file stand nowhere in a trace, not in causes either; the place in the code does."""
    trace = trace_without_data(_raised(RuntimeError("outside"), _raised(error)))
    assert not any(secret in trace for secret in ("王建国", "张伟", "1010519491231002", "13812345678"))
    assert "test_errors.py" in trace
    assert type(error).__name__ in trace


def test_a_trace_keeps_names_of_the_code() -> None:
    """What a developer needs of an attribute that is missing stays."""
    assert "has no attribute 'nope'" in trace_without_data(
        _raised(AttributeError("'int' object has no attribute 'nope'"))
    )
