"""Lines as chains of places, the form in which their topology is mended: a place moves with all lines through it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LineFacts", "Web", "web_of"]


@dataclass(frozen=True, eq=False)
class LineFacts:
    """
    What decides which lines can meet.

    Parameters
    ----------
    level : numpy.ndarray of int, shape (n,)
        Level of each street; only streets of one level meet where they cross.
    direction : numpy.ndarray of int, shape (n,)
        One-way: 0, 1 or -1; streets of different directions are never duplicates.
    on_grade : numpy.ndarray of bool, shape (n,)
        Whether a street can cross another one on the level at all; motorways cannot.
    """

    level: NDArray[np.integer]
    direction: NDArray[np.integer]
    on_grade: NDArray[np.bool_]


@dataclass(eq=False)
class Web:
    """
    Lines in the making.

    Parameters
    ----------
    xy : numpy.ndarray of float64, shape (p, 2)
        Places.
    place : numpy.ndarray of int64, shape (v,)
        Place of each vertex, part by part.
    part : numpy.ndarray of int64, shape (v,)
        Part of each vertex, ascending; numbers need not follow each other.
    row : numpy.ndarray of int64, shape (q,)
        Street of each part.
    """

    xy: NDArray[np.float64]
    place: NDArray[np.int64]
    part: NDArray[np.int64]
    row: NDArray[np.int64]

    @property
    def rows(self) -> NDArray[np.int64]:
        """Street of each vertex."""
        return self.row[self.part]

    def segments(self) -> NDArray[np.int64]:
        """
        List the segments.

        Returns
        -------
        numpy.ndarray of int64, shape (s,)
            The vertex where each begins; the next vertex is where it ends.
        """
        return np.flatnonzero(self.part[:-1] == self.part[1:])

    def ends(self) -> NDArray[np.int64]:
        """
        List the vertices that begin or end a part.

        Returns
        -------
        numpy.ndarray of int64
            Ascending; a part of one vertex, which `drop_collapsed` takes away, would stand once.
        """
        if len(self.part) == 0:
            return np.zeros(0, dtype=np.int64)
        change = np.ones(len(self.part) + 1, dtype=bool)
        change[1:-1] = self.part[1:] != self.part[:-1]
        return np.flatnonzero(change[:-1] | change[1:])

    def degree(self) -> NDArray[np.int64]:
        """
        Count the segments that meet at each place.

        Returns
        -------
        numpy.ndarray of int64, shape (p,)
            0 for places that no vertex uses any more.
        """
        at = self.segments()
        both = np.concatenate([self.place[at], self.place[at + 1]])
        return np.bincount(both, minlength=len(self.xy)).astype(np.int64)

    def lengths(self, at: NDArray[np.int64]) -> NDArray[np.float64]:
        """
        Measure segments.

        Parameters
        ----------
        at : numpy.ndarray of int64, shape (s,)
            As `segments` lists them.

        Returns
        -------
        numpy.ndarray of float64, shape (s,)
            Metres.
        """
        lengths: NDArray[np.float64] = np.hypot(*(self.xy[self.place[at + 1]] - self.xy[self.place[at]]).T)
        return lengths

    def add_places(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """
        Make new places.

        Parameters
        ----------
        xy : numpy.ndarray of float64, shape (k, 2)
            Where.

        Returns
        -------
        numpy.ndarray of int64, shape (k,)
            Their numbers.
        """
        first = len(self.xy)
        self.xy = np.vstack([self.xy, xy])
        return np.arange(first, len(self.xy))

    def insert(self, segment: NDArray[np.int64], along: NDArray[np.float64], place: NDArray[np.int64]) -> None:
        """
        Make places vertices of segments.

        Parameters
        ----------
        segment : numpy.ndarray of int64, shape (k,)
            The vertex where the segment begins.
        along : numpy.ndarray of float64, shape (k,)
            How far along, for the order on one segment.
        place : numpy.ndarray of int64, shape (k,)
            The place.
        """
        order = np.lexsort((place, along, segment))
        segment, place = segment[order], place[order]
        self.place = np.insert(self.place, segment + 1, place)
        self.part = np.insert(self.part, segment + 1, self.part[segment])

    def drop_collapsed(self) -> NDArray[np.int64]:
        """
        Leave out vertices that repeat the one before, and parts without a segment.

        Returns
        -------
        numpy.ndarray of int64
            Streets of the parts that went.
        """
        repeats = np.zeros(len(self.place), dtype=bool)
        repeats[1:] = (self.place[1:] == self.place[:-1]) & (self.part[1:] == self.part[:-1])
        self.keep(~repeats)
        used, counts = np.unique(self.part, return_counts=True)
        lone = used[counts == 1]
        self.keep(~np.isin(self.part, lone))
        rows: NDArray[np.int64] = self.row[lone]
        return rows

    def keep(self, vertices: NDArray[np.bool_]) -> None:
        """
        Leave out vertices.

        Parameters
        ----------
        vertices : numpy.ndarray of bool, shape (v,)
            Those that stay.
        """
        self.place, self.part = self.place[vertices], self.part[vertices]

    def cut_out(self, gone: NDArray[np.int64]) -> None:
        """
        Take segments away; what is left of a part becomes several.

        Parameters
        ----------
        gone : numpy.ndarray of int64
            The segments, each by the vertex where it begins.
        """
        stays = np.zeros(len(self.place) + 1, dtype=bool)
        stays[self.segments()] = True
        stays[gone] = False
        starts = np.flatnonzero(stays)
        begins = ~np.concatenate([[False], stays[:-1]])[starts]  # the segment before it, of the same chain, is gone
        chain = np.cumsum(begins) - 1
        vertex = np.concatenate([starts, starts + 1])
        chains = np.concatenate([chain, chain])
        pairs = np.unique(np.column_stack([chains, vertex]), axis=0)
        self.row = self.rows[starts[begins]]
        self.place, self.part = self.place[pairs[:, 1]], pairs[:, 0]

    def move(self, target: NDArray[np.int64]) -> None:
        """
        Let places become others.

        Parameters
        ----------
        target : numpy.ndarray of int64, shape (p,)
            For each place the one that it becomes, mostly itself.
        """
        self.place = target[self.place]

    def shapes(self, count: int) -> NDArray[np.object_]:
        """
        Draw the streets.

        Parameters
        ----------
        count : int
            Number of streets, n.

        Returns
        -------
        numpy.ndarray of object, shape (n,)
            Lines, multi-lines where a street has several parts, None where nothing is left.
        """
        shapes = np.full(count, None, dtype=object)
        if len(self.place) == 0:
            return shapes
        used, dense = np.unique(self.part, return_inverse=True)
        lines = shapely.linestrings(self.xy[self.place], indices=dense.reshape(-1))
        row = self.row[used]
        order = np.argsort(row, kind="stable")
        several = shapely.multilinestrings(lines[order], indices=np.unique(row[order], return_inverse=True)[1])
        single = shapely.get_num_geometries(several) == 1
        several[single] = shapely.get_geometry(several[single], 0)
        shapes[np.unique(row)] = several
        return shapes


def web_of(lines: NDArray[np.object_]) -> Web:
    """
    Take lines apart.

    Parameters
    ----------
    lines : numpy.ndarray of object, shape (n,)
        Lines and multi-lines, metric; None and empty ones have no part.

    Returns
    -------
    Web
        Equal coordinates are one place, numbered by x, then y.
    """
    usable = np.flatnonzero(~(shapely.is_missing(lines) | shapely.is_empty(lines)))
    parts, owner = shapely.get_parts(shapely.force_2d(lines[usable]), return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    places, place = np.unique(xy + 0.0, axis=0, return_inverse=True)  # -0.0 and 0.0 are one
    return Web(places, place.reshape(-1).astype(np.int64), part.astype(np.int64), usable[owner].astype(np.int64))
