"""What the program ships of others, and under which licences."""

from __future__ import annotations

import json
from dataclasses import dataclass

from patrolmap.resources import asset

__all__ = ["Component", "components", "licence_texts"]


@dataclass(frozen=True)
class Component:
    """
    Something that is shipped with the program.

    Parameters
    ----------
    name, version : str
        As its makers call it.
    licence : str
        An SPDX expression.
    """

    name: str
    version: str
    licence: str


def components() -> tuple[Component, ...]:
    """
    List what is shipped.

    Returns
    -------
    tuple of Component
        By name; those of the Windows installer.
    """
    document = json.loads(asset("licences/sbom.cdx.json").read_text(encoding="utf-8"))
    return tuple(
        Component(part["name"], part["version"], part["licenses"][0]["expression"]) for part in document["components"]
    )


def licence_texts() -> str:
    """
    Read all licences in full.

    Returns
    -------
    str
        One after the other, each under the names of those that it is of.
    """
    return asset("licences/texts.txt").read_text(encoding="utf-8")
