"""Which face a text is set in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from patrolmap.maps.fonts import has_bold

pytestmark = pytest.mark.usefixtures("qapp")


def test_chinese_is_bold_in_whatever_thread_it_is_set():
    """A face that one thread asked for first knows its letters in the next one too."""
    with ThreadPoolExecutor(1) as first:
        assert first.submit(has_bold, "先").result()
    with ThreadPoolExecutor(1) as second:
        assert second.submit(has_bold, "后").result()
    assert has_bold("今")


def test_a_letter_that_the_bold_face_lacks_is_not_set_in_it():
    """A rare letter of names makes the whole text regular."""
    assert not has_bold("王𠮷")
