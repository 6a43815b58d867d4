"""Streets cut into short pieces (lixels), and how density flows between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from scipy import sparse

from patrolmap.streets.attach import DEFAULT_LIMIT_M, attach

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from patrolmap.streets.attach import Attachments
    from patrolmap.streets.network import StreetGraph

__all__ = ["Lixels", "PieceLocator", "cut_lixels"]

_SHORTEST_M: Final = 0.01


@dataclass(frozen=True, eq=False)
class Lixels:
    """
    Pieces of streets of about equal length.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    first : numpy.ndarray of int64, shape (m + 1,)
        The pieces of edge ``e`` are ``first[e]`` to ``first[e + 1] - 1``, from u to v.
    edge : numpy.ndarray of int64, shape (n,)
        Edge of each piece.
    length_m : numpy.ndarray of float64, shape (n,)
        Length of each piece; all pieces of an edge are equally long.
    """

    graph: StreetGraph
    first: NDArray[np.int64]
    edge: NDArray[np.int64]
    length_m: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of pieces."""
        return len(self.edge)

    @cached_property
    def middle_xy(self) -> NDArray[np.float64]:
        """Middle of each piece, metric CRS, shape (n, 2)."""
        count = np.diff(self.first)[self.edge]
        share = (np.arange(len(self)) - self.first[self.edge] + 0.5) / count
        points = shapely.line_interpolate_point(self.graph.edge_geometry[self.edge], share, normalized=True)
        xy: NDArray[np.float64] = shapely.get_coordinates(points)
        return xy

    def at(self, places: Attachments) -> NDArray[np.int64]:
        """
        Find the pieces that hold places.

        Parameters
        ----------
        places : Attachments
            Places on the streets.

        Returns
        -------
        numpy.ndarray of int64, shape (k,)
            Piece of each place; -1 for those that are not attached.
        """
        on = places.attached
        edge = places.edge[on].astype(np.int64)
        count = np.diff(self.first)[edge]
        piece = np.full(len(places), -1, dtype=np.int64)
        piece[on] = self.first[edge] + np.minimum((places.share[on] * count).astype(np.int64), count - 1)
        return piece

    @cached_property
    def locator(self) -> PieceLocator:
        """Remembers the pieces of places, for back-tests that ask for the same ones again."""
        return PieceLocator(self)

    @cached_property
    def flow(self) -> sparse.csc_array:
        """
        Flow between pieces for a difference of density of 1, as a graph Laplacian of shape (n, n).

        Neighbours along an edge are joined over the distance of their middles. Pieces that meet at a node share one
        density there and what flows in flows out; the node is eliminated, which joins them pairwise. One-way
        streets count as streets. Rows sum to 0, so that nothing is lost.
        """
        half = 2.0 / self.length_m
        inner = np.setdiff1d(np.arange(len(self)), self.first[1:] - 1)
        along = half[inner] * half[inner + 1] / (half[inner] + half[inner + 1])
        ends = np.r_[self.first[:-1], self.first[1:] - 1]
        node = np.r_[self.graph.edge_u, self.graph.edge_v]
        shape = (self.graph.node_count, len(self))
        meeting = sparse.csr_array((half[ends], (node, ends)), shape=shape)
        whole = np.asarray(meeting.sum(axis=1)).ravel()
        at_nodes = meeting.T @ sparse.diags_array(1.0 / np.where(whole > 0, whole, 1.0)) @ meeting
        chain = sparse.coo_array((along, (inner, inner + 1)), shape=(len(self), len(self)))
        joined = sparse.csr_array(at_nodes + chain + chain.T)
        joined.setdiag(0.0)
        return sparse.csc_array(sparse.diags_array(np.asarray(joined.sum(axis=1)).ravel()) - joined)


class PieceLocator:
    """
    Finds the pieces nearest to places, and remembers them.

    Parameters
    ----------
    lixels : Lixels
        The streets in pieces.
    """

    def __init__(self, lixels: Lixels) -> None:
        self._lixels = lixels
        self._place = np.empty(0, dtype=np.complex128)
        self._piece = np.empty(0, dtype=np.int64)

    def pieces(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """
        Find the nearest pieces.

        Parameters
        ----------
        xy : numpy.ndarray, shape (k, 2)
            Places, metric CRS.

        Returns
        -------
        numpy.ndarray of int64, shape (k,)
            Piece of each place; -1 for those further than 250 m from every street.
        """
        wanted = xy[:, 0] + 1j * xy[:, 1]
        new = np.setdiff1d(wanted, self._place)
        if len(new):
            places = attach(self._lixels.graph, np.column_stack([new.real, new.imag]), limit_m=DEFAULT_LIMIT_M)
            merged = np.r_[self._place, new]
            order = np.argsort(merged)
            self._place, self._piece = merged[order], np.r_[self._piece, self._lixels.at(places)][order]
        return self._piece[np.searchsorted(self._place, wanted)]


def cut_lixels(graph: StreetGraph, length_m: float = 25.0) -> Lixels:
    """
    Cut every edge into equal pieces.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    length_m : float, default 25
        Longest piece.

    Returns
    -------
    Lixels
        At least one piece of each edge.
    """
    count = np.maximum(np.ceil(graph.edge_length_m / length_m - 1e-9), 1).astype(np.int64)
    edge = np.repeat(np.arange(graph.edge_count), count)
    first = np.r_[0, np.cumsum(count)]
    return Lixels(graph, first, edge, np.maximum(graph.edge_length_m / count, _SHORTEST_M)[edge])
