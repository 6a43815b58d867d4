"""The guide opens from the program's own files, in the user's language, and its links lead on."""

from __future__ import annotations

import re

import pytest

from patrolmap.desktop.guide import GuideDialog
from patrolmap.resources import guide_page


@pytest.mark.parametrize(("language", "title"), [("zh", "主窗口"), ("en", "The window")])
def test_the_page_of_the_window_is_read(qtbot, language, title):
    """Its heading stands first, and its picture is no wider than the page."""
    dialog = GuideDialog(guide_page(f"{language}/window.md"))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.browser.toPlainText().lstrip("\ufffc\n ").startswith(title)
    assert dialog.browser.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_links_between_pages_lead_somewhere(language):
    """Every relative link of the guide's pages names a file that is shipped."""
    for page in guide_page(language).glob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+\.(?:md|png))\)", page.read_text(encoding="utf-8")):
            if "docs" in (page.parent / target).resolve().parts:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
