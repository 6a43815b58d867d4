"""The page of all pictures names each state once, with its looks beside each other."""

from __future__ import annotations

import re

from tools.gallery import write_gallery


def test_states_are_put_together_from_their_looks(tmp_path):
    """Two states in three looks; what is no picture of a state is left out."""
    for name in (
        "panel-import-zh.webp",
        "panel-import-zh-dark.webp",
        "panel-import-en.webp",
        "tour-1-en.png",
        "notes.txt",
    ):
        (tmp_path / name).write_bytes(b"")
    text = write_gallery(tmp_path).read_text(encoding="utf-8")
    assert re.findall(r'<h2 id="([^"]+)"', text) == ["panel-import", "tour-1"]
    assert re.findall(r'<img src="([^"]+)"', text) == [
        "panel-import-zh.webp",
        "panel-import-en.webp",
        "panel-import-zh-dark.webp",
        "tour-1-en.png",
    ]
    assert "2 states of the window, 4 pictures" in text
