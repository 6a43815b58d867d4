"""The rings panel: six sections, one at a time, each with its own picture on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QToolButton

from patrolmap.desktop.features.rings.analysis import PICKED
from patrolmap.desktop.features.rings.closure_section import ClosureSection
from patrolmap.desktop.features.rings.cover_sections import (
    BlocksSection,
    CoverageSection,
    DistrictsSection,
    PlacementSection,
)
from patrolmap.desktop.features.rings.drill_section import DrillSection
from patrolmap.desktop.features.rings.presenter import RingsPresenter
from patrolmap.desktop.tasks import TaskPanel, TaskSpec
from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.rings.section import AnalysisSection

__all__ = ["RingsPanel"]

_SECTIONS: Final = (
    ("closure", N_("Closure")),
    ("coverage", N_("Coverage")),
    ("placement", N_("Placement")),
    ("districts", N_("Districts")),
    ("drill", N_("Drill")),
    ("blocks", N_("Blocks")),
)
_COLUMNS: Final = 3


class RingsPanel(TaskPanel):
    """
    A switcher and the section that is chosen.

    Parameters
    ----------
    core : Core
        Shared parts.
    spec, following : TaskSpec
        As in `TaskPanel`.
    presenter : RingsPresenter or None
        Of the closure; None makes one.
    """

    def __init__(
        self, core: Core, spec: TaskSpec, following: TaskSpec | None, presenter: RingsPresenter | None = None
    ) -> None:
        super().__init__(spec, following)
        self._core = core
        self.presenter = presenter or RingsPresenter(core)
        self.closure = ClosureSection(core, self.presenter)
        self.coverage, self.placement = CoverageSection(core), PlacementSection(core)
        self.districts, self.drill, self.blocks = DistrictsSection(core), DrillSection(core), BlocksSection(core)
        parts = (self.closure, self.coverage, self.placement, self.districts, self.drill, self.blocks)
        self.sections: dict[str, ClosureSection | AnalysisSection] = dict(
            zip((name for name, _ in _SECTIONS), parts, strict=True)
        )
        self.switches: dict[str, QToolButton] = {}
        self.section = ""
        self._is_in_hand = True
        self.body.addLayout(self._switcher())
        for part in parts:
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.show_section("closure")

    def show_section(self, name: str) -> None:
        """
        Take a section in hand: only its picture lies on the map.

        Parameters
        ----------
        name : str
            Such as ``coverage``.
        """
        self.section = name
        self.switches[name].setChecked(True)
        for one, part in self.sections.items():
            part.setVisible(one == name)
        self._lay_over_map()

    def set_in_hand(self, is_in_hand: bool) -> None:  # noqa: FBT001 - the one value that is set
        """
        Lay the picture of the chosen section over the map, or take it away while another task is in hand.

        Parameters
        ----------
        is_in_hand : bool
            Whether this panel is the one that is seen.
        """
        if is_in_hand != self._is_in_hand:
            self._is_in_hand = is_in_hand
            self._lay_over_map()

    def _lay_over_map(self) -> None:
        self._core.scene.set_overlays(PICKED, ())
        for one, part in self.sections.items():
            part.presenter.set_shown(self._is_in_hand and one == self.section)

    def _switcher(self) -> QGridLayout:
        grid, group = QGridLayout(), QButtonGroup(self)
        grid.setSpacing(4)
        for place, (name, title) in enumerate(_SECTIONS):
            made = QToolButton()
            made.setCheckable(True)
            made.setObjectName("section")
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.dress.text(made.setText, title)
            made.clicked.connect(lambda _on, name=name: self.show_section(name))
            group.addButton(made)
            grid.addWidget(made, place // _COLUMNS, place % _COLUMNS)
            self.switches[name] = made
        return grid
