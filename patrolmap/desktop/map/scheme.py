"""The map page's own web: ``patrolmap://``, registered before Qt starts, and never anything outside it."""

from __future__ import annotations

import os
import sys
from typing import Final

__all__ = ["SCHEME", "prepare_web_engine", "web_engine_missing"]

SCHEME: Final = b"patrolmap"
_state: dict[str, str] = {}


def prepare_web_engine() -> None:
    """
    Register the scheme. Must come before the application is made; a second call does nothing.

    Notes
    -----
    The engine's sandbox stays on for everybody but root on Linux, for whom Chromium refuses to start with it.
    """
    if _state:
        return
    try:
        from PySide6.QtWebEngineCore import QWebEngineUrlScheme
    except ImportError as error:
        _state["missing"] = str(error)
        return
    if sys.platform.startswith("linux") and os.geteuid() == 0:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    scheme = QWebEngineUrlScheme(SCHEME)
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.LocalAccessAllowed | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)
    _state["registered"] = "yes"


def web_engine_missing() -> str:
    """
    Tell why there is no web engine.

    Returns
    -------
    str
        Empty if there is one.
    """
    return _state.get("missing", "")
