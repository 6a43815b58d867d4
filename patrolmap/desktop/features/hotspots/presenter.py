"""What the hotspots panel knows: which incidents there are, what was asked, what was found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.events import Event
from patrolmap.desktop.incident_choice import ChosenIncidents
from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.desktop.session import Selection
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import RINGS_OUTSIDE_IN
from patrolmap.progress import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.jobs import Job
    from patrolmap.hotspots.incidents import IncidentFilter
    from patrolmap.hotspots.polygons import Hotspot
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.hotspot_preview import HotspotPreview
    from patrolmap.services.hotspots import HotspotSet

__all__ = ["HotspotsPresenter", "Question", "SpotRow", "Stock"]

DEFAULT_BANDWIDTH_M: Final = 300.0
_SKETCH: Final = "hotspot preview"


@dataclass(frozen=True)
class Stock:
    """
    Which incidents the project holds.

    Parameters
    ----------
    count : int
        How many.
    categories : tuple of (str, int)
        Categories with their numbers, the most frequent first.
    first, last : datetime.date or None
        First and last day; None if there are no incidents.
    """

    count: int
    categories: tuple[tuple[str, int], ...]
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True)
class Question:
    """
    What the user asks.

    Parameters
    ----------
    categories : frozenset of str or None
        Categories that count; None for all.
    first, last : datetime.date or None
        Days that count; None for no bound.
    from_hour, to_hour : int
        Hours of the day that count, 0 to 24; from 20 to 6 is the night; equal hours are the whole day.
    area_percent : float
        How much of the district hotspots may cover.
    is_tested : bool, default True
        Whether the method is chosen by back-test.
    bandwidth_m : float or None, default None
        Kernel radius without a back-test; None for the default.
    memory_days : int, default 365
        How far back incidents count without a back-test.
    ring : str or None, default None
        Kind of the ring within which incidents count; None for the whole district.
    """

    categories: frozenset[str] | None
    first: dt.date | None
    last: dt.date | None
    from_hour: int
    to_hour: int
    area_percent: float
    is_tested: bool = True
    bandwidth_m: float | None = None
    memory_days: int = 365
    ring: str | None = None

    @property
    def hours(self) -> tuple[int, ...] | None:
        """Hours of the day that count; None for all."""
        if self.from_hour % 24 == self.to_hour % 24:
            return None
        if self.from_hour < self.to_hour:
            return tuple(range(self.from_hour, self.to_hour))
        return (*range(self.to_hour), *range(self.from_hour, 24))


@dataclass(frozen=True)
class SpotRow:
    """
    One hotspot as the panel lists it.

    Parameters
    ----------
    fid : int
        Its row in the layer.
    rank : int
        1 is the strongest.
    name : str
        Streets it holds.
    incidents : int
        Number in it.
    peak_hours, categories, entrance_streets : str
        As the layer has them.
    entrances : int
        How many ways lead in.
    dwell_min, visits, gap_min : int
        Suggested stay, visits a shift and least time between them; 0 where the layer says nothing.
    """

    fid: int
    rank: int
    name: str
    incidents: int
    peak_hours: str
    categories: str
    entrance_streets: str = ""
    entrances: int = 0
    dwell_min: int = 0
    visits: int = 0
    gap_min: int = 0


class HotspotsPresenter:
    """
    Runs the search and lists its result.

    Parameters
    ----------
    core : Core
        Shared parts.
    find : Callable or None
        Takes project, question, ``progress`` and ``cancel``; None for the service, another one in tests.

    Attributes
    ----------
    stock_changed, spots_changed, job_changed, preview_changed, rings_changed : Event
        Incidents, hotspots, the running work, the areas that are tried or the rings are others.
    """

    def __init__(self, core: Core, find: Callable[..., HotspotSet] | None = None) -> None:
        self._core, self._find = core, find or _find
        self.job: Job[HotspotSet] | None = None
        self.result: HotspotSet | None = None
        self.stock_changed: Event[[]] = Event()
        self.spots_changed: Event[[]] = Event()
        self.job_changed: Event[[]] = Event()
        self.preview_changed: Event[[]] = Event()
        self.rings_changed: Event[[]] = Event()
        self.preview: tuple[Hotspot, ...] | None = None
        self._try = 0
        self._material: tuple[object, HotspotPreview] | None = None
        core.cache.loaded.connect(self._on_loaded)
        core.session.opened.connect(self.stock_changed.emit)
        core.session.closed.connect(self._forget)

    @property
    def stock(self) -> Stock:
        """Incidents of the project."""
        frame = self._core.cache["incidents"]
        if frame is None or frame.empty:
            return Stock(0, (), None, None)
        counts = frame["category"].value_counts()
        # ISO times in the order of texts: the first text has the first day. To cut all of them first takes a third of a second in a city.
        times = frame["time_from"].dropna().to_numpy(dtype=object)
        first, last = (_day(str(end(times))[:10]) if len(times) else None for end in (min, max))
        categories = tuple((str(name), int(count)) for name, count in counts.items())
        return Stock(len(frame), categories, first, last)

    @property
    def is_reading(self) -> bool:
        """Whether the incidents are on their way."""
        return self._core.cache.is_loading and self._core.cache["incidents"] is None

    @property
    def spots(self) -> list[SpotRow]:
        """Hotspots of the project, the strongest first."""
        frame = self._core.cache["hotspots"]
        if frame is None or frame.empty:
            return []
        rows = [
            SpotRow(
                int(fid),
                _number(row["rank"]),
                _word(row["name"]),
                _number(row["incidents"]),
                _word(row["peak_hours"]),
                _word(row["categories"]),
                _word(row["entrance_streets"]),
                _number(row["entrances"]),
                _number(row["dwell_min"]),
                _number(row["visits"]),
                _number(row["gap_min"]),
            )
            for fid, row in frame.iterrows()
        ]
        return sorted(rows, key=lambda row: row.rank)

    def run(self, question: Question) -> None:
        """
        Look for hotspots in the background.

        Parameters
        ----------
        question : Question
            What the user asks.
        """
        project = self._core.session.project
        self.job = self._core.jobs.start(
            Message(N_("Looking for hotspots")),
            lambda progress, cancel: self._find(project, question, progress=progress, cancel=cancel),
            on_done=self._take,
            on_failed=self._fail,
            on_cancelled=lambda: self._end(Message(N_("Stopped; the hotspots are as before."))),
            lane=PROJECT_LANE,
        )
        self.job_changed.emit()

    @property
    def rings(self) -> tuple[str, ...]:
        """Kinds of rings that the project has, the outer first."""
        frame = self._core.cache["rings"]
        kinds = set() if frame is None else set(frame["kind"].astype(str))
        return tuple(str(kind) for kind in RINGS_OUTSIDE_IN if str(kind) in kinds)

    def hold(self, question: Question) -> None:
        """
        Let the charts count what a question counts.

        Parameters
        ----------
        question : Question
            What the fields ask; days at the ends of the stock bound nothing.
        """
        stock = self.stock
        first = None if question.first == stock.first else question.first
        last = None if question.last == stock.last else question.last
        if first is None or last is None or first <= last:
            self._core.choice.hold(ChosenIncidents(question.categories, first, last, question.hours, question.ring))

    def try_out(self, question: Question) -> None:
        """
        Sketch on the map what a question without a back-test would give; an earlier sketch under way is dropped.

        Parameters
        ----------
        question : Question
            What the user asks.
        """
        self._try += 1
        number, project = self._try, self._core.session.project
        self._core.jobs.quick(
            lambda: self._sketch(project, question, lambda: self._try != number),
            lambda found: self._show_sketch(found, number),
        )

    def end_preview(self) -> None:
        """Take the sketch from the map."""
        self._try += 1
        if self.preview is not None:
            self.preview = None
            self._core.scene.set_overlays(_SKETCH, ())
            self.preview_changed.emit()

    def choose(self, fid: int) -> None:
        """
        Select a hotspot and show it on the map.

        Parameters
        ----------
        fid : int
            Its row in the layer.
        """
        self._core.session.select(Selection("hotspots", (fid,)))
        self._core.scene.show(self._core.scene.selected_geometries(), margin_m=600.0)

    def _sketch(self, project: ProjectStore, question: Question, cancel: Cancel) -> tuple[Hotspot, ...]:
        from patrolmap.services.hotspot_preview import HotspotPreview

        raise_if_cancelled(cancel)
        kept = _filter(question)
        material = self._material
        if material is None or material[0] != kept:
            material = self._material = (kept, HotspotPreview(project, kept))
        bandwidth_m = question.bandwidth_m or DEFAULT_BANDWIDTH_M
        return material[1].hotspots(bandwidth_m, question.memory_days, question.area_percent / 100, cancel=cancel)

    def _show_sketch(self, found: tuple[Hotspot, ...], number: int) -> None:
        if number == self._try:
            self.preview = found
            self._core.scene.set_overlays(_SKETCH, [Overlay("sketch", spot.polygon, "") for spot in found])
            self.preview_changed.emit()

    def _take(self, found: HotspotSet) -> None:
        self.result = found
        self.end_preview()
        self._core.session.refresh()
        self._end(
            Message(N_("{count} {count:hotspot|hotspots} found"), {"count": len(found.hotspots)}), NoticeLevel.DONE
        )

    def _fail(self, error: BaseException) -> None:
        self.job = None
        self.job_changed.emit()
        self._core.notices.report(error)

    def _end(self, words: Message, level: NoticeLevel = NoticeLevel.INFO) -> None:
        self.job = None
        self.job_changed.emit()
        self._core.notices.say(words, level)

    def _on_loaded(self, name: str) -> None:
        if name == "incidents":
            self._material = None
            self.stock_changed.emit()
        elif name == "hotspots":
            self.spots_changed.emit()
        elif name == "rings":
            self.rings_changed.emit()

    def _forget(self) -> None:
        self.result = self._material = None
        self.end_preview()
        self.stock_changed.emit()
        self.spots_changed.emit()


def _day(text: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        return None


def _number(value: Any) -> int:
    return 0 if _is_missing(value) else int(value)


def _word(value: Any) -> str:
    return "" if _is_missing(value) else str(value)


def _is_missing(value: Any) -> bool:
    import pandas as pd

    return value is None or bool(pd.isna(value))


def _filter(question: Question) -> IncidentFilter:
    from patrolmap.hotspots.incidents import IncidentFilter

    return IncidentFilter(question.categories, question.first, question.last, question.hours, ring=question.ring)


def _find(project: ProjectStore, question: Question, *, progress: Progress, cancel: Cancel) -> HotspotSet:
    # The method's libraries are loaded by the worker that needs them, not when the window starts.
    from patrolmap.services.apart import Apart
    from patrolmap.services.hotspot_layer import store_hotspots
    from patrolmap.services.hotspots import HotspotParams, search_hotspots

    kept, share = _filter(question), question.area_percent / 100
    params = HotspotParams(kept, share)
    if not question.is_tested:
        params = HotspotParams(kept, share, "kde", bandwidth_m=question.bandwidth_m, memory_days=question.memory_days)
    apart = Apart(project.path)
    try:
        found: HotspotSet = apart.run(search_hotspots, params, progress=progress, cancel=cancel)
    finally:
        apart.close()
    store_hotspots(project, found, params, seed=0)
    return found
