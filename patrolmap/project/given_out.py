"""Which plans went out of the office, on paper or as files: their numbers stand where no program can reach them."""

from __future__ import annotations

from patrolmap.messages import N_, Message
from patrolmap.project import journal
from patrolmap.project.replica import Replica

__all__ = ["GivenOut"]


class GivenOut(Replica):
    """An open project that remembers which plans were given out: in its journal, so that no undo forgets it."""

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
