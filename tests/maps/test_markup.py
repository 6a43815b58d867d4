"""Text stays text."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import numpy as np
import pytest

from patrolmap.maps.markup import SafeHtml, as_html, fill, script_json

ATTACKS = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "&lt;b&gt;",
    "back\\slash \u2028 \u2029 \x00 end",
    "{{ this.text }} {% raw %}",
    "%%data%%",
    "<!-- <script>",
]


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_in_html_is_read_back_letter_by_letter(attack):
    """A parser sees one element with an attribute and a text, and nothing of the attack as markup."""
    reader = _Reader()
    reader.feed(fill('<p title="%%text%%">%%text%%</p>', {"text": attack}))
    seen = attack.replace("\x00", "")
    assert reader.tags == [("p", {"title": seen})]
    assert reader.text == seen


@pytest.mark.parametrize("attack", ATTACKS)
def test_json_cannot_leave_its_script(attack):
    """No angle bracket is left, and the value is read back unchanged."""
    written = script_json({"name": attack})
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == {"name": attack}


def test_json_takes_numbers_of_every_kind():
    """NaN becomes null, which every reader accepts."""
    assert script_json([np.float64("nan"), np.int64(3), np.array([1.5]), None, True]) == "[null,3,[1.5],null,true]"


def test_made_html_is_not_escaped_twice():
    """What is SafeHtml goes in as it is, a plain text does not."""
    assert fill("%%a%%%%b%%", {"a": SafeHtml("<b>"), "b": "<b>"}) == "<b>&lt;b&gt;"
    assert isinstance(as_html("x"), SafeHtml)


def test_a_place_without_a_value_is_an_error():
    """A template is never sent half filled."""
    with pytest.raises(KeyError):
        fill("%%nothing%%", {})
