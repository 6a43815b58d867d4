"""The page that shows all pictures of the window beside each other, each state in all its looks."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from string import Template
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_gallery"]

_LOOKS: Final = ("zh", "en", "zh-dark", "en-dark")
_NAME: Final = re.compile(r"^(?P<state>.+?)-(?P<look>(zh|en)(-dark)?)$")
_PAGE: Final = Template(
    """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>patrolmap: every panel, dialog and state</title>
<style>
body { font: 15px/1.5 "Noto Sans", "Noto Sans CJK SC", sans-serif; margin: 24px; color: #1c252d; background: #eef0f2; }
h1 { font-size: 22px; } h2 { font-size: 16px; margin: 28px 0 8px; }
.row { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 12px; align-items: start; }
figure { margin: 0; } figcaption { color: #55626e; font-size: 13px; }
img { max-width: 100%; border: 1px solid #b9c1c9; border-radius: 4px; }
nav { columns: 5 180px; font-size: 13px; } nav a { display: block; color: #1f5f99; text-decoration: none; }
</style></head><body>
<h1>patrolmap: $states states of the window, $pictures pictures</h1>
<nav>$links</nav>
$body
</body></html>
"""
)


def write_gallery(folder: Path) -> Path:
    """
    Write the page of a folder of pictures.

    Parameters
    ----------
    folder : Path
        Holds pictures named ``STATE-LOOK``, as WebP or PNG; others are left out.

    Returns
    -------
    Path
        ``index.html`` in it.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted(folder.iterdir()):
        parts = _NAME.match(path.stem)
        if parts and path.suffix in {".webp", ".png"}:
            found[parts["state"]][parts["look"]] = path.name
    sections = []
    for state, pictures in sorted(found.items()):
        figures = "".join(_figure(pictures[look], look) for look in _LOOKS if look in pictures)
        title = html.escape(state)
        sections.append(f'<h2 id="{title}">{title}</h2>\n<div class="row">{figures}</div>')
    page = folder / "index.html"
    text = _PAGE.substitute(
        states=len(found),
        pictures=sum(map(len, found.values())),
        links="".join(f'<a href="#{html.escape(state)}">{html.escape(state)}</a>' for state in sorted(found)),
        body="\n".join(sections),
    )
    page.write_text(text, encoding="utf-8")
    return page


def _figure(name: str, look: str) -> str:
    file = html.escape(name)
    return (
        f'<figure><a href="{file}"><img src="{file}" alt="" loading="lazy"></a><figcaption>{look}</figcaption></figure>'
    )
