"""Errors that a user may see."""

from __future__ import annotations

import pickle

from patrolmap.errors import DamagedProjectError, InputError, PatrolmapError
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
