"""Texts born in the core."""

from __future__ import annotations

from patrolmap.messages import N_, Message, fill


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


def test_a_count_chooses_its_word():
    """One has its own word, whatever its type; none and many share the other; a language may leave the word out."""
    template = "{n} {n:checkpoint fails|checkpoints fail}"
    values = (1, "1", 0, 2, 11)
    assert [str(Message(template, {"n": n})) for n in values] == [
        "1 checkpoint fails", "1 checkpoint fails", "0 checkpoints fail", "2 checkpoints fail", "11 checkpoints fail",
    ]  # fmt: skip
    assert fill("{n} 个卡口失守，约 {share:.1f}", {"n": 1, "share": 0.25}) == "1 个卡口失守，约 0.2"
