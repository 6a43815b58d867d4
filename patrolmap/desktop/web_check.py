"""`try_web_view()`: whether a page of the program's own loads, runs its script and can be asked."""

from __future__ import annotations

import json
import sys
from typing import Final

__all__ = ["try_web_view"]

_PAGE: Final = "<html><body><script>document.title = String(6 * 7)</script><p>&#22478;&#20851;</p></body></html>"
_TIMEOUT_MS: Final = 60_000


def try_web_view() -> int:
    """
    Load a page off-screen and print the versions as JSON.

    Returns
    -------
    int
        0 if the page ran, else 1.
    """
    import shiboken6
    from PySide6.QtCore import QTimer, qVersion
    from PySide6.QtWebEngineCore import QWebEnginePage, qWebEngineChromiumVersion

    from patrolmap.desktop.app import make_application
    from patrolmap.services.workspace import load_preferences

    app = make_application(load_preferences())
    page = QWebEnginePage()

    def ask(_loaded: bool) -> None:  # noqa: FBT001 - Qt's signature
        page.runJavaScript("document.title", 0, lambda title: app.exit(0 if title == "42" else 1))

    page.loadFinished.connect(ask)
    page.setHtml(_PAGE)
    QTimer.singleShot(_TIMEOUT_MS, lambda: app.exit(1))
    status = app.exec()
    shiboken6.delete(page)  # before its profile, which the application takes along
    print(json.dumps({"Qt": qVersion(), "Chromium": qWebEngineChromiumVersion()}), file=sys.stdout)  # noqa: T201
    return status
