"""Settings of every test run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from patrolmap.i18n import set_language

if TYPE_CHECKING:
    from collections.abc import Iterator

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PATROLMAP_LANG", "zh")

# How long an example takes is the machine's affair; a test that fails by the clock says nothing about the program.
settings.register_profile("patrolmap", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patrolmap")


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """Register the map's scheme before pytest-qt makes its application, as the program does."""
    from PySide6.QtWidgets import QApplication

    from patrolmap.desktop.map.scheme import prepare_web_engine

    prepare_web_engine()
    return QApplication


@pytest.fixture(scope="session", autouse=True)
def one_application(request: pytest.FixtureRequest) -> None:
    """Make the application of the window first: one that a sheet made for itself could not be changed into it later."""
    if request.config.pluginmanager.hasplugin("pytest-qt"):
        request.getfixturevalue("qapp")


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Begin every test in Chinese, whatever the one before spoke."""
    set_language("zh")
    yield
    set_language("zh")
