"""Settings of every test run."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PATROLMAP_LANG", "zh")


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """Register the map's scheme before pytest-qt makes its application, as the program does."""
    from PySide6.QtWidgets import QApplication

    from patrolmap.desktop.map.scheme import prepare_web_engine

    prepare_web_engine()
    return QApplication
