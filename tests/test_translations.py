"""The Chinese catalogues as a reader meets them."""

from __future__ import annotations

import re

import polib
import pytest

from patrolmap.resources import asset
from tools.check_translations import ROOT, complaints

CATALOGUES = sorted(asset("translations/zh").glob("*.po"))
HALF_WIDTH_AFTER_CHINESE = re.compile("[\u4e00-\u9fff”][,;:?!]")


def test_every_text_has_its_translation() -> None:
    """No text of the program is missing, left over or given two translations."""
    assert complaints(ROOT / "patrolmap", ROOT / "assets" / "translations" / "zh") == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_chinese_has_chinese_punctuation(path: object) -> None:
    """After a Chinese character no half-width comma, colon, semicolon, question or exclamation mark stands."""
    entries = polib.pofile(str(path), encoding="utf-8")
    wrong = [entry.msgstr for entry in entries if HALF_WIDTH_AFTER_CHINESE.search(entry.msgstr)]
    assert wrong == []
