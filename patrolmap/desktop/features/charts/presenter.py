"""What the charts dock knows: the figures of the project's incidents, and which hour the map is held to."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from patrolmap.desktop.events import Event
from patrolmap.desktop.features.charts.change_figure import ChangeFigure
from patrolmap.desktop.features.charts.figures import BarFigure, Curve, CurveFigure, HeatFigure, TrendFigure
from patrolmap.desktop.map.scene import Overlay
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import shapely

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.charts.figures import Figure
    from patrolmap.project.store import ProjectStore
    from patrolmap.services.incident_views import ChangeRow, TimeCharts

__all__ = ["CHARTS", "ChartsPresenter"]

CHARTS: Final = {
    "hours": N_("Hour by weekday"),
    "trend": N_("Trend"),
    "categories": N_("By category"),
    "change": N_("Change by category"),
    "cells": N_("Rates by grid cell"),
    "accuracy": N_("How well hotspots predicted"),
}
"""Ids and titles."""

_CELLS: Final = "grid rates"


@dataclass(frozen=True)
class _Cell:
    """A grid cell with its steadied rate per 1,000 households."""

    name: str
    value: float
    incidents: float
    shape: shapely.Geometry


@dataclass(frozen=True)
class _Computed:
    """What the worker brings back."""

    charts: TimeCharts
    change: tuple[ChangeRow, ...]
    cells: tuple[_Cell, ...]


class ChartsPresenter:
    """
    Computes the figures in the background, once they are looked at and again when the incidents are others.

    Parameters
    ----------
    core : Core
        Shared parts.

    Attributes
    ----------
    changed : Event
        A figure is another.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._is_stale, self._is_awake = True, False
        self._generation = 0
        self._cells: tuple[Overlay, ...] = ()
        self.figures: dict[str, Figure] = {}
        self.changed: Event[[]] = Event()
        core.cache.loaded.connect(self._on_loaded)
        core.session.closed.connect(self._forget)

    @property
    def picked(self) -> tuple[int, int] | None:
        """Weekday and hour that the map is held to; None if it shows all."""
        figure = self.figures.get("hours")
        return figure.picked if isinstance(figure, HeatFigure) else None

    def wake(self) -> None:
        """Compute what is out of date: somebody looks."""
        self._is_awake = True
        if self._is_stale and self._core.cache.count("incidents"):
            self._is_stale = False
            self._generation += 1
            project, generation = self._core.session.project, self._generation
            self._core.jobs.quick(lambda: _compute(project), lambda charts: self._take(charts, generation))

    def sleep(self) -> None:
        """Compute nothing until somebody looks again."""
        self._is_awake = False

    def move(self, day: int, hour: int) -> None:
        """
        Put the keyboard on a cell.

        Parameters
        ----------
        day : int
            0 Monday to 6 Sunday.
        hour : int
            0 to 23.
        """
        figure = self.figures.get("hours")
        if isinstance(figure, HeatFigure):
            self.figures["hours"] = replace(figure, current=(day % 7, hour % 24))
            self.changed.emit()

    def show_cells(self, *, wanted: bool) -> None:
        """
        Colour the grid cells on the map by their steadied rates, or stop.

        Parameters
        ----------
        wanted : bool
            Whether to colour them.
        """
        shown = self._cells if wanted else ()
        self._core.scene.set_overlays(_CELLS, shown)

    def pick(self, cell: tuple[int, int] | None) -> None:
        """
        Hold the map to the incidents of one hour of the week.

        Parameters
        ----------
        cell : tuple of int or None
            Weekday and hour; None, or the cell that is held already, shows all again.
        """
        figure = self.figures.get("hours")
        if not isinstance(figure, HeatFigure):
            return
        wish = None if cell == figure.picked else cell
        self.figures["hours"] = replace(figure, picked=wish, current=cell or figure.current)
        self.changed.emit()
        if wish is None:
            self._core.scene.keep("incidents", None)
            return
        self._core.board.set_visible("incidents", True)
        project = self._core.session.project
        self._core.jobs.quick(
            lambda: _fids(project, wish),
            lambda fids: self._core.scene.keep("incidents", fids) if self.picked == wish else None,
        )

    def _take(self, found: _Computed | None, generation: int) -> None:
        if generation != self._generation:
            return
        if found is not None:
            self.figures |= {
                "hours": HeatFigure(found.charts.hours, picked=self.picked),
                "trend": TrendFigure(found.charts.months),
                "categories": BarFigure(found.charts.categories),
                "change": ChangeFigure(found.change),
            }
            if found.cells:
                ranked = sorted(found.cells, key=lambda one: -one.value)
                self.figures["cells"] = BarFigure(tuple((one.name, one.value) for one in ranked), decimals=1)
            self._cells = _overlays(found.cells)
        self.changed.emit()

    def _on_loaded(self, name: str) -> None:
        if name == "incidents":
            self._is_stale = True
            if self._is_awake:
                self.wake()
        elif name == "hotspots":
            self.figures.pop("accuracy", None)
            curves = _curves(self._core.cache["hotspots"])
            if curves:
                self.figures["accuracy"] = CurveFigure(curves)
            self.changed.emit()

    def _forget(self) -> None:
        self._generation += 1
        self._is_stale = True
        self.figures, self._cells = {}, ()
        self.changed.emit()


def _compute(project: ProjectStore) -> _Computed | None:
    from patrolmap.services.incident_views import time_charts  # noqa: PLC0415 - loaded by the worker that needs it

    try:
        charts = time_charts(project)
    except InputError:
        return None  # no area yet, or nothing in it: the dock says that there is nothing to draw
    return _Computed(charts, _change(project), _cells(project))


def _change(project: ProjectStore) -> tuple[ChangeRow, ...]:
    """Compare the last four weeks with the four before, by category."""
    from patrolmap.hotspots.incidents import IncidentFilter  # noqa: PLC0415 - as above
    from patrolmap.services.incident_views import change_of  # noqa: PLC0415 - as above

    last = pd.to_datetime(project.layer("incidents")["time_from"], errors="coerce", format="ISO8601").max()
    period = IncidentFilter(date_from=(last - pd.Timedelta(days=27)).date(), date_to=last.date())
    return change_of(project, period, "category")


def _cells(project: ProjectStore) -> tuple[_Cell, ...]:
    """Rates of the communities, or of the finest level there is; none without cells."""
    from patrolmap.services.incident_views import grid_rates  # noqa: PLC0415 - as above

    layer = project.metric_layer("grid_cells")
    levels = set(layer["level"].dropna().astype(str))
    for level in ("community", "basic", "street", "subcell", "district"):
        if level in levels:
            view = grid_rates(project, None, level)
            shapes = dict(zip(layer["cell_id"].astype(str), layer.geometry, strict=True))
            return tuple(
                _Cell(one.name or one.cell_id, one.shrunken_per_1000, one.incidents, shapes[one.cell_id])
                for one in view.cells
                if one.shrunken_per_1000 is not None
            )
    return ()


def _overlays(cells: tuple[_Cell, ...]) -> tuple[Overlay, ...]:
    """Three thirds of the cells, the highest first, each with its figures."""
    if not cells:
        return ()
    ranks = np.argsort(np.argsort([-one.value for one in cells], kind="stable"), kind="stable") * 3 // len(cells)
    return tuple(
        Overlay(
            "block",
            one.shape,
            "",
            tr(
                "{name}: {count} incidents, {rate} per 1,000 households",
                name=one.name,
                count=f"{one.incidents:g}",
                rate=f"{one.value:.1f}",
            ),
            int(rank),
        )
        for one, rank in zip(cells, ranks, strict=True)
    )


def _fids(project: ProjectStore, cell: tuple[int, int]) -> tuple[int, ...]:
    from patrolmap.services.incident_views import incidents_at_hour  # noqa: PLC0415 - as above

    return incidents_at_hour(project, *cell)


def _curves(frame: Any) -> tuple[Curve, ...]:
    """Read the back-test that the hotspots carry."""
    if frame is None or frame.empty or not frame["provenance"].iloc[0]:
        return ()
    record = json.loads(frame["provenance"].iloc[0])
    table = record.get("backtest")
    if not table:
        return ()
    found: dict[str, list[tuple[float, float, float, float, float]]] = {}
    for row in table["rows"]:
        values = tuple(row[name] for name in ("area_share", "pai", "pai_low", "pai_high", "hit_rate"))
        if all(value is not None and value == value for value in values):  # noqa: PLR0124 - NaN differs from itself
            found.setdefault(row["method"], []).append(values)
    names = sorted(found, key=lambda name: name != record["method"])
    return tuple(Curve(name, tuple(sorted(found[name]))) for name in names)
