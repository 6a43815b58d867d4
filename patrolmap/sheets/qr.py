"""The code on a sheet: which plan, which team, which stops. Read back when the sheet is logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import segno

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.model.plan import PatrolPlan, Route

__all__ = ["SheetCode", "modules_of", "read_code", "sheet_code"]

_MARK: Final = "PATROLMAP1"
_SEPARATOR: Final = "|"


@dataclass(frozen=True)
class SheetCode:
    """
    What the code on a sheet says.

    Parameters
    ----------
    plan_id, team_id : str
        Which route.
    visit_ids : tuple of str
        Its stops in order.
    """

    plan_id: str
    team_id: str
    visit_ids: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text in the code."""
        return _SEPARATOR.join((_MARK, *(_escaped(part) for part in (self.plan_id, self.team_id, *self.visit_ids))))


def sheet_code(plan: PatrolPlan, route: Route) -> SheetCode:
    """
    Make the code of a route.

    Parameters
    ----------
    plan : PatrolPlan
        The plan.
    route : Route
        One of its routes.

    Returns
    -------
    SheetCode
        The code.
    """
    return SheetCode(plan.plan_id, route.team_id, tuple(stop.visit.visit_id for stop in route.stops))


def read_code(text: str) -> SheetCode:
    """
    Read the text of a scanned code.

    Parameters
    ----------
    text : str
        As a scanner gives it.

    Returns
    -------
    SheetCode
        What it says.

    Raises
    ------
    InputError
        If it is no code of a patrol sheet.
    """
    parts = text.strip().split(_SEPARATOR)
    if len(parts) < 3 or parts[0] != _MARK:
        raise InputError(
            N_("This code is not from a patrol sheet."), remedy=N_("Scan the square code in the corner of the sheet.")
        )
    plan_id, team_id, *visit_ids = (_unescaped(part) for part in parts[1:])
    return SheetCode(plan_id, team_id, tuple(visit_ids))


def modules_of(code: SheetCode) -> Sequence[Sequence[bool]]:
    """
    Turn a code into its dark and light squares.

    Parameters
    ----------
    code : SheetCode
        The code.

    Returns
    -------
    sequence of sequence of bool
        Rows of a QR code with error correction M and no quiet zone; True is dark.
    """
    symbol = segno.make(code.text, error="m", mode="byte", encoding="utf-8", micro=False, boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in symbol.matrix)


def _escaped(part: str) -> str:
    return part.replace("%", "%25").replace(_SEPARATOR, "%7C")


def _unescaped(part: str) -> str:
    return part.replace("%7C", _SEPARATOR).replace("%25", "%")
