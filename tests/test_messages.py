"""Texts born in the core."""

from __future__ import annotations

from patrolmap.messages import N_, Message


def test_marking_changes_nothing() -> None:
    """`N_` is for tools that collect texts."""
    assert N_("{count} rows") == "{count} rows"


def test_english_is_the_text_with_its_values() -> None:
    """Values are filled in, messages among them too; braces of a text without values stay."""
    inner = Message("row {row}", {"row": 3})
    assert str(Message("{what} of {count}", {"what": inner, "count": 5})) == "row 3 of 5"
    assert str(Message("{not a field}")) == "{not a field}"


def test_messages_are_values() -> None:
    """Equal by template and values."""
    assert Message("a", {"n": 1}) == Message("a", {"n": 1})
    assert Message("a", {"n": 1}) != Message("a", {"n": 2})
