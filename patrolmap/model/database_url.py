"""Addresses of PostgreSQL databases, as a user writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

__all__ = ["SCHEMES", "SSL_MODES", "DatabaseUrl"]

SCHEMES: Final = ("postgresql", "postgres")

SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""How a connection may be encrypted, as PostgreSQL names it."""


@dataclass(frozen=True)
class DatabaseUrl:
    """
    An address in its parts.

    Parameters
    ----------
    host : str
        Name or address of the server; empty for the local socket.
    port : int or None
        Port; None for the usual one.
    database : str
        Name of the database.
    user : str
        Who connects; empty for the user of the computer.
    password : str
        Never shown; empty where it stands elsewhere.
    wishes : mapping of str to str
        What follows the question mark.
    """

    host: str
    port: int | None
    database: str
    user: str
    password: str = field(repr=False)
    wishes: Mapping[str, str]

    @classmethod
    def parse(cls, address: str, options: AbstractSet[str]) -> DatabaseUrl:
        """
        Take an address apart.

        Parameters
        ----------
        address : str
            ``postgresql://user@host:port/database?option=value``.
        options : set of str
            What may follow the question mark; ``sslmode`` has to be one of `SSL_MODES`.

        Returns
        -------
        DatabaseUrl
            Its parts.

        Raises
        ------
        ValueError
            If it is incomplete or holds anything else.
        """
        parts = urlsplit(address.strip())
        wishes = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        database, port = unquote(parts.path.strip("/")), parts.port
        if parts.scheme not in SCHEMES or not database or set(wishes) - options or parts.fragment:
            raise ValueError(parts.scheme)
        if wishes.get("sslmode", SSL_MODES[0]) not in SSL_MODES:
            raise ValueError(wishes["sslmode"])
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname or "", port, database, user, password, wishes)
