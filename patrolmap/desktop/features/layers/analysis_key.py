"""What the marks mean that a panel lays over the map: a legend of its own below the list of layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import shapely
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.layers.swatches import SWATCH_HEIGHT_PX, SWATCH_WIDTH_PX, overlay_swatch
from patrolmap.desktop.forms import clear, label, row, rule
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr
from patrolmap.maps.overlay_looks import OVERLAY_TITLES, overlay_look
from patrolmap.messages import N_
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    from collections.abc import Iterable

    from patrolmap.desktop.map.scene import MapScene, Overlay

__all__ = ["AnalysisKey", "KeyEntry", "key_of"]

_MOST_COLOURS: Final = 4


@dataclass(frozen=True)
class KeyEntry:
    """
    One kind of mark that is on the map.

    Parameters
    ----------
    title : str
        English title, the key of its translation.
    kind : str
        Of the overlays.
    ranks : tuple of int
        Places in the colours of the kind that are drawn side by side.
    dimension : int
        0 for points, 1 for lines, 2 for areas.
    """

    title: str
    kind: str
    ranks: tuple[int, ...]
    dimension: int


def key_of(overlays: Iterable[Overlay]) -> tuple[KeyEntry, ...]:
    """
    List what is to be explained.

    Parameters
    ----------
    overlays : iterable of Overlay
        What lies over the map.

    Returns
    -------
    tuple of KeyEntry
        In the order of `OVERLAY_TITLES`; what has no title, such as a sketch, is left out. O(number of overlays).
    """
    found: dict[tuple[str, int], Overlay] = {}
    for overlay in overlays:
        if overlay.kind in OVERLAY_TITLES:
            found.setdefault((overlay.kind, overlay.rank), overlay)
    entries: list[KeyEntry] = []
    for kind, titles in OVERLAY_TITLES.items():
        ranks = sorted(rank for one, rank in found if one == kind)
        if not ranks:
            continue
        dimension = int(shapely.get_dimensions(found[kind, ranks[0]].geometry))
        if len(titles) == 1:
            entries.append(KeyEntry(titles[0], kind, tuple(ranks[:_MOST_COLOURS]), dimension))
        else:
            entries += [KeyEntry(titles[rank], kind, (rank,), dimension) for rank in ranks if rank < len(titles)]
    return tuple(entries)


class AnalysisKey(QWidget):
    """
    A line for each kind of mark; hidden while there is none.

    Parameters
    ----------
    scene : MapScene
        What lies over the map.
    """

    def __init__(self, scene: MapScene) -> None:
        super().__init__()
        self._scene = scene
        self.entries: tuple[KeyEntry, ...] = ()
        heading = label("muted")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(5)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 12, 4)
        column.setSpacing(7)
        column.addWidget(rule())
        column.addWidget(heading)
        column.addLayout(self._lines)
        dress = Dresser(self, self._show)
        dress.text(heading.setText, N_("Marks of the task in hand"))
        scene.overlays_changed.connect(self._take)
        self.hide()

    def _take(self) -> None:
        entries = key_of(self._scene.overlays)
        if entries != self.entries:
            self.entries = entries
            self._show()

    def _show(self) -> None:
        clear(self._lines)
        style = map_style(Theme(current_tokens().name))
        for entry in self.entries:
            looks = [overlay_look(style, entry.kind, rank) for rank in entry.ranks]
            picture, words = QLabel(), label()
            picture.setFixedSize(SWATCH_WIDTH_PX, SWATCH_HEIGHT_PX)
            picture.setPixmap(overlay_swatch(looks, entry.dimension))
            words.setText(tr(entry.title))
            line = row(picture, words)
            line.setStretch(1, 1)
            line.setAlignment(picture, Qt.AlignmentFlag.AlignTop)
            self._lines.addLayout(line)
        self.setVisible(bool(self.entries))
