"""What every test of the window gets: strictness about Qt's log, threads and the user's own preferences."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from patrolmap.desktop.warming import load_what_is_wanted_later, load_what_is_wanted_soon
from patrolmap.i18n import set_language
from tests.desktop.leftovers import Leftovers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The window loads these beside its work; a test that waits for the first project should not wait for them.
load_what_is_wanted_soon()
load_what_is_wanted_later()

_HARMLESS = (
    ".*propagateSizeHints.*",  # the offscreen platform has no window manager
    ".*Failed to create (temporary )?context.*",  # no GPU
    ".*Failed to create RHI.*",
    ".*[Vv]ulkan.*",
    ".*GBM is not supported.*",
    "GPUInfo not initialized.*",
    ".*Sandboxing disabled by user.*",
    ".*Unable to detect GPU vendor.*",
    "Release of profile requested.*",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fail a test in which Qt logs a warning."""
    for item in items:
        if "desktop" in item.path.parts:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(*_HARMLESS))


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """Fail a test that leaves a thread, a timer, a page or a process behind."""
    before = Leftovers()
    yield
    deadline_s = time.monotonic() + 5
    while (left := before.now()) and time.monotonic() < deadline_s:
        time.sleep(0.02)
    assert not left


@pytest.fixture(autouse=True)
def own_preferences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep to preferences of the test's own."""
    monkeypatch.setenv("PATROLMAP_CONFIG", str(tmp_path / "config"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read English in tests, and leave Chinese behind."""
    set_language("en")
    yield
    set_language("zh")
