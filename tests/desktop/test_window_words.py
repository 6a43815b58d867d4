"""What the window says names no option of the command line."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import patrolmap
from patrolmap.desktop.window_words import WINDOW_WORDS, in_window
from patrolmap.i18n import speaking, tr
from patrolmap.messages import Message

_OPTION = re.compile(r"(?<![\w-])--[a-z]")
_FROM_COMMANDS_ONLY = {
    "Give schema.table with --sheet; the user needs the right to read it.",
}


def _texts() -> set[str]:
    """List the marked texts of the rooms that read files and choose coordinates."""
    root = Path(patrolmap.__file__).parent
    files = [*(root / "ingest").rglob("*.py"), root / "services/importing.py"]
    calls = (
        node for path in files for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
    )
    marked = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "N_")
    return {str(call.args[0].value) for call in marked if isinstance(call.args[0], ast.Constant)}


def test_every_remedy_with_an_option_has_words_for_the_window() -> None:
    """Each text that a file opened in the window can bring up is listed, and none is listed that is gone."""
    with_options = {text for text in _texts() if _OPTION.search(text)}
    assert with_options - _FROM_COMMANDS_ONLY == set(WINDOW_WORDS)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_words_name_no_option(language: str) -> None:
    """The texts in both languages speak of pages and boxes, with the same values."""
    for template in WINDOW_WORDS:
        names = re.findall(r"{(\w+)}", template)
        with speaking(language):
            assert not _OPTION.search(tr(in_window(Message(template, dict.fromkeys(names, "x")))))
