"""The guide opens from the program's own files, in the user's language, and its links lead on."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
from PySide6.QtCore import QPoint, Qt

import patrolmap.desktop
from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.guide import GuideDialog, heading_at, open_guide
from patrolmap.desktop.help_desk import _OF_DOCK, _OF_TASK
from patrolmap.i18n import set_language
from patrolmap.resources import guide_page
from tests.desktop.test_clipping import dialog_of
from tests.desktop.test_rings_sections import window  # noqa: F401 - a fixture
from tests.desktop.tiny import make_plan
from tools.every_dialog import EVERY_DIALOG


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


def guides() -> set[tuple[str, str]]:
    """Give all that F1 opens: of every dialog, task and dock."""
    for module in pkgutil.walk_packages(patrolmap.desktop.__path__, "patrolmap.desktop."):
        importlib.import_module(module.name)
    return {kind.guide for kind in Dialog.__subclasses__()} | {*_OF_TASK.values(), *_OF_DOCK.values()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_all_help_leads_to_a_heading_that_is_there(language):
    """Every dialog, task and dock names a shipped page, and an anchor that stands in a heading of it."""
    assert len(guides()) >= 14
    for page, anchor in guides():
        text = guide_page(f"{language}/{page}.md").read_text(encoding="utf-8")
        assert not anchor or heading_at(text, anchor) is not None, (page, anchor)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_guide_is_open_at_the_heading(qtbot, language):
    """The heading asked for is the first thing on the page; the mark that names it is not seen."""
    set_language(language)
    dialog = open_guide("window", "background")
    qtbot.addWidget(dialog)
    qtbot.wait(20)
    top = dialog.browser.cursorForPosition(QPoint(60, 22)).block()
    assert top.text().strip() == {"zh": "底图", "en": "Background map"}[language]
    dialog.close()


def test_f1_works_in_every_dialog(window, qtbot):  # noqa: F811
    """By the key, in each of them, though it is modal: the guide comes up at the dialog's own page."""
    window.core.desk.put(make_plan())
    for name, make in EVERY_DIALOG.items():
        with dialog_of(window, make, qtbot) as dialog:
            if isinstance(dialog, GuideDialog):
                continue
            dialog.setModal(True)
            dialog.activateWindow()
            qtbot.keyClick(dialog, Qt.Key.Key_F1)
            guide = dialog.findChild(GuideDialog)
            assert guide is not None, name
            assert guide.browser.source().toLocalFile().endswith(f"en/{dialog.guide[0]}.md"), name
            guide.close()
