"""The plans of an open project: kept, read, taken out; and which of them went out of the office, on paper or as files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from patrolmap.errors import DamagedProjectError, InputError
from patrolmap.messages import N_, Message
from patrolmap.model.edits import Compound, DeleteRows, Edit, InsertRows
from patrolmap.model.plan_json import from_dict
from patrolmap.project import journal
from patrolmap.project.kinds import UNREADABLE
from patrolmap.project.plans import plan_row, route_rows, stop_rows
from patrolmap.project.replica import Replica

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.plan import PatrolPlan

__all__ = ["KeptPlans"]


class KeptPlans(Replica):
    """
    An open project with its plans; parameters as those of `patrolmap.project.file.ProjectFile`.

    Which plans were given out stands in its journal, so that no undo forgets it.
    """

    def save_plan(self, plan: PatrolPlan, *, label: Message, replaces: str | None = None) -> None:
        """
        Keep a plan, and write its routes and stops into the layers of these names.

        Parameters
        ----------
        plan : PatrolPlan
            The plan; one of the same id is replaced.
        label : Message
            What undo and the journal call it.
        replaces : str or None
            Id of an earlier state of the plan that goes in the same step; None for none.
        """
        edits: list[Edit] = [*self._plan_removal(plan.plan_id)]
        if replaces is not None and replaces != plan.plan_id:
            edits += self._plan_removal(replaces)
        edits.append(InsertRows("plans", plan_row(plan)))
        edits.append(InsertRows("routes", route_rows(plan, self.frame)))
        edits.append(InsertRows("stops", stop_rows(plan, self.frame)))
        self.apply(Compound(tuple(edits)), label)

    def plan(self, plan_id: str) -> PatrolPlan:
        """
        Read a plan.

        Parameters
        ----------
        plan_id : str
            Its id.

        Returns
        -------
        PatrolPlan
            Equal to the one that was saved.

        Raises
        ------
        InputError
            If there is none of this id.
        DamagedProjectError
            If what is kept of it is no plan.
        """
        with self._reading() as connection:
            found = connection.execute("SELECT document FROM plans WHERE plan_id = ?", (plan_id,)).fetchone()
        if found is None:
            raise _no_plan(plan_id, self.plan_ids())
        try:
            return from_dict(json.loads(found[0]))
        except UNREADABLE as error:
            raise DamagedProjectError(
                N_("Plan {plan} cannot be read: {reason}"),
                remedy=N_("Take the latest backup, or delete the plan and make it anew."),
                plan=plan_id,
                reason=f"{type(error).__name__}: {error}",
            ) from error

    def plan_ids(self) -> tuple[str, ...]:
        """
        List the plans.

        Returns
        -------
        tuple of str
            Their ids, the one saved last at the end.
        """
        with self._reading() as connection:
            return tuple(plan_id for (plan_id,) in connection.execute('SELECT plan_id FROM plans ORDER BY "fid"'))

    def latest_plan(self) -> PatrolPlan | None:
        """
        Read the plan that was saved last.

        Returns
        -------
        PatrolPlan or None
            None if there is no plan yet.
        """
        ids = self.plan_ids()
        return self.plan(ids[-1]) if ids else None

    def delete_plan(self, plan_id: str, *, label: Message | None = None) -> None:
        """
        Take a plan out, with its routes and stops.

        Parameters
        ----------
        plan_id : str
            Its id.
        label : Message or None
            What undo and the journal call it; None for a plain text.

        Raises
        ------
        InputError
            If there is none of this id.
        """
        removal = self._plan_removal(plan_id)
        if not removal:
            raise _no_plan(plan_id, self.plan_ids())
        self.apply(Compound(removal), label or Message(N_("Plan {plan} deleted"), {"plan": plan_id}))

    def give_out(self, plan_id: str) -> None:
        """
        Note that a plan is printed or exported. A second time, or in a project that is read-only, nothing is written.

        Parameters
        ----------
        plan_id : str
            Its id.
        """
        if self.read_only or self.is_given_out(plan_id):
            return
        label = Message(N_("Plan {plan} printed or exported"), {"plan": plan_id})
        with self._changing() as connection:
            journal.append(connection, "given_out", label, {"plan_id": plan_id})

    def is_given_out(self, plan_id: str) -> bool:
        """
        Tell whether a plan was ever printed or exported.

        Parameters
        ----------
        plan_id : str
            Its id.

        Returns
        -------
        bool
            As this file's journal has it.
        """
        with self._reading() as connection:
            found = connection.execute(
                "SELECT 1 FROM journal WHERE kind = 'given_out' AND json_extract(summary, '$.plan_id') = ? LIMIT 1",
                (plan_id,),
            ).fetchone()
        return found is not None

    def _fids_where(self, name: str, column: str, value: str) -> list[int]:
        with self._reading() as connection:
            found = connection.execute(f'SELECT "fid" FROM "{name}" WHERE "{column}" = ?', (value,))
            return [fid for (fid,) in found]

    def _plan_removal(self, plan_id: str) -> tuple[DeleteRows, ...]:
        tables = {name: tuple(self._fids_where(name, "plan_id", plan_id)) for name in ("plans", "routes", "stops")}
        return tuple(DeleteRows(name, fids) for name, fids in tables.items() if fids)


def _no_plan(plan_id: str, known: Sequence[str]) -> InputError:
    return InputError(
        N_("There is no plan {plan}."),
        why=N_("Plans in this project: {known}."),
        remedy=N_("Name one of these, or make a plan first."),
        plan=plan_id,
        known=list(known),
    )
