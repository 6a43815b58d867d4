"""Switches the language of the running window: the program's texts, Qt's own, numbers and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QLibraryInfo, QLocale, QTranslator

from patrolmap.i18n import set_language

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

__all__ = ["switch_language"]

_LOCALES: Final = {"zh": "zh_CN", "en": "en_GB"}
_translators: list[QTranslator] = []


def switch_language(app: QApplication, language: str) -> None:
    """
    Speak a language from now on, in every open window.

    Parameters
    ----------
    app : QApplication
        The application.
    language : str
        One of `patrolmap.i18n.LANGUAGES`.
    """
    set_language(language)
    QLocale.setDefault(QLocale(_LOCALES[language]))
    while _translators:
        app.removeTranslator(_translators.pop())
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    translator = QTranslator()
    if language != "en" and translator.load(QLocale(_LOCALES[language]), "qtbase", "_", folder):
        app.installTranslator(translator)
        _translators.append(translator)
    for window in app.topLevelWidgets():
        QCoreApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
