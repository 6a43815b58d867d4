"""The code on a sheet: which plan, which team, which stops. Read back when the sheet is logged."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import segno

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from patrolmap.model.plan import PatrolPlan, Route

__all__ = ["SheetCode", "modules_of", "read_code", "sheet_code"]

_MARK: Final = "PATROLMAP1"
_SEPARATOR: Final = "|"
_KIND: Final[dict[str, Any]] = {
    "error": "m", "mode": "byte", "encoding": "utf-8", "micro": False, "boost_error": False,
}  # fmt: skip
_FINDER: Final = np.array([1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0], dtype=bool)


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
        As a scanner gives it; one that types like a keyboard may meet full-width letters or Caps Lock.

    Returns
    -------
    SheetCode
        What it says.

    Raises
    ------
    InputError
        If it is no code of a patrol sheet.
    """
    plain = text.strip("\ufeff \t\r\n")
    if not plain.startswith(_MARK):
        plain = unicodedata.normalize("NFKC", plain)
        plain = plain.swapcase() if plain.startswith(_MARK.swapcase()) else plain
    parts = plain.split(_SEPARATOR)
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
    symbol = segno.make(code.text, mask=0, **_KIND)
    plain = np.array(symbol.matrix, dtype=bool)
    masked = plain ^ _masks(int(symbol.version))
    best = masked[int(np.argmin(_penalties(masked)))]
    return tuple(tuple(row) for row in best.tolist())


@cache
def _masks(version: int) -> NDArray[np.bool_]:
    """Give what turns a symbol with mask 0 into the one with each mask; it depends on the version alone. (8, n, n)."""
    symbols = [segno.make("0", version=version, mask=mask, **_KIND).matrix for mask in range(8)]
    made = np.array(symbols, dtype=bool)
    return np.asarray(made ^ made[0], dtype=bool)


def _penalties(symbols: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Rate symbols by ISO/IEC 18004, 7.8.3: long runs, squares of four, what looks like a finder, too dark or light."""
    total = np.zeros(len(symbols))
    for rows in (symbols, symbols.transpose(0, 2, 1)):
        five = _windows(rows, 5)
        run = np.asarray(five.all(axis=3) | ~five.any(axis=3), dtype=np.int8)
        begins = run[:, :, 0].sum(axis=1) + ((run[:, :, 1:] - run[:, :, :-1]) == 1).sum(axis=(1, 2))
        total += run.sum(axis=(1, 2)) + 2.0 * begins
        eleven = _windows(rows, 11)
        total += 40.0 * sum((eleven == finder).all(axis=3).sum(axis=(1, 2)) for finder in (_FINDER, _FINDER[::-1]))
    four = symbols[:, 1:, 1:].astype(np.int8) + symbols[:, 1:, :-1] + symbols[:, :-1, 1:] + symbols[:, :-1, :-1]
    total += 3.0 * ((four == 0) | (four == 4)).sum(axis=(1, 2))
    total += 10.0 * np.floor(np.abs(symbols.mean(axis=(1, 2)) - 0.5) * 20)
    return total


def _windows(rows: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    return np.lib.stride_tricks.sliding_window_view(rows, length, axis=2)


def _escaped(part: str) -> str:
    return part.replace("%", "%25").replace(_SEPARATOR, "%7C")


def _unescaped(part: str) -> str:
    return part.replace("%7C", _SEPARATOR).replace("%25", "%")
