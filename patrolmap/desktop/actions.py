"""Actions as data: one row a thing that can be done by menu, tool bar, key and palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence

from patrolmap.desktop.icons import draw_for, icon
from patrolmap.desktop.unhurried import put_off
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtWidgets import QWidget

    from patrolmap.desktop.tokens import Tokens

__all__ = ["ActionBoard", "ActionSpec", "plain_text"]


@dataclass(frozen=True)
class ActionSpec:
    """
    One thing that can be done.

    Parameters
    ----------
    id : str
        Such as ``project.open``; stable, for tests and key maps.
    text : str
        English text of the menu, marked with `patrolmap.messages.N_`; ``&`` marks the mnemonic.
    run : Callable
        Does it.
    shortcut : str, default ""
        Portable key sequence.
    icon : str, default ""
        Name of the icon.
    enabled : Callable or None
        Tells whether it can be done now; None means always.
    checked : Callable or None
        For a switch: tells whether it is on; None for a plain action.
    """

    id: str
    text: str
    run: Callable[[], object]
    shortcut: str = ""
    icon: str = ""
    enabled: Callable[[], bool] | None = None
    checked: Callable[[], bool] | None = None


class ActionBoard:
    """
    The actions of a window, made from their specs.

    Parameters
    ----------
    owner : QWidget
        The window that the shortcuts work in.
    specs : iterable of ActionSpec
        All actions.
    """

    def __init__(self, owner: QWidget, specs: Iterable[ActionSpec]) -> None:
        self._specs = {spec.id: spec for spec in specs}
        self._actions = {spec.id: self._make(owner, spec) for spec in self._specs.values()}
        self.retranslate()
        self.refresh()

    def __getitem__(self, action_id: str) -> QAction:
        """Return the action of an id."""
        return self._actions[action_id]

    @property
    def specs(self) -> tuple[ActionSpec, ...]:
        """All specs, in their order."""
        return tuple(self._specs.values())

    def refresh(self) -> None:
        """Ask every spec again whether it can be done and is on."""
        for key, spec in self._specs.items():
            action = self._actions[key]
            action.setEnabled(spec.enabled is None or spec.enabled())
            if spec.checked is not None:
                action.setChecked(spec.checked())

    def retranslate(self) -> None:
        """Set all texts in the current language."""
        for key, spec in self._specs.items():
            action, text = self._actions[key], tr(spec.text)
            action.setText(text)
            plain = plain_text(text)
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{plain} ({keys})" if keys else plain)
            action.setIconText(plain)

    def prepare(self, tokens: Tokens) -> None:
        """
        Draw all icons for another theme, one at a time, so that it is there at once when it is wanted.

        Parameters
        ----------
        tokens : Tokens
            The theme.
        """
        names = {spec.icon for spec in self._specs.values() if spec.icon}
        put_off(_Drawing(tokens, sorted(names)))

    def restyle(self) -> None:
        """Draw all icons in the current theme."""
        for key, spec in self._specs.items():
            if spec.icon:
                self._actions[key].setIcon(icon(spec.icon))

    def _make(self, owner: QWidget, spec: ActionSpec) -> QAction:
        action = QAction(owner)
        action.setObjectName(spec.id)
        if spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
        if spec.icon:
            action.setIcon(icon(spec.icon))
        action.setCheckable(spec.checked is not None)
        action.triggered.connect(lambda _checked: spec.run())
        owner.addAction(action)
        return action


class _Drawing:
    """Icons still to draw for a theme."""

    def __init__(self, tokens: Tokens, names: list[str]) -> None:
        self._tokens, self._names = tokens, names

    def catch_up(self) -> None:
        draw_for(self._tokens, self._names.pop())
        if self._names:
            put_off(self)


def plain_text(text: str) -> str:
    """
    Take the mnemonic out of a menu text.

    Parameters
    ----------
    text : str
        Such as ``&Open…`` or ``打开(&O)…``.

    Returns
    -------
    str
        Without mark and dots.
    """
    head, mark, tail = text.partition("(&")
    if mark and tail[1:2] == ")":
        text = head + tail[2:]
    return text.replace("&", "").removesuffix("…")
