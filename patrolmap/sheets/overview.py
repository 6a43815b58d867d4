"""The duty officer's overview: the figures of the shift, who is busy when, and what is not served and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from patrolmap.i18n import tr
from patrolmap.model.schedule import clock
from patrolmap.model.sheet_template import PLAIN_TEMPLATE, SheetTemplate
from patrolmap.sheets.canvas import Align, Box, Canvas, TextStyle
from patrolmap.sheets.content import mark_of, shift_line
from patrolmap.sheets.flow import Flow, Page, paper_of
from patrolmap.sheets.foot import add_feet

if TYPE_CHECKING:
    import datetime as dt

    from patrolmap.model.plan import PatrolPlan, Route, UnmetVisit

__all__ = ["overview_pages"]

_HEAD_MM: Final = 27.0
_PAGE_HEAD_MM: Final = 10.0
_AXIS_MM: Final = 6.0
_TEAM_MM: Final = 6.2
_NAME_MM: Final = 48.0
_FIGURES_MM: Final = 34.0
_STAY_FILL: Final = "#4a4a4a"
_WAY_FILL: Final = "#d4d4d4"

_TITLE: Final = TextStyle(20, bold=True)
_HEAD: Final = TextStyle(11.5)
_SECTION: Final = TextStyle(12.5, bold=True)
_NAME: Final = TextStyle(9.5)
_FIGURE: Final = TextStyle(9.5, align=Align.RIGHT)
_AXIS: Final = TextStyle(8.5, align=Align.CENTRE)
_UNMET: Final = TextStyle(10)
_SMALL_RIGHT: Final = TextStyle(9, align=Align.RIGHT)


@dataclass(frozen=True)
class _TimeAxis:
    """From clock to paper: the hours of the shift on the width between names and figures."""

    start_s: int
    end_s: int
    left_mm: float
    width_mm: float

    def x_mm(self, seconds: float) -> float:
        """Place of a moment on the page."""
        share = (seconds - self.start_s) / max(self.end_s - self.start_s, 1)
        return self.left_mm + min(max(share, 0.0), 1.0) * self.width_mm

    @property
    def hours_s(self) -> range:
        """Full hours of the axis."""
        return range(-(-self.start_s // 3600) * 3600, self.end_s + 1, 3600)


def overview_pages(
    plan: PatrolPlan, printed_at: dt.datetime, measure: Canvas, template: SheetTemplate = PLAIN_TEMPLATE
) -> list[Page]:
    """
    Lay out the overview.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    printed_at : datetime.datetime
        Local time of printing.
    measure : Canvas
        For measuring text.
    template : SheetTemplate, optional
        Paper, head line, mark and telephones.

    Returns
    -------
    list of Page
        Figures and the bars of all teams first, then what is not served.
    """
    title = tr("{district} patrol overview", district=template.office or plan.district)
    flow = Flow(paper_of(template), lambda canvas, box: _page_head(canvas, box, plan, title), _PAGE_HEAD_MM)
    flow.add(_HEAD_MM, lambda canvas, box: _head(canvas, box, plan, title))
    _add_bars(flow, plan)
    if any(route.break_start_s is not None for route in plan.routes):
        flow.add(5.0, _draw_legend)
    flow.space(4.0)
    _add_notices(flow, plan, measure)
    _add_unmet(flow, plan, measure)
    add_feet(flow.pages, plan.plan_id, printed_at.strftime("%Y-%m-%d %H:%M"), mark=mark_of(template))
    return flow.pages


def _head(canvas: Canvas, box: Box, plan: PatrolPlan, title: str) -> None:
    canvas.text(Box(box.x_mm, box.y_mm, box.width_mm, 10), title, _TITLE, middle=True)
    canvas.text(Box(box.x_mm, box.y_mm + 10.5, box.width_mm, 6), shift_line(plan.shift), _HEAD, middle=True)
    busy = [route for route in plan.routes if route.stops]
    served = sum(len(route.stops) for route in busy)
    required = sum(unmet.visit.required for unmet in plan.unmet)
    text = tr(
        "{busy} of {teams} teams out · {served} visits planned · {unmet} not served, {required} of them required · {km} km",
        busy=len(busy),
        teams=len(plan.routes),
        served=served,
        unmet=len(plan.unmet),
        required=required,
        km=f"{sum(route.length_m for route in busy) / 1000:.0f}",
    )
    canvas.text(Box(box.x_mm, box.y_mm + 17, box.width_mm, 6), text, _HEAD, middle=True)


def _page_head(canvas: Canvas, box: Box, plan: PatrolPlan, title: str) -> None:
    line = Box(box.x_mm, box.y_mm, box.width_mm, 6)
    canvas.text(line, title, TextStyle(11, bold=True), middle=True)
    canvas.text(line, shift_line(plan.shift), _SMALL_RIGHT, middle=True)
    canvas.line(box.x_mm, box.y_mm + 7, box.right_mm, box.y_mm + 7, width_mm=0.3)


def _add_bars(flow: Flow, plan: PatrolPlan) -> None:
    inner = flow.paper.inner
    starts = [plan.shift.window.start_s, *(route.depart_s for route in plan.routes if route.stops)]
    ends = [plan.shift.window.end_s, *(route.end_s for route in plan.routes if route.stops)]
    width_mm = inner.width_mm - _NAME_MM - _FIGURES_MM
    axis = _TimeAxis(min(starts), max(ends), inner.x_mm + _NAME_MM, width_mm)
    needs_axis = True
    for route in plan.routes:
        if flow.room_mm < _TEAM_MM + (_AXIS_MM if needs_axis else 0.0):
            flow.new_page()
            needs_axis = True
        if needs_axis:
            flow.add(_AXIS_MM, partial(_draw_axis, axis=axis))
            needs_axis = False
        flow.add(_TEAM_MM, partial(_draw_team, route=route, axis=axis))


def _draw_axis(canvas: Canvas, box: Box, *, axis: _TimeAxis) -> None:
    for seconds in axis.hours_s:
        x_mm = axis.x_mm(seconds)
        canvas.text(Box(x_mm - 8, box.y_mm, 16, 4), clock(seconds), _AXIS, middle=True)
    canvas.line(box.x_mm, box.bottom_mm - 0.4, box.right_mm, box.bottom_mm - 0.4, width_mm=0.3)


def _draw_team(canvas: Canvas, box: Box, *, route: Route, axis: _TimeAxis) -> None:
    name = Box(box.x_mm, box.y_mm, _NAME_MM - 2, box.height_mm)
    canvas.text(name, route.team_name, canvas.fitted(route.team_name, name, _NAME), middle=True)
    for seconds in axis.hours_s:
        canvas.line(axis.x_mm(seconds), box.y_mm, axis.x_mm(seconds), box.bottom_mm, width_mm=0.08)
    if route.stops:
        left_mm, right_mm = axis.x_mm(route.depart_s), axis.x_mm(route.end_s)
        bar = Box(left_mm, box.y_mm + 1.9, right_mm - left_mm, box.height_mm - 3.8)
        canvas.frame(bar, width_mm=0.0, fill=_WAY_FILL)
        for stop in route.stops:
            start_mm, end_mm = axis.x_mm(stop.start_s), axis.x_mm(stop.leave_s)
            stay = Box(start_mm, box.y_mm + 1.1, max(end_mm - start_mm, 0.4), box.height_mm - 2.2)
            canvas.frame(stay, width_mm=0.0, fill=_STAY_FILL)
        if route.break_start_s is not None and route.break_s > 0:
            start_mm, end_mm = axis.x_mm(route.break_start_s), axis.x_mm(route.break_start_s + route.break_s)
            rest = Box(start_mm, box.y_mm + 1.1, max(end_mm - start_mm, 0.4), box.height_mm - 2.2)
            canvas.frame(rest, width_mm=0.2, fill="#ffffff")
        figures = tr("{stops} {stops:stop|stops} · {km} km", stops=len(route.stops), km=f"{route.length_m / 1000:.1f}")
    else:
        figures = tr("nothing planned")
    text = Box(box.right_mm - _FIGURES_MM + 1, box.y_mm, _FIGURES_MM - 1, box.height_mm)
    canvas.text(text, figures, _FIGURE, middle=True)
    canvas.line(box.x_mm, box.bottom_mm, box.right_mm, box.bottom_mm, width_mm=0.08)


def _draw_legend(canvas: Canvas, box: Box) -> None:
    canvas.text(box, tr("Dark: at a stop; grey: on the way; white: break."), _NAME, middle=True)


def _add_notices(flow: Flow, plan: PatrolPlan, measure: Canvas) -> None:
    texts = [tr(notice) for notice in plan.notices]
    heights_mm = [measure.text_height_mm(text, flow.paper.inner.width_mm, _UNMET) + 1.6 for text in texts]
    for place, (text, height_mm) in enumerate(zip(texts, heights_mm, strict=True)):
        if flow.room_mm < height_mm + (8.0 if place == 0 else 0.0):
            flow.new_page()
        if place == 0:
            flow.add(8.0, lambda canvas, box: _section(canvas, box, tr("To be known about this plan")))
        flow.add(height_mm, partial(_draw_notice, text=text))
    if texts:
        flow.space(4.0)


def _draw_notice(canvas: Canvas, box: Box, *, text: str) -> None:
    canvas.text(Box(box.x_mm, box.y_mm + 0.8, box.width_mm, box.height_mm - 0.8), text, _UNMET)


def _add_unmet(flow: Flow, plan: PatrolPlan, measure: Canvas) -> None:
    if not plan.unmet:
        return
    order = sorted(plan.unmet, key=lambda unmet: (not unmet.visit.required, -unmet.visit.prize, unmet.visit.visit_id))
    first_mm = _unmet_height_mm(order[0], flow.paper.inner.width_mm, measure)
    if flow.room_mm < 8.0 + first_mm:
        flow.new_page()
    flow.add(8.0, lambda canvas, box: _section(canvas, box, tr("Not served, and why")))
    for unmet in order:
        height_mm = _unmet_height_mm(unmet, flow.paper.inner.width_mm, measure)
        flow.add(height_mm, partial(_draw_unmet, unmet=unmet))


def _section(canvas: Canvas, box: Box, title: str) -> None:
    canvas.text(Box(box.x_mm, box.y_mm, box.width_mm, 6.5), title, _SECTION, middle=True)


def _unmet_text(unmet: UnmetVisit) -> str:
    parts = [tr(unmet.reason), *([tr(unmet.remedy)] if unmet.remedy else [])]
    return " ".join(parts)


def _unmet_height_mm(unmet: UnmetVisit, width_mm: float, measure: Canvas) -> float:
    name_mm, reason_mm = _unmet_widths_mm(width_mm)
    name = measure.text_height_mm(_unmet_name(unmet), name_mm, _UNMET)
    reason = measure.text_height_mm(_unmet_text(unmet), reason_mm, _UNMET)
    return max(name, reason) + 1.6


def _unmet_widths_mm(width_mm: float) -> tuple[float, float]:
    return 0.36 * width_mm - 3, 0.64 * width_mm


def _unmet_name(unmet: UnmetVisit) -> str:
    return tr("{name} (required)", name=unmet.visit.name) if unmet.visit.required else unmet.visit.name


def _draw_unmet(canvas: Canvas, box: Box, *, unmet: UnmetVisit) -> None:
    name_mm, reason_mm = _unmet_widths_mm(box.width_mm)
    canvas.text(Box(box.x_mm, box.y_mm + 0.8, name_mm, box.height_mm - 0.8), _unmet_name(unmet), _UNMET)
    canvas.text(
        Box(box.right_mm - reason_mm, box.y_mm + 0.8, reason_mm, box.height_mm - 0.8), _unmet_text(unmet), _UNMET
    )
    canvas.line(box.x_mm, box.bottom_mm, box.right_mm, box.bottom_mm, width_mm=0.08)
