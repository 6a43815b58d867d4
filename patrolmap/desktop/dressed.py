"""`Dresser`: keeps the texts and icons of a widget in step with language and theme while it is open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject

from patrolmap.desktop.icons import icon
from patrolmap.desktop.theme import current_tokens, is_changing
from patrolmap.desktop.unhurried import can_wait, put_off
from patrolmap.i18n import current_language, tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QWidget

__all__ = ["Dresser"]


_CHANGES: Final = frozenset({QEvent.Type.LanguageChange, QEvent.Type.PaletteChange})


class Dresser(QObject):
    """
    Binds texts and icons to setters, and applies them again when the widget is told of a change.

    What is not seen in a window that is, such as the panels of other tasks, follows some moments later, or when it is shown.

    Qt sends ``LanguageChange`` and ``PaletteChange`` to every widget of a window; the dresser listens on one.

    Parameters
    ----------
    widget : QWidget
        Whose changes count; it owns the dresser.
    redress : Callable or None
        Called after the bindings, for whatever the widget builds itself.
    """

    def __init__(self, widget: QWidget, redress: Callable[[], object] | None = None) -> None:
        super().__init__(widget)
        self._texts: list[tuple[Callable[[str], object], str]] = []
        self._icons: list[tuple[Callable[[QIcon], object], str]] = []
        self._redress = redress
        self._language, self._theme = current_language(), current_tokens().name
        widget.installEventFilter(self)

    def text(self, setter: Callable[[str], object], template: str) -> None:
        """
        Set a text now and at each change of language.

        Parameters
        ----------
        setter : Callable
            Takes the translated text.
        template : str
            English text, marked with `patrolmap.messages.N_`.
        """
        self._texts.append((setter, template))
        setter(tr(template))

    def icon(self, setter: Callable[[QIcon], object], name: str) -> None:
        """
        Set an icon now and at each change of theme.

        Parameters
        ----------
        setter : Callable
            Takes the icon.
        name : str
            As in `patrolmap.desktop.icons.icon`.
        """
        self._icons.append((setter, name))
        setter(icon(name))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Follow the language and the theme.

        Parameters
        ----------
        watched : QObject
            The widget.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here: never.
        """
        if event.type() in _CHANGES and self._is_behind:
            if can_wait(watched) or (event.type() == QEvent.Type.PaletteChange and is_changing()):
                put_off(self)
            else:
                self.catch_up()
        elif event.type() == QEvent.Type.Show and self._is_behind:
            self.catch_up()
        return super().eventFilter(watched, event)

    @property
    def _is_behind(self) -> bool:
        # Qt tells of one change several times; the second time nothing is left to do.
        return self._language != current_language() or self._theme != current_tokens().name

    def catch_up(self) -> None:
        """Put on the language and the theme of now."""
        if not self._is_behind:
            return
        if self._language != current_language():
            for say, template in self._texts:
                say(tr(template))
        if self._theme != current_tokens().name:
            for show, name in self._icons:
                show(icon(name))
        self._language, self._theme = current_language(), current_tokens().name
        if self._redress is not None:
            self._redress()
