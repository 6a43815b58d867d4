"""Disjoint sets."""

from __future__ import annotations

from typing import Generic, TypeVar

__all__ = ["Groups"]

Item = TypeVar("Item")


class Groups(Generic[Item]):
    """Things that are joined in groups, step by step; each starts alone."""

    def __init__(self) -> None:
        self._above: dict[Item, Item] = {}

    def root(self, item: Item) -> Item:
        """
        Find the thing that stands for a group.

        Parameters
        ----------
        item : Item
            A member.

        Returns
        -------
        Item
            The same for all members.
        """
        above = self._above
        above.setdefault(item, item)
        while above[item] != item:
            above[item] = above[above[item]]
            item = above[item]
        return item

    def join(self, one: Item, other: Item) -> bool:
        """
        Put two groups together.

        Parameters
        ----------
        one, other : Item
            Members of each.

        Returns
        -------
        bool
            Whether they were apart before.
        """
        a, b = self.root(one), self.root(other)
        self._above[a] = b
        return a != b
