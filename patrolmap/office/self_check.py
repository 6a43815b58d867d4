"""Whether this installation's driver for PostgreSQL works, as far as that shows without a server."""

from __future__ import annotations

import socket

import psycopg

from patrolmap.errors import InputError, PatrolmapError
from patrolmap.messages import N_
from patrolmap.office.address import OfficeAddress
from patrolmap.office.server import connected

__all__ = ["check_driver"]


def check_driver() -> str:
    """
    Ask a port of this machine where nobody listens, and expect to be told so.

    Returns
    -------
    str
        The versions, and the first words of the refusal.

    Raises
    ------
    PatrolmapError
        If there was an answer all the same.
    """
    with socket.socket() as held:  # bound but not listening: nobody else can take the port meanwhile
        held.bind(("127.0.0.1", 0))
        address = OfficeAddress.at(f"postgresql://nobody@127.0.0.1:{held.getsockname()[1]}/none")
        try:
            with connected(address):
                pass
        except InputError as refusal:
            implementation, version = psycopg.pq.__impl__, psycopg.pq.version()
            return f"psycopg {psycopg.__version__} ({implementation}), libpq {version}: {refusal}"
    raise PatrolmapError(N_("A database server answered where there is none."))
