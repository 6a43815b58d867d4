"""Rows of the open project in memory, read in the background and read again when they changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.desktop.events import Event
from patrolmap.desktop.haste import Haste
from patrolmap.model.layers import LAYERS
from patrolmap.model.style import map_style
from patrolmap.progress import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import geopandas as gpd

    from patrolmap.desktop.session import Session
    from patrolmap.project.store import ProjectStore

__all__ = ["LayerCache"]

_ORDER: Final = (
    "boundary", "rings", "barriers", "streets", "sites", "hotspots", "routes", "stops", "teams", "grid_cells",
    "incidents", "nodes",
)  # fmt: skip
"""What makes a map comes first."""

_HASTE: Final = {"boundary": Haste.NOW, "rings": Haste.NOW, "barriers": Haste.NOW, "streets": Haste.NOW}
"""What the first picture needs; all else comes soon."""

_MANY_STREETS: Final = 20_000
_LONG: Final = 5_000
_MAIN_STREETS: Final = frozenset(
    highway
    for street in map_style().streets
    if street.key in {"motorway", "trunk", "primary", "secondary"}
    for highway in street.highways
)
"""Classes that tell a district's shape; a city has some thousands of them among its hundred thousands."""


class LayerCache:
    """
    Metric copies of the project's layers.

    Parameters
    ----------
    session : Session
        What is open.
    quick : Callable
        Runs a task in the background, as soon as told, and delivers its result on the GUI thread, as `JobRunner.quick` does.

    Attributes
    ----------
    main_streets : geopandas.GeoDataFrame or None
        The streets that an overview shows, in metres; None until they are read, and for a district that names none.
    loaded : Event
        Emitted with the name of each layer whose rows are new.
    sketched : Event
        The main streets are there, sooner than all streets.
    """

    def __init__(
        self, session: Session, quick: Callable[[Callable[[], object], Callable[[object], object], Haste], None]
    ) -> None:
        self._session = session
        self._quick = quick
        self._frames: dict[str, gpd.GeoDataFrame] = {}
        self._wanted: set[str] = set()
        self._asked: dict[str, int] = {}
        self._generation = 0
        self._is_sketching = False
        self.main_streets: gpd.GeoDataFrame | None = None
        self.loaded: Event[[str]] = Event()
        self.sketched: Event[[]] = Event()
        session.opened.connect(self._start_over)
        session.closed.connect(self._forget)
        session.changed.connect(self.load)

    def __getitem__(self, name: str) -> gpd.GeoDataFrame | None:
        """Return a layer in metres, indexed by fid; None while it has not been read."""
        return self._frames.get(name)

    @property
    def is_loading(self) -> bool:
        """Whether rows are on their way."""
        return bool(self._wanted)

    def count(self, name: str) -> int:
        """
        Count the rows of a layer.

        Parameters
        ----------
        name : str
            The layer.

        Returns
        -------
        int
            0 while it has not been read.
        """
        frame = self._frames.get(name)
        return 0 if frame is None else len(frame)

    def load(self, names: Iterable[str]) -> None:
        """
        Read layers again, in the background.

        Parameters
        ----------
        names : iterable of str
            Layers whose rows changed.
        """
        if not self._session.is_open or not self._session.project.has_frame:
            return
        project, generation = self._session.project, self._generation
        wanted = set(names)
        for name in sorted(wanted, key=_place):
            self._wanted.add(name)
            haste = _HASTE.get(name, Haste.SOON)
            if name == "streets" and self._is_sketching:
                haste = Haste.LATER
            self._asked[name] = asked = self._asked.get(name, 0) + 1
            self._quick(self._reader(project, name, asked), self._taker(name, generation, asked), haste)

    def _start_over(self) -> None:
        self._forget()
        if self._session.project.has_frame and self._session.project.count("streets") > _MANY_STREETS:
            project, generation = self._session.project, self._generation
            main = ("highway", _MAIN_STREETS)
            self._is_sketching = True
            self._quick(lambda: project.metric_layer("streets", only=main), self._sketch_taker(generation), Haste.NOW)
        self.load(LAYERS)

    def _sketch_taker(self, generation: int) -> Callable[[gpd.GeoDataFrame], None]:
        def take(frame: gpd.GeoDataFrame) -> None:
            self._is_sketching = False
            if generation == self._generation and not frame.empty and "streets" not in self._frames:
                self.main_streets = frame
                self.sketched.emit()

        return take

    def _reader(self, project: ProjectStore, name: str, asked: int) -> Callable[[], gpd.GeoDataFrame]:
        def read() -> gpd.GeoDataFrame:
            if asked != self._asked[name]:
                raise CancelledError  # its rows changed again meanwhile, and who read them later might be overtaken
            return project.metric_layer(name)

        return read

    def _forget(self) -> None:
        self._generation += 1
        self._is_sketching = False
        self._frames.clear()
        self.main_streets = None
        self._wanted.clear()

    def _taker(self, name: str, generation: int, asked: int) -> Callable[[gpd.GeoDataFrame], None]:
        def take(frame: gpd.GeoDataFrame) -> None:
            if generation != self._generation or asked != self._asked[name]:
                return
            self._wanted.discard(name)
            self._frames[name] = frame
            if len(frame) > _LONG:
                # So that a click on the map, or a box, finds its rows at once.
                self._quick(lambda: frame.sindex, lambda _index: None, Haste.LATER)
            if name == "streets":
                self.main_streets = None
            self.loaded.emit(name)

        return take


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
