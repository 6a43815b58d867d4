"""Where a table of an office database is, as a user writes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.database_url import SCHEMES, DatabaseUrl

__all__ = ["DatabaseTable", "is_database_address"]


@dataclass(frozen=True)
class DatabaseTable:
    """
    Where a table is.

    Parameters
    ----------
    host : str
        Name or address of the server; empty for the local socket.
    port : int or None
        Port; None for the usual one.
    database : str
        Name of the database.
    user : str
        Who asks; empty for the user of the computer.
    password : str
        Never shown, never stored; empty to take that of the environment or of the user's password file.
    table : str
        ``schema.table`` or ``table``; empty to choose by the names of the columns.
    ssl_mode : str, default "prefer"
        How the connection is encrypted, as PostgreSQL names it.
    """

    host: str
    port: int | None
    database: str
    user: str
    password: str = field(repr=False)
    table: str
    ssl_mode: str = "prefer"

    @property
    def name(self) -> str:
        """What reports and the journal call it: database and table, no user and no password."""
        return f"{self.database}/{self.table}" if self.table else self.database

    @classmethod
    def at(cls, address: str) -> DatabaseTable:
        """
        Read an address.

        Parameters
        ----------
        address : str
            ``postgresql://user@host:port/database?table=schema.table``; ``sslmode`` may be given too. Without ``table`` the import's
            sheet names it, or it is chosen.

        Returns
        -------
        DatabaseTable
            The table.

        Raises
        ------
        InputError
            If the address is incomplete or holds anything else.
        """
        try:
            url = DatabaseUrl.parse(address, {"table", "sslmode"})
        except ValueError as error:
            raise _bad_address() from error
        table, mode = url.wishes.get("table", ""), url.wishes.get("sslmode", "prefer")
        return cls(url.host, url.port, url.database, url.user, url.password, table, mode)


def is_database_address(text: str) -> bool:
    """
    Tell whether what the user gave is the address of a database.

    Parameters
    ----------
    text : str
        A path or an address.

    Returns
    -------
    bool
        True if it begins with ``postgresql://`` or ``postgres://``.
    """
    return text.strip().lower().startswith(tuple(f"{scheme}://" for scheme in SCHEMES))


def _bad_address() -> InputError:
    return InputError(
        N_("That is no address of a database table."),
        remedy=N_(
            "Write postgresql://user@host:port/database?table=schema.table; sslmode may be given too, nothing else."
        ),
    )
