"""The strip over the upper edge of the map that says what the tool in hand does, and ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import button, label
from patrolmap.desktop.map.measure import MeasureTool
from patrolmap.desktop.map.selecting import SelectTool
from patrolmap.desktop.map.tools import RingTool
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.desktop.map.toolbox import ToolBox

__all__ = ["ToolStrip"]


class ToolStrip(QFrame):
    """
    Hint, one step back, save, cancel; hidden without a tool.

    Parameters
    ----------
    tools : ToolBox
        The tool in hand.
    parent : QWidget or None
        Owner.
    """

    def __init__(self, tools: ToolBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tools = tools
        self.setObjectName("notice")
        self.hint = label()
        self.back_button, self.finish_button, self.cancel_button = button(), button(primary=True), button()
        dress = Dresser(self, self.refresh)
        dress.text(self.back_button.setText, N_("One step back"))
        dress.text(self.cancel_button.setText, N_("Cancel"))
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 6, 12, 6)
        line.addWidget(self.hint, 1)
        for made in (self.back_button, self.finish_button, self.cancel_button):
            line.addWidget(made)
        self.back_button.clicked.connect(lambda: tools.key("Backspace"))
        self.finish_button.clicked.connect(tools.finish)
        self.cancel_button.clicked.connect(tools.drop)
        tools.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what the tool in hand needs."""
        tool = self._tools.tool
        self.setVisible(tool is not None)
        if tool is None:
            return
        takes_many = isinstance(tool, RingTool | MeasureTool | SelectTool) and not tool.is_box
        self.hint.setText(tr(self._tools.hint or tool.hint))
        self.back_button.setVisible(takes_many)
        self.back_button.setEnabled(tool.has_steps)
        self.finish_button.setVisible(takes_many)
        self.finish_button.setText(tr(N_("Save") if isinstance(tool, RingTool) else N_("Finish")))
        self.finish_button.setEnabled(tool.can_finish)
