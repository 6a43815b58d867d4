"""The guide as a site: every page is in it, every link leads somewhere, and it needs no network."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOADED = re.compile(r'<(?:script|img|link|iframe)[^>]+(?:src|href)="(https?:)?//')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_is_in_the_site_and_in_its_contents(site: Path) -> None:
    contents = (site / "zh" / "window.html").read_text(encoding="utf-8")
    for page in ROOT.glob("docs/*/*.md"):
        made = "index" if page.stem == "README" else page.stem
        assert (site / page.parent.name / f"{made}.html").exists()
        assert f"{made}.html" in contents


def test_every_page_is_there_in_both_languages() -> None:
    assert {page.name for page in (ROOT / "docs" / "zh").glob("*.md")} == {
        page.name for page in (ROOT / "docs" / "en").glob("*.md")
    }


def test_no_page_loads_anything_from_a_network(site: Path) -> None:
    assert [page.name for page in site.rglob("*.html") if LOADED.search(page.read_text(encoding="utf-8"))] == []
