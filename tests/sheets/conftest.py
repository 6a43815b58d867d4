"""Sheets need a `QGuiApplication`; pytest-qt's serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from patrolmap.i18n import set_language

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication


@pytest.fixture(autouse=True)
def application(qapp: QGuiApplication) -> QGuiApplication:
    """Give every sheet test an application, and let it speak Chinese."""
    set_language("zh")
    return qapp
