"""Puts a theme on the application: palette, style sheet, fonts. Icons follow through `icons`."""

from __future__ import annotations

import sys
from functools import partial
from string import Template
from typing import Final

from PySide6.QtCore import QDir, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from patrolmap.desktop.tokens import DARK, LIGHT, THEMES, Tokens
from patrolmap.maps.fonts import load_fonts
from patrolmap.resources import asset

__all__ = ["apply_theme", "current_tokens", "is_changing", "style_sheet"]

_FAMILIES: Final = {
    "win32": ("Segoe UI", "Microsoft YaHei UI", "Microsoft YaHei"),
    "darwin": (".AppleSystemUIFont", "PingFang SC"),
    "linux": ("Noto Sans", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "DejaVu Sans"),
}
_POINT_SIZE: Final = 9.75
_PROPERTY: Final = "patrolmap-theme"
_CHANGING: Final = "patrolmap-theme-changing"


def apply_theme(app: QApplication, wish: str, *, in_turns: bool = False) -> Tokens:
    """
    Dress the application.

    Parameters
    ----------
    app : QApplication
        The application.
    wish : str
        ``light``, ``dark`` or ``system``.
    in_turns : bool, default False
        Whether windows that are seen get their sheet a moment later, so that clicks come between that and all else; they are painted when
        both are done.

    Returns
    -------
    Tokens
        The theme in use.
    """
    tokens = THEMES.get(wish) or _system_tokens()
    QDir.setSearchPaths("icons", [str(asset("icons"))])
    if app.property(_PROPERTY) is None:
        app.setStyle("Fusion")
        app.setFont(_font())
    app.setProperty(_PROPERTY, tokens.name)
    app.setPalette(_palette(tokens))
    _put_sheet(app, style_sheet(tokens), in_turns=in_turns)
    return tokens


def current_tokens() -> Tokens:
    """
    Tell the theme in use.

    Returns
    -------
    Tokens
        That of the application; `LIGHT` before one was applied.
    """
    app = QApplication.instance()
    name = app.property(_PROPERTY) if app is not None else None
    return THEMES.get(str(name), LIGHT)


def is_changing() -> bool:
    """
    Tell whether a theme is being put on in turns.

    Returns
    -------
    bool
        Icons and pictures then follow in turns of their own.
    """
    app = QApplication.instance()
    return app is not None and bool(app.property(_CHANGING))


def style_sheet(tokens: Tokens) -> str:
    """
    Fill the style sheet with a theme's colours.

    Parameters
    ----------
    tokens : Tokens
        The theme.

    Returns
    -------
    str
        Qt style sheet.
    """
    text = asset("window.qss").read_text(encoding="utf-8")
    return Template(text).substitute(vars(tokens))


def _put_sheet(app: QApplication, sheet: str, *, in_turns: bool) -> None:
    """
    Dress what is there and what will be.

    A sheet of the application is right for whatever comes later, but to exchange it makes Qt dress every widget some eight times. On
    windows that are seen the new one is laid over it instead: their dialogs, menus and tips follow them.
    """
    windows = [one for one in app.topLevelWidgets() if one.parentWidget() is None and one.isVisible()]
    if not windows:
        if app.styleSheet() != sheet:
            app.setStyleSheet(sheet)
        return
    for window in windows:
        window.setUpdatesEnabled(False)
        if in_turns:
            app.setProperty(_CHANGING, True)
            dress = partial(_dress, window)
            # A timer that is set while timers are looked through is looked at in the turn after.
            QTimer.singleShot(0, window, partial(QTimer.singleShot, 0, window, dress))
        else:
            _dress(window)


def _dress(window: QWidget) -> None:
    window.setStyleSheet(style_sheet(current_tokens()))
    window.setUpdatesEnabled(True)
    app = QApplication.instance()
    if app is not None:
        app.setProperty(_CHANGING, False)


def _system_tokens() -> Tokens:
    return DARK if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark else LIGHT


def _font() -> QFont:
    platform = "linux" if sys.platform.startswith("linux") else sys.platform
    font = QFont()
    # The bundled font comes last: it has every Chinese character, whatever the machine lacks.
    font.setFamilies([*_FAMILIES.get(platform, _FAMILIES["linux"]), load_fonts()])
    font.setPointSizeF(_POINT_SIZE)
    return font


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.panel,
        role.WindowText: tokens.text,
        role.Base: tokens.field,
        role.AlternateBase: tokens.panel,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.faint,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.bad,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.accent_text,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Light: tokens.raised,
        role.Midlight: tokens.line,
        role.Mid: tokens.line_strong,
        role.Dark: tokens.line_strong,
        role.Shadow: tokens.line_strong,
        role.Accent: tokens.accent,
    }
    palette = QPalette()
    for one, colour in colours.items():
        palette.setColor(one, QColor(colour))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(tokens.faint))
    return palette
