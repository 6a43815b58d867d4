"""`ProjectStore`: an open project with its plans and shifts. Every change is on the disk when the call returns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from patrolmap.messages import N_, Message
from patrolmap.model.edits import Compound, DeleteRows, Edit, InsertRows, UpdateRows
from patrolmap.model.layers import LAYERS
from patrolmap.model.plan_json import shift_from_dict
from patrolmap.model.week import week_from_dict, week_to_dict
from patrolmap.project import journal
from patrolmap.project.event_rows import event_of, event_rows
from patrolmap.project.kept_results import KeptResults
from patrolmap.project.kinds import readable
from patrolmap.project.log_rows import entry_key, entry_of, log_rows
from patrolmap.project.plans import shift_row
from patrolmap.project.roster_rows import attendance_edit, attendance_of, entries_of, roster_edit
from patrolmap.project.rows import read_rows
from patrolmap.project.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pandas as pd

    from patrolmap.model.events import Event
    from patrolmap.model.patrol_log import LogEntry
    from patrolmap.model.roster import Attendance, RosterEntry
    from patrolmap.model.schedule import Shift
    from patrolmap.model.week import WeekPlan

__all__ = ["ProjectStore"]


class ProjectStore(KeptResults):
    """
    An open project. Make one with `create` or `open`; close it, or use it in a ``with`` statement.

    Any thread may call it; calls wait for each other. Layers, edits, undo, settings and the journal are those of
    `patrolmap.project.file.ProjectFile` and `patrolmap.project.edited_file.EditedFile`.

    Parameters
    ----------
    path : Path
        The project file.
    opened : Opened
        Its connection and its lock.
    """

    def table(self, name: str) -> pd.DataFrame:
        """
        Read a table without geometry.

        Parameters
        ----------
        name : str
            One of `patrolmap.project.tables.RECORDS`.

        Returns
        -------
        pandas.DataFrame
            All its columns, indexed by ``fid`` in ascending order.
        """
        with self._reading() as connection:
            return read_rows(connection, TABLES[name].name, None)

    def counts(self) -> dict[str, int]:
        """
        Count the rows of every layer.

        Returns
        -------
        dict of str to int
            In the order of `patrolmap.model.layers.LAYERS`.
        """
        return {name: self.count(name) for name in LAYERS}

    def shifts(self) -> tuple[Shift, ...]:
        """
        Read the shifts.

        Returns
        -------
        tuple of Shift
            By date and start.
        """
        rows = self.table("shifts").to_dict("records")
        with readable(TABLES["shifts"].title):
            found = [shift_from_dict(row) for row in rows]
        return tuple(sorted(found, key=lambda shift: (shift.date, shift.window.start_s, shift.shift_id)))

    def save_shift(self, shift: Shift, *, label: Message | None = None) -> None:
        """
        Keep a shift.

        Parameters
        ----------
        shift : Shift
            The shift; one of the same id is replaced.
        label : Message or None
            What undo and the journal call it; None for a plain text.
        """
        import pandas as pd

        row = shift_row(shift)
        fids = self._fids_where("shifts", "shift_id", shift.shift_id)
        edit = UpdateRows("shifts", row.set_axis(pd.Index(fids, name="fid"))) if fids else InsertRows("shifts", row)
        self.apply(edit, label or Message(N_("Shift {shift} saved"), {"shift": shift.name}))

    def log_entries(self, plan_id: str) -> tuple[LogEntry, ...]:
        """
        Read the patrol log of a plan.

        Parameters
        ----------
        plan_id : str
            Its id.

        Returns
        -------
        tuple of LogEntry
            In the order in which stops were first recorded; empty if there are none.
        """
        rows = self.table("patrol_log")
        with readable(TABLES["patrol_log"].title):
            return tuple(entry_of(row) for row in rows[rows["plan_id"] == plan_id].to_dict("records"))

    def save_log(self, entries: Sequence[LogEntry], *, label: Message, events: Sequence[Event] = ()) -> None:
        """
        Keep entries of the patrol log, and the events they tell of, in one step of undo.

        Parameters
        ----------
        entries : sequence of LogEntry
            At most one a stop; an older entry of the same stop is replaced.
        label : Message
            What undo and the journal call it.
        events : sequence of Event, default ()
            New or changed events.
        """
        import pandas as pd

        rows = log_rows(entries)
        known = self.table("patrol_log").reset_index().set_index("entry_id")["fid"]
        fids = [known.get(entry_key(entry)) for entry in entries]
        old = [fid is not None for fid in fids]
        edits: list[Edit] = []
        if any(old):
            index = pd.Index([int(fid) for fid in fids if fid is not None], name="fid")
            edits.append(UpdateRows("patrol_log", rows[old].set_axis(index)))
        if not all(old):
            edits.append(InsertRows("patrol_log", rows[[not was for was in old]]))
        edits.extend(self._event_edits(events))
        if edits:
            self.apply(Compound(tuple(edits)), label)

    def events(self) -> tuple[Event, ...]:
        """
        Read the events.

        Returns
        -------
        tuple of Event
            In the order in which they were first kept, metric CRS.
        """
        if not self.count("events"):
            return ()
        rows = self.metric_layer("events").to_dict("records")
        with readable(TABLES["events"].title):
            return tuple(event_of(row) for row in rows)

    def save_events(self, events: Sequence[Event], *, label: Message) -> None:
        """
        Keep events, in one step of undo.

        Parameters
        ----------
        events : sequence of Event
            Each id at most once; an older event of the same id is replaced.
        label : Message
            What undo and the journal call it.
        """
        edits = self._event_edits(events)
        if edits:
            self.apply(Compound(tuple(edits)), label)

    def weeks(self) -> tuple[WeekPlan, ...]:
        """
        Read the weeks.

        Returns
        -------
        tuple of WeekPlan
            The one saved last at the end.
        """
        documents = self.table("weeks")["document"]
        with readable(TABLES["weeks"].title):
            return tuple(week_from_dict(json.loads(text)) for text in documents)

    def save_week(self, week: WeekPlan, *, label: Message) -> None:
        """
        Keep a week.

        Parameters
        ----------
        week : WeekPlan
            The week; one of the same id is replaced.
        label : Message
            What undo and the journal call it.
        """
        import pandas as pd

        row = {
            "week_id": week.week_id,
            "first_date": week.nights[0].shift.date.isoformat(),
            "last_date": week.nights[-1].shift.date.isoformat(),
            "computed_at": week.provenance.computed_at,
            "document": json.dumps(week_to_dict(week), ensure_ascii=False, allow_nan=False),
        }
        fids = tuple(self._fids_where("weeks", "week_id", week.week_id))
        edits: list[Edit] = [DeleteRows("weeks", fids)] if fids else []
        self.apply(Compound((*edits, InsertRows("weeks", pd.DataFrame([row])))), label)

    def roster(self) -> tuple[RosterEntry, ...]:
        """
        Read the roster of all teams.

        Returns
        -------
        tuple of RosterEntry
            In the order in which they were first kept; empty if there is none.
        """
        rows = self.table("roster")
        with readable(TABLES["roster"].title):
            return entries_of(rows)

    def save_roster(
        self,
        entries: Sequence[RosterEntry],
        *,
        teams: Collection[str],
        label: Message,
        attendance: Sequence[Attendance] = (),
    ) -> None:
        """
        Exchange the rosters of some teams, in one step of undo.

        Parameters
        ----------
        entries : sequence of RosterEntry
            The new rosters of these teams.
        teams : collection of str
            The teams; who is no longer on their roster is taken out, with all attendance.
        label : Message
            What undo and the journal call it.
        attendance : sequence of Attendance, default ()
            What is said of those who are on the new rosters, in the same step.
        """
        old = self.table("attendance")
        edits = (roster_edit(self.table("roster"), old, entries, teams), attendance_edit(old, attendance))
        parts = tuple(edit for edit in edits if edit is not None)
        if parts:
            self.apply(Compound(parts), label)

    def attendance(self) -> tuple[Attendance, ...]:
        """
        Read who was said to come or not to come.

        Returns
        -------
        tuple of Attendance
            All dates; empty if nothing was said.
        """
        rows = self.table("attendance")
        with readable(TABLES["attendance"].title):
            return attendance_of(rows)

    def save_attendance(self, said: Sequence[Attendance], *, label: Message) -> None:
        """
        Keep who comes and who does not, in one step of undo.

        Parameters
        ----------
        said : sequence of Attendance
            For each person and date what holds now.
        label : Message
            What undo and the journal call it.
        """
        edit = attendance_edit(self.table("attendance"), said)
        if edit is not None:
            self.apply(edit, label)

    def set_layer_style(self, layer: str, *, name: str, qml: str, sld: str = "") -> None:
        """
        Give a layer the style that QGIS shows it with; an older one of the same name is replaced. Not an edit.

        Parameters
        ----------
        layer : str
            One of `patrolmap.model.layers.LAYERS`.
        name : str
            Name of the style, up to 30 characters.
        qml : str
            The style in QGIS's own format.
        sld : str, default ""
            The same as a Styled Layer Descriptor.
        """
        table = LAYERS[layer].name
        with self._changing() as connection:
            connection.execute("DELETE FROM layer_styles WHERE f_table_name = ? AND styleName = ?", (table, name))
            connection.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
                "styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, 'geom', ?, ?, ?, 1, '', '')",
                (table, name, qml, sld),
            )

    def journal(self) -> Iterator[journal.JournalEntry]:
        """
        Read who changed what.

        Yields
        ------
        JournalEntry
            From the first on.
        """
        with self._reading() as connection, readable(N_("The journal")):
            entries = list(journal.read_journal(connection))
        yield from entries

    def journal_state(self) -> tuple[int, str, int | None]:
        """
        Check the chain of the journal.

        Returns
        -------
        int
            Number of entries.
        str
            Hash of the last one.
        int or None
            The first entry that was changed or before which one is missing; None if the chain holds.
        """
        with self._reading() as connection:
            broken = journal.first_broken_entry(connection)
            last = connection.execute("SELECT fid, hash FROM journal ORDER BY fid DESC LIMIT 1").fetchone()
            return (*(last or (0, journal.FIRST_HASH)), broken)

    def has_journal_entry(self, noted_hash: str) -> bool:
        """
        Tell whether an entry that was noted once is still in the journal.

        Parameters
        ----------
        noted_hash : str
            Its hash.

        Returns
        -------
        bool
            False if the journal was cut off before it, or is another one.
        """
        with self._reading() as connection:
            found = connection.execute("SELECT 1 FROM journal WHERE hash = ?", (noted_hash.strip().lower(),)).fetchone()
        return found is not None

    def _event_edits(self, events: Sequence[Event]) -> list[Edit]:
        import pandas as pd

        if not events:
            return []
        rows = event_rows(events, self.frame)
        with self._reading() as connection:
            known = dict(connection.execute('SELECT event_id, "fid" FROM events'))
        old = [event.event_id in known for event in events]
        edits: list[Edit] = []
        if any(old):
            fids = pd.Index([known[event.event_id] for event in events if event.event_id in known], name="fid")
            edits.append(UpdateRows("events", rows[old].set_axis(fids)))
        if not all(old):
            edits.append(InsertRows("events", rows[[not was for was in old]]))
        return edits
