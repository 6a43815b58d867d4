"""What the patrol log knows: the sheet in hand, what is recorded of it, and planned against done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.desktop.core import PROJECT_LANE
from patrolmap.desktop.events import Event
from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.errors import PatrolmapError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.model.patrol_log import LogState, log_numbers
from patrolmap.model.schedule import clock

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.desktop.core import Core
    from patrolmap.model.patrol_log import LogEntry
    from patrolmap.model.plan import PatrolPlan, Route
    from patrolmap.progress import Cancel, Progress
    from patrolmap.services.patrol_log import LogResult, SaidOfStop

__all__ = ["LogPresenter"]

_OWNER: Final = "log"
_STATES: Final = {LogState.DONE: N_("done"), LogState.SKIPPED: N_("skipped")}
_KINDS: Final = {LogState.DONE: "log_done", LogState.SKIPPED: "log_skipped"}


class LogPresenter:
    """
    Records sheets, and compares them with the plan.

    Parameters
    ----------
    core : Core
        Shared parts.

    Attributes
    ----------
    changed : Event
        The sheet in hand, or what is recorded, is another.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self.plan: PatrolPlan | None = None
        self.team_id = ""
        self.code = ""
        self.entries: dict[str, LogEntry] = {}
        self.changed: Event[[]] = Event()
        core.desk.changed.connect(lambda: self.take_plan(core.desk.plan))
        self._read: tuple[int, int] | None = None
        core.session.history_changed.connect(self._follow)
        self.take_plan(core.desk.plan)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Routes that have a sheet."""
        return () if self.plan is None else tuple(route for route in self.plan.routes if route.stops)

    @property
    def route(self) -> Route | None:
        """The sheet in hand; None for none."""
        return next((route for route in self.routes if route.team_id == self.team_id), None)

    def take_plan(self, plan: PatrolPlan | None) -> None:
        """
        Take the sheets of a plan.

        Parameters
        ----------
        plan : PatrolPlan or None
            The plan; None for none.
        """
        self.plan, self.code = plan, ""
        if self.route is None:
            self.team_id = self.routes[0].team_id if self.routes else ""
        self.read()

    def take_team(self, team_id: str) -> None:
        """
        Take the sheet of a team.

        Parameters
        ----------
        team_id : str
            The team.
        """
        self.team_id, self.code = team_id, ""
        self.changed.emit()

    def take_code(self, text: str) -> bool:
        """
        Take the sheet whose code was scanned, or of the team that was typed.

        Parameters
        ----------
        text : str
            As the scanner wrote it, or the id or name of a team.

        Returns
        -------
        bool
            Whether there is such a sheet; if not, a notice says why.
        """
        from patrolmap.sheets.qr import read_code

        typed = [route for route in self.routes if text.strip() in {route.team_id, route.team_name}]
        if typed:
            self.take_team(typed[0].team_id)
            return True
        try:
            code = read_code(text)
            plan = self.plan
            if plan is None or plan.plan_id != code.plan_id:
                plan = self._core.session.project.plan(code.plan_id)
        except PatrolmapError as error:
            self._core.notices.report(error)
            return False
        self.plan, self.team_id, self.code = plan, code.team_id, text
        self.read()
        return True

    def _follow(self) -> None:
        if self._read != self._state:
            self.read()

    @property
    def _state(self) -> tuple[int, int]:
        """What tells whether what is recorded, or the types of events, may be others."""
        session = self._core.session
        return session.version("patrol_log"), session.version("settings")

    def read(self) -> None:
        """Read again what is recorded of the plan, and mark it on the map."""
        self._read = self._state
        is_there = self._core.session.is_open and self.plan is not None
        found = self._core.session.project.log_entries(self.plan.plan_id) if is_there and self.plan else ()
        self.entries = {entry.visit_id: entry for entry in found}
        self._core.scene.set_overlays(_OWNER, self._overlays())
        self.changed.emit()

    def rows(self) -> list[tuple[str, ...]]:
        """
        Write the stops of the sheet in hand as rows.

        Returns
        -------
        list of tuple of str
            Number, planned time, place, state, arrival, what was found.
        """
        titles = dict(self.event_types())
        listed: list[tuple[str, ...]] = []
        for number, stop in enumerate(self.route.stops if self.route else (), start=1):
            entry = self.entries.get(stop.visit.visit_id)
            listed.append(
                (
                    str(number),
                    clock(stop.start_s),
                    stop.visit.name,
                    tr(_STATES[entry.state]) if entry else "–",
                    f"{entry.arrived:%H:%M}" if entry and entry.arrived else "",
                    " ".join(filter(None, (titles.get(entry.event, entry.event), entry.reason, entry.note)))
                    if entry
                    else "",
                )
            )
        return listed

    def event_types(self) -> list[tuple[str, str]]:
        """
        List what a patrol may find.

        Returns
        -------
        list of tuple of str
            Key and title in the current language; none without a project.
        """
        from patrolmap.services.event_types import event_types, type_title

        if not self._core.session.is_open:
            return []
        types = event_types(self._core.session.project)
        return [(key, type_title(types, key)) for key in types]

    def numbers(self) -> tuple[str, ...]:
        """
        Compare planned and done, of the team and of all.

        Returns
        -------
        tuple of str
            A line each; none without a plan.
        """
        if self.plan is None or self.route is None:
            return ()
        team = log_numbers(self.plan, self.entries.values(), self.route.team_id)
        whole = log_numbers(self.plan, self.entries.values())
        lines = []
        for name, found in ((self.route.team_name, team), (tr("All teams"), whole)):
            words = N_("{name}: {done} of {planned} stops done ({share}), {skipped} skipped, {open} open")
            if found.stays or found.arrivals:
                words = N_(
                    "{name}: {done} of {planned} stops done ({share}), {skipped} skipped, {open} open; stayed long enough {stays} of {known_stays}; punctual {punctual} of {known}"
                )
            lines.append(
                tr(
                    words,
                    name=name,
                    done=found.done,
                    planned=found.planned,
                    share=f"{found.coverage or 0:.0%}",
                    skipped=found.skipped,
                    open=found.open,
                    stays=found.stays_reached,
                    known_stays=found.stays,
                    punctual=found.punctual,
                    known=found.arrivals,
                )
            )
        return tuple(lines)

    def record(self, done: str, skipped: str, reason: str = "") -> bool:
        """
        Record the sheet in hand by its numbers.

        Parameters
        ----------
        done, skipped : str
            Numbers such as ``1-4 6``, or ``all``; empty for none.
        reason : str, default ""
            Why the others were skipped.

        Returns
        -------
        bool
            Whether all was recorded; if not, a notice says what was not.
        """
        from patrolmap.services.patrol_log import SaidOfStop, said_numbers

        said = ((done, SaidOfStop(LogState.DONE)), (skipped, SaidOfStop(LogState.SKIPPED, reason=reason)))
        # Both are tried, so that a slip in one does not lose the other.
        recorded = [self._record(said_numbers(text), words) for text, words in said if text.strip()]
        return bool(recorded) and all(recorded)

    def record_one(self, number: int, said: SaidOfStop) -> bool:
        """
        Record one stop of the sheet in hand.

        Parameters
        ----------
        number : int
            As on the paper.
        said : SaidOfStop
            What was done.

        Returns
        -------
        bool
            Whether it was recorded; if not, a notice says why.
        """
        return self._record([str(number)], said)

    def record_file(self, path: Path) -> None:
        """
        Record a filled form, or the track of the team in hand.

        Parameters
        ----------
        path : Path
            A workbook or CSV file; or GPX.
        """
        from patrolmap.services.log_form import record_form
        from patrolmap.services.log_track import record_track

        project, plan, team_id = self._core.session.project, self.plan, self.team_id

        def work(_progress: Progress, cancel: Cancel) -> LogResult:
            if path.suffix.lower() == ".gpx" and plan is not None:
                return record_track(project, plan, team_id, path)
            return record_form(project, path, cancel=cancel)

        label = Message(N_("Reading {name}"), {"name": path.name})
        report = self._core.notices.report
        self._core.jobs.start(label, work, on_done=self._tell, on_failed=report, lane=PROJECT_LANE)

    def _record(self, stops: list[str], said: SaidOfStop) -> bool:
        from patrolmap.services.patrol_log import record_code, record_stops

        if self.plan is None or self.route is None:
            return False
        project = self._core.session.project
        try:
            if self.code:
                result = record_code(project, self.code, stops, said)
            else:
                result = record_stops(project, self.plan, self.team_id, stops, said)
        except PatrolmapError as error:
            self._core.notices.report(error)
            return False
        self._tell(result)
        return not result.refused

    def _tell(self, result: LogResult) -> None:
        self._core.session.refresh()
        self.read()
        words = Message(N_("{count} {count:stop|stops} logged"), {"count": len(result.entries)})
        if result.refused:
            number, why = result.refused[0]
            values = {"count": len(result.entries), "refused": len(result.refused), "number": number, "why": tr(why)}
            words = Message(N_("{count} {count:stop|stops} logged, {refused} not; {number}: {why}"), values)
        self._core.notices.say(words, NoticeLevel.WARNING if result.refused else NoticeLevel.DONE)

    def _overlays(self) -> list[Overlay]:
        if self.plan is None or not self.entries:
            return []
        made = []
        for route in self.routes:
            if not any(stop.visit.visit_id in self.entries for stop in route.stops):
                continue  # hundreds of marks for sheets that have not come back yet would hide those that have
            for number, stop in enumerate(route.stops, start=1):
                entry = self.entries.get(stop.visit.visit_id)
                state = tr(_STATES[entry.state]) if entry else tr("not recorded yet")
                words = f"{route.team_name} {number} · {stop.visit.name} · {state}"
                made.append(Overlay(_KINDS[entry.state] if entry else "log_open", stop.visit.point, "", words))
        return made
