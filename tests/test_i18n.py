"""From the English of the code to the user's language."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from patrolmap import i18n
from patrolmap.errors import InputError
from patrolmap.i18n import LANGUAGES, current_language, set_language, system_language, tr, tr_error, translations
from patrolmap.messages import Message

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def keep_language() -> Iterator[None]:
    before = current_language()
    yield
    set_language(before)


def test_chinese_comes_from_the_catalogue() -> None:
    """Literal, with values, and as a message from the core."""
    set_language("zh")
    assert tr("Defence rings") == "圈层"
    assert tr(Message("“{text}” is no time of day.", {"text": "9点"})) == "“9点”不是有效的时刻。"


def test_english_is_the_code_itself() -> None:
    """No catalogue is needed."""
    set_language("en")
    assert tr("{count} of {total}", count=1, total=2) == "1 of 2"


def test_what_has_no_translation_stays_english() -> None:
    """A text that nobody translated is shown rather than hidden."""
    set_language("zh")
    assert tr("No such text {n}", n=5) == "No such text 5"


def test_messages_inside_messages_are_translated() -> None:
    """A value that is a message is in the user's language too."""
    set_language("zh")
    inner = Message("Incidents")
    assert tr(Message("Layer {layer}: {reason}", {"layer": inner, "reason": "x"})) == "图层“警情”：x"


def test_values_are_never_templates() -> None:
    """Braces that a user typed stay as they are."""
    set_language("zh")
    assert tr("{text} is odd", text="{0}{layer}") == "{0}{layer} is odd"


def test_an_unknown_language_is_a_mistake() -> None:
    """Only the languages of the program can be chosen."""
    with pytest.raises(ValueError, match="fr"):
        set_language("fr")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks the system, not the environment")
@pytest.mark.parametrize(
    ("lang", "ours"),
    [
        ("zh_CN.UTF-8", "zh"),
        ("en_GB.UTF-8", "en"),
        ("C.UTF-8", "zh"),
        ("POSIX", "zh"),
        ("de_DE.UTF-8", "zh"),
        ("", "zh"),
    ],
)
def test_the_systems_language_is_the_users(monkeypatch: pytest.MonkeyPatch, lang: str, ours: str) -> None:
    """English only where the machine says so; a machine that says nothing is one of our users'."""
    for key in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("LANG", lang)
    assert system_language() == ours


def test_the_parts_of_an_error_make_one_line() -> None:
    """With spaces in English, without in Chinese."""
    error = InputError("The project is still empty.", remedy="Import the streets first.")
    set_language("en")
    assert tr_error(error.parts) == "The project is still empty. Import the streets first."
    set_language("zh")
    assert tr_error(error.parts) == "项目尚无数据。请先导入道路。"


def test_a_broken_catalogue_entry_is_not_used() -> None:
    """Entries without a translation do not hide the English text."""
    assert all(i18n._catalogue("zh").values())


def test_a_text_in_every_language():
    """English first, then Chinese, whatever language is spoken now; one text if there is no other."""
    for language in LANGUAGES:
        set_language(language)
        assert translations("Patrol log") == ("Patrol log", "巡逻记录")
    assert translations("no such text") == ("no such text",)


def test_lists_take_the_signs_of_the_language() -> None:
    """A list of values, messages among them, is apart by the reader's own signs, and a dash if there is nothing."""
    said = Message("{names}", {"names": [Message("Incidents"), "A"]})
    set_language("en")
    assert (tr(said), str(said)) == ("Incidents, A", "Incidents, A")
    set_language("zh")
    assert tr(said) == "警情、A"
    assert tr("{names}", names=[]) == "–"
