"""Where an office store is, as a user writes it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote, urlencode

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.database_url import DatabaseUrl

__all__ = ["OfficeAddress"]

_OPTIONS: Final = frozenset({"project", "sslmode", "sslrootcert"})


@dataclass(frozen=True)
class OfficeAddress:
    """
    Where an office store is.

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
        Never shown, never stored; empty to take that of ``PGPASSWORD`` or of the user's password file.
    project : str, default ""
        Name of a project in the store; empty if there is only one.
    ssl_mode : str, default ""
        One of `patrolmap.model.database_url.SSL_MODES`; empty asks for encryption unless the server is this computer.
    ssl_root : str, default ""
        File of the certificate that the server is checked against; empty for PostgreSQL's usual place.
    """

    host: str
    port: int | None
    database: str
    user: str
    password: str = field(repr=False)
    project: str = ""
    ssl_mode: str = ""
    ssl_root: str = ""

    @classmethod
    def at(cls, address: str) -> OfficeAddress:
        """
        Read an address.

        Parameters
        ----------
        address : str
            ``postgresql://user@host:port/database?project=NAME``; ``sslmode`` and ``sslrootcert`` may be given too.

        Returns
        -------
        OfficeAddress
            The place.

        Raises
        ------
        InputError
            If it is incomplete or holds anything else.
        """
        try:
            url = DatabaseUrl.parse(address, _OPTIONS)
        except ValueError as error:
            raise _bad_address() from error
        wish = {key: url.wishes.get(key, "") for key in _OPTIONS}
        return cls(
            url.host,
            url.port,
            url.database,
            url.user,
            url.password,
            wish["project"],
            wish["sslmode"],
            wish["sslrootcert"],
        )

    @property
    def text(self) -> str:
        """The address without the password, for the project file and for messages."""
        user = f"{quote(self.user, safe='')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        wishes = {"project": self.project, "sslmode": self.ssl_mode, "sslrootcert": self.ssl_root}
        given = urlencode({key: value for key, value in wishes.items() if value}, quote_via=quote)
        return f"postgresql://{user}{host}{port}/{quote(self.database, safe='')}{'?' if given else ''}{given}"

    @property
    def mode(self) -> str:
        """How the connection is encrypted."""
        return self.ssl_mode or ("prefer" if self.is_local else "require")

    @property
    def is_local(self) -> bool:
        """Whether the server is this computer."""
        return self.host in {"", "localhost", "::1"} or self.host.startswith("127.")

    def of_project(self, name: str) -> OfficeAddress:
        """
        Choose a project of the store.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        OfficeAddress
            The same place with it.
        """
        return replace(self, project=name)

    def with_password(self, password: str) -> OfficeAddress:
        """
        Add what the user typed.

        Parameters
        ----------
        password : str
            The password.

        Returns
        -------
        OfficeAddress
            The same place with it.
        """
        return replace(self, password=password)


def _bad_address() -> InputError:
    return InputError(
        N_("That is no address of an office store."),
        remedy=N_(
            "Write postgresql://user@host:port/database?project=NAME; sslmode and sslrootcert may be given too, nothing else."
        ),
    )
