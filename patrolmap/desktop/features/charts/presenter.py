"""What the charts dock knows: the figures of the project's incidents, and which hour the map is held to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap.desktop.events import Event
from patrolmap.desktop.features.charts.change_figure import ChangeFigure
from patrolmap.desktop.features.charts.computing import (
    LEVELS,
    CellRates,
    ChangeTable,
    cell_overlays,
    compute,
    compute_displacement,
    compute_near_repeat,
    incident_rows,
)
from patrolmap.desktop.features.charts.figures import BarFigure, Curve, CurveFigure, HeatFigure, TrendFigure
from patrolmap.desktop.features.charts.pattern_figures import DisplacementFigure, NearRepeatFigure
from patrolmap.desktop.session import Selection
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.charts.computing import Computed
    from patrolmap.desktop.features.charts.figures import Figure
    from patrolmap.desktop.incident_choice import ChosenIncidents
    from patrolmap.desktop.map.scene import Overlay
    from patrolmap.hotspots.time_charts import MonthCount
    from patrolmap.services.incident_views import TimeCharts

__all__ = ["CHARTS", "ChartsPresenter"]

CHARTS: Final = {
    "hours": N_("Hour by weekday"),
    "trend": N_("Trend"),
    "categories": N_("By category"),
    "change": N_("Change between periods"),
    "cells": N_("Rates by grid cell"),
    "near": N_("Near repeats"),
    "displacement": N_("What patrols did"),
    "accuracy": N_("How well hotspots predicted"),
}
"""Ids and titles."""

_BEGUN: Final = 20
"""A month with less than this part of a usual one has only begun."""
_CELLS: Final = "grid rates"


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
        self._wants_near = False
        self.level, self.goal_percent = LEVELS[0], 70
        self.change: ChangeTable | None = None
        self.change_by, self.is_year_on_year = "category", False
        self.rates = CellRates()
        self.patrolled: tuple[str, ...] = ()
        self.control: tuple[str, ...] = ()
        self.figures: dict[str, Figure] = {}
        self.changed: Event[[]] = Event()
        core.cache.loaded.connect(self._on_loaded)
        core.choice.changed.connect(self._choice_changed)
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
            project, generation, level = self._core.session.project, self._generation, self.level
            chosen, by = self._core.choice.now, self.change_by
            self._core.jobs.quick(
                lambda: compute(project, chosen, level, by), lambda charts: self._take(charts, generation)
            )
            if self._wants_near:
                self._ask_near()

    def want_near(self) -> None:
        """Test for near repeats: somebody looks at their chart."""
        self._wants_near = True
        if "near" not in self.figures and self._core.cache.count("incidents") and not self._is_stale:
            self._ask_near()

    def set_level(self, level: str) -> None:
        """
        Show the cells of another level.

        Parameters
        ----------
        level : str
            One of `LEVELS`.
        """
        if level != self.level:
            self.level = level
            self._choice_changed()

    def set_change(self, by: str, *, is_year: bool) -> None:
        """
        Show another comparison.

        Parameters
        ----------
        by : str
            What it is divided by: ``category``, ``ring`` or a level of the grid.
        is_year : bool
            Whether against the same days of the year before, not against the period before.
        """
        is_other, self.change_by, self.is_year_on_year = by != self.change_by, by, is_year
        if is_other:
            self._choice_changed()
        elif self.change is not None:
            self.figures["change"] = self._change_figure(self.change)
            self.changed.emit()

    def choose_part(self, part: str) -> None:
        """
        Select a part of the change on the map: a ring or a grid cell; a category has no place.

        Parameters
        ----------
        part : str
            Its id.
        """
        if self.change is None or self.change.by == "category":
            return
        layer, column = ("rings", "kind") if self.change.by == "ring" else ("grid_cells", "cell_id")
        frame = self._core.cache[layer]
        fids = () if frame is None else tuple(int(fid) for fid in frame.index[frame[column].astype(str) == part])
        if fids:
            self._core.board.set_visible(layer, True)
            self._core.session.select(Selection(layer, fids))
            self._core.scene.show(self._core.scene.selected_geometries(), margin_m=300.0)

    def use_selected(self, *, as_control: bool) -> None:
        """
        Take the grid cells that are selected, and compare once there are patrolled ones and others.

        Parameters
        ----------
        as_control : bool
            Whether they are the ones without patrols.
        """
        selection, frame = self._core.session.selection, self._core.cache["grid_cells"]
        if selection.layer != "grid_cells" or not selection.fids or frame is None:
            self._core.notices.say(Message(N_("Select grid cells first, on the map or in their table.")))
            return
        ids = tuple(frame.loc[list(selection.fids), "cell_id"].astype(str))
        if as_control:
            self.control = ids
        else:
            self.patrolled = ids
        self._ask_displacement()
        self.changed.emit()

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
        self._hold_map(wish)

    def _hold_map(self, wish: tuple[int, int]) -> None:
        """Show only the chosen incidents of one hour of the week."""
        project, chosen = self._core.session.project, self._core.choice.now
        self._core.jobs.quick(
            lambda: incident_rows(project, chosen, wish),
            lambda fids: self._core.scene.keep("incidents", fids) if self._is_held(wish, chosen) else None,
        )

    def _is_held(self, wish: tuple[int, int], chosen: ChosenIncidents) -> bool:
        """Whether an answer is still the one that is asked for."""
        return self.picked == wish and self._core.choice.now == chosen

    def _change_figure(self, table: ChangeTable) -> ChangeFigure:
        return ChangeFigure(table.rows, table.names, self.is_year_on_year)

    def _take(self, found: Computed | None, generation: int) -> None:
        if generation != self._generation:
            return
        if found is not None:
            self.figures |= {
                "hours": HeatFigure(found.charts.hours, picked=self.picked),
                "trend": TrendFigure(_told(found.charts.months)),
                "categories": _by_category(found.charts),
                "change": self._change_figure(found.change),
            }
            self.change, self.change_by = found.change, found.change.by
            if self.picked is not None:
                self._hold_map(self.picked)
            self.rates = found.rates
            self.figures.pop("cells", None)
            if found.rates.cells:
                ranked = sorted(found.rates.cells, key=lambda one: -one.value)
                self.figures["cells"] = BarFigure(tuple((one.name, one.value) for one in ranked), decimals=1)
            self._cells = cell_overlays(found.rates.cells)
        else:
            self._drop()
        self.changed.emit()

    def _ask_near(self) -> None:
        project, chosen, generation = self._core.session.project, self._core.choice.now, self._generation
        self.figures.pop("near", None)
        self._core.jobs.quick(
            lambda: compute_near_repeat(project, chosen, lambda: self._generation != generation),
            lambda knox: self._put("near", None if knox is None else NearRepeatFigure(knox), generation),
        )

    def _ask_displacement(self) -> None:
        self.figures.pop("displacement", None)
        if not (self.patrolled and self.control):
            return
        project, chosen, generation = self._core.session.project, self._core.choice.now, self._generation
        patrolled, control = self.patrolled, self.control
        self._core.jobs.quick(
            lambda: compute_displacement(project, chosen, patrolled, control),
            lambda found: self._put("displacement", DisplacementFigure(found), generation),
        )

    def _put(self, name: str, figure: Figure | None, generation: int) -> None:
        if figure is not None and generation == self._generation:
            self.figures[name] = figure
            self.changed.emit()

    def _drop(self) -> None:
        if self.picked is not None:
            self._core.scene.keep("incidents", None)
        self.figures = {name: figure for name, figure in self.figures.items() if name == "accuracy"}
        self.rates, self._cells, self.change = CellRates(), (), None

    def _choice_changed(self) -> None:
        """Count anew: other incidents, or other cells, are asked for."""
        self._is_stale = True
        if self._core.session.is_open and self._is_awake:
            self.wake()
            self._ask_displacement()

    def _on_loaded(self, name: str) -> None:
        if name in {"incidents", "grid_cells", "rings", "boundary"}:
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
        self.figures, self._cells, self.rates, self.change = {}, (), CellRates(), None
        self.patrolled = self.control = ()
        self.changed.emit()


def _by_category(charts: TimeCharts) -> BarFigure:
    """Show each category, and below them what is in none, so that the bars sum up to all incidents."""
    nameless = [(N_("No category"), count) for name, count in charts.categories if not name]
    rest = (*nameless, *((why, float(count)) for why, count in charts.left_out))
    return BarFigure((*(one for one in charts.categories if one[0]), *rest), rest=len(rest))


def _told(months: tuple[MonthCount, ...]) -> tuple[MonthCount, ...]:
    """Leave out months at the end that have only begun: with next to no incident they would look like a fall to nothing."""
    whole = [month.count for month in months if month.complete]
    least = sum(whole) / len(whole) / _BEGUN if whole else 1
    last = len(months)
    while last > 1 and not months[last - 1].complete and months[last - 1].count < max(least, 1):
        last -= 1
    return months[:last]


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
