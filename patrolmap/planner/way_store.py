"""Ways of a large district, each measured once: written to a folder that all processes of a search read.

Parts of a later round hold places of several earlier parts. So the searches for a part's ways note the times to the
places around it as well; a part cut elsewhere then finds nearly all its ways there.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.planner.ways import whole_seconds, within
from patrolmap.streets.matrix import travel_rows

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from patrolmap.model.kinds import TravelMode
    from patrolmap.progress import Cancel, Progress
    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

    Rows = NDArray[np.intp]

__all__ = ["WayStore"]

_NO_WAY: Final = 2**32 - 1
_AROUND: Final = 0.75
"""How far around a part times are noted, as a share of its diagonal."""


@dataclass(frozen=True, eq=False)
class _Block:
    """Times from some places to others, as they lie in a file."""

    path: Path
    sources: Rows
    targets: Rows

    def known(self, rows: Rows) -> tuple[Rows, Rows, Rows, Rows]:
        """Say which of the places are sources and targets here, by position there and here."""
        from_there, from_here = _positions(self.sources, rows)
        to_there, to_here = _positions(self.targets, rows)
        return from_there, from_here, to_there, to_here


class WayStore:
    """
    The ways between the places of a district.

    Parameters
    ----------
    folder : Path
        Where the times are kept; the caller removes it.
    xy : numpy.ndarray of float64, shape (places, 2)
        All places of the district, metres.
    """

    def __init__(self, folder: Path, xy: NDArray[np.float64]) -> None:
        self._folder, self._xy = folder, xy
        self._blocks: dict[str, dict[str, _Block]] = {}

    def ways(
        self,
        graph: StreetGraph,
        attachments: Attachments,
        rows: Rows,
        mode: TravelMode,
        *,
        speed_kph: float | None,
        limit_s: float,
        progress: Progress,
        cancel: Cancel,
    ) -> NDArray[np.float64]:
        """
        Give the ways between some places; what no process has measured yet is measured.

        Parameters
        ----------
        graph : StreetGraph
            The streets.
        attachments : Attachments
            All places of the district.
        rows : numpy.ndarray of intp, shape (k,)
            Which of them.
        mode : TravelMode
            How the team moves.
        speed_kph : float or None
            One speed for all edges, km/h; None for that of the mode.
        limit_s : float
            Ways that take longer are no ways, seconds; the same in every call for a mode and speed.
        progress : Progress
            Receives the done share.
        cancel : Cancel
            The user's wish to stop.

        Returns
        -------
        numpy.ndarray of float64, shape (k, k)
            Every way rounded up to whole seconds; infinite from and to places beside no street.

        Raises
        ------
        CancelledError
            If the user cancelled.
        """
        key = f"{mode.value}-{'own' if speed_kph is None else f'{speed_kph:g}'}-{limit_s:g}"
        travel_s = self._gathered(key, rows)
        unknown = np.isnan(travel_s)
        if unknown.any():
            sources = rows[unknown.any(axis=1)]
            targets = np.union1d(rows, self._around(sources))
            reach_s = limit_s + 1.0
            order = np.concatenate([sources, np.setdiff1d(targets, sources)])
            found = travel_rows(
                graph,
                attachments.take(order),
                len(sources),
                mode,
                speed_kph=speed_kph,
                limit_s=reach_s,
                progress=progress,
                cancel=cancel,
            )
            measured_s = within(limit_s, whole_seconds(found, attachments.take(order)))
            self._write(key, sources, order, measured_s)
            travel_s = self._gathered(key, rows)
        return travel_s

    def _around(self, sources: Rows) -> Rows:
        corner, far = self._xy[sources].min(axis=0), self._xy[sources].max(axis=0)
        margin_m = _AROUND * float(np.hypot(*(far - corner)))
        inside = ((self._xy >= corner - margin_m) & (self._xy <= far + margin_m)).all(axis=1)
        return np.flatnonzero(inside)

    def _gathered(self, key: str, rows: Rows) -> NDArray[np.float64]:
        travel_s = np.full((len(rows), len(rows)), np.nan)
        for block in self._known_blocks(key):
            from_there, from_here, to_there, to_here = block.known(rows)
            if not (len(from_here) and len(to_here)):
                continue
            kept = np.load(block.path, mmap_mode="r")
            some = np.asarray(kept[from_there])[:, to_there]
            travel_s[np.ix_(from_here, to_here)] = np.where(some == _NO_WAY, np.inf, some)
        return travel_s

    def _known_blocks(self, key: str) -> list[_Block]:
        known = self._blocks.setdefault(key, {})
        for path in sorted(self._folder.glob(f"{key}_*.npy")):
            if path.name not in known:
                with np.load(path.with_suffix(".npz")) as places:
                    known[path.name] = _Block(path, places["sources"], places["targets"])
        return list(known.values())

    def _write(self, key: str, sources: Rows, targets: Rows, travel_s: NDArray[np.float64]) -> None:
        name = self._folder / f"{key}_{uuid.uuid4().hex}"
        seconds = np.where(np.isfinite(travel_s), travel_s, _NO_WAY).astype(np.uint32)
        try:
            np.savez(name.with_suffix(".npz"), sources=sources, targets=targets)
            with name.with_suffix(".part").open("wb") as stream:
                np.save(stream, seconds)
            # The name under which others look for it comes last: they never see half a file.
            name.with_suffix(".part").replace(name.with_suffix(".npy"))
        except OSError as error:
            raise InputError(
                N_("The ways cannot be kept in the folder for temporary files: {detail}"),
                detail=str(error),
                remedy=N_("Make room on that disk, or plan fewer teams at once."),
            ) from error


def _positions(there: Rows, wanted: Rows) -> tuple[Rows, Rows]:
    """Say where wanted places stand among those there: positions there, positions here; places may be wanted twice."""
    if not len(there):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    order = np.argsort(there)
    at = np.minimum(np.searchsorted(there, wanted, sorter=order), len(there) - 1)
    hit = there[order[at]] == wanted
    return order[at[hit]], np.flatnonzero(hit)
