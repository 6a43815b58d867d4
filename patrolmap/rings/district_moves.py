"""A first balanced division of junctions: junctions at the edge of a district move to a post with less to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["moved_to_lighter"]

_MOST_ROUNDS: Final = 60


def moved_to_lighter(
    post: NDArray[np.int64],
    travel_s: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    arcs: tuple[NDArray[np.int64], NDArray[np.int64]],
    load: NDArray[np.float64],
) -> NDArray[np.int64]:
    """
    Move junctions one by one to a post whose load stays below that of the post they leave.

    Parameters
    ----------
    post : numpy.ndarray of int64, shape (n,)
        The post of each junction; -1 for none.
    travel_s : numpy.ndarray of float64, shape (k, n)
        Seconds from each post to each junction.
    allowed : numpy.ndarray of bool, shape (k, n)
        Which post may answer for which junction.
    arcs : tuple of numpy.ndarray of int64, shapes (a,)
        Tails and heads of the streets' arcs.
    load : numpy.ndarray of float64, shape (n,)
        Load of each junction.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        The division; a junction moves only next to its new post's district, and only if none of the old one hangs on it.

    Notes
    -----
    Each move lowers the sum of the squares of the loads, so that it ends; O(rounds x allowed pairs x streets at a
    junction).
    """
    moves = _Moves(post, travel_s, arcs)
    loads = np.bincount(post[post >= 0], weights=load[post >= 0], minlength=len(travel_s)).astype(np.float64)
    free = np.flatnonzero((post >= 0) & (load > 0) & (allowed.sum(axis=0) > 1))
    options = {node: np.flatnonzero(allowed[:, node]) for node in free.tolist()}
    for _ in range(_MOST_ROUNDS):
        moved = False
        for node in free[np.argsort(-loads[moves.post[free]], kind="stable")].tolist():
            old, weight = int(moves.post[node]), float(load[node])
            lighter = options[node][loads[options[node]] + weight < loads[old] * (1 - 1e-12)]
            if not len(lighter) or moves.is_needed(node):
                continue
            for new in lighter[np.argsort(loads[lighter], kind="stable")].tolist():
                if moves.touches(new, node):
                    moves.post[node], moved = new, True
                    loads[old] -= weight
                    loads[new] += weight
                    break
        if not moved:
            break
    return moves.post


class _Moves:
    def __init__(
        self,
        post: NDArray[np.int64],
        travel_s: NDArray[np.float64],
        arcs: tuple[NDArray[np.int64], NDArray[np.int64]],
    ) -> None:
        self.post = post.copy()
        self._travel_s = travel_s
        self._before: list[list[int]] = [[] for _ in range(len(post))]
        self._after: list[list[int]] = [[] for _ in range(len(post))]
        for tail, head in zip(arcs[0].tolist(), arcs[1].tolist(), strict=True):
            self._before[head].append(tail)
            self._after[tail].append(head)

    def touches(self, post: int, node: int, without: int = -1) -> bool:
        """Tell if a neighbour nearer to the post is the post's too, some junction left aside."""
        at = self._travel_s[post, node]
        return any(
            one != without and self.post[one] == post and self._travel_s[post, one] < at for one in self._before[node]
        )

    def is_needed(self, node: int) -> bool:
        """Tell if a junction of the same district would lose its last nearer neighbour."""
        mine = int(self.post[node])
        at = self._travel_s[mine, node]
        return any(
            self.post[one] == mine and self._travel_s[mine, one] > at and not self.touches(mine, one, node)
            for one in self._after[node]
        )
