"""Connecting to the server, and what its complaints mean to the user."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import psycopg
from psycopg import errors

from patrolmap.errors import InputError, PatrolmapError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolmap.office.address import OfficeAddress

__all__ = ["Connection", "PasswordNeededError", "connected", "explained"]

Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]

_OPTIONS: Final = (
    "-c search_path=pg_catalog -c statement_timeout=600000 -c lock_timeout=60000 "
    "-c idle_in_transaction_session_timeout=120000 -c extra_float_digits=3"
)
_CONNECT_S: Final = 10
_SILENCE_MS: Final = 30_000


class PasswordNeededError(InputError):
    """The server wants a password, and there is none."""


@contextmanager
def connected(address: OfficeAddress) -> Iterator[Connection]:
    """
    Connect for one piece of work: what was not committed at its end is taken back.

    Parameters
    ----------
    address : OfficeAddress
        Where to.

    Yields
    ------
    psycopg.Connection
        In a transaction as soon as it is used.

    Raises
    ------
    PasswordNeededError
        If the server wants a password.
    InputError
        If it cannot be reached, refuses, or a right is lacking.
    """
    connection = _connection(address)
    try:
        with explained(address):
            yield connection
    finally:
        connection.close()


@contextmanager
def explained(address: OfficeAddress) -> Iterator[None]:
    """
    Turn PostgreSQL's errors into what the user can act on.

    Parameters
    ----------
    address : OfficeAddress
        The server.

    Raises
    ------
    InputError
        If a right is lacking, the store is not set up, or others are writing for too long.
    PatrolmapError
        If the connection breaks or the server fails.
    """
    try:
        yield
    except errors.InsufficientPrivilege as error:
        raise InputError(
            N_("The office store refuses this to {user}; nothing was changed."),
            why=N_("The database says: {detail}."),
            remedy=N_("Ask an administrator of the office store for the right."),
            user=address.user or "?",
            detail=_first_line(error),
        ) from error
    except (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected) as error:
        raise InputError(
            N_("The office store is busy; nothing was changed."),
            why=N_("Somebody else is synchronising."),
            remedy=N_("Try again in a minute."),
        ) from error
    except (errors.ExclusionViolation, errors.UniqueViolation, errors.CheckViolation, psycopg.DataError) as error:
        raise InputError(
            N_("The office store does not take a row; nothing was changed."),
            why=N_("The database says: {detail}."),
            remedy=N_("Correct the row in the project and synchronise again."),
            detail=_first_line(error),
        ) from error
    except psycopg.OperationalError as error:
        raise PatrolmapError(
            N_("The connection to the office store broke off."),
            why=N_("The database says: {detail}."),
            remedy=N_("Synchronise again: nothing is half done, and nothing is done twice."),
            detail=_first_line(error),
        ) from error
    except psycopg.Error as error:
        raise PatrolmapError(
            N_("The office store failed; nothing was changed."),
            why=N_("The database says: {detail}."),
            remedy=N_("Tell an administrator of the office store."),
            detail=_first_line(error),
        ) from error


def _connection(address: OfficeAddress) -> Connection:
    try:
        return psycopg.connect(
            host=address.host or None,
            port=address.port,
            dbname=address.database,
            user=address.user or None,
            password=address.password or None,
            sslmode=address.mode,
            sslrootcert=address.ssl_root or None,
            connect_timeout=_CONNECT_S,
            tcp_user_timeout=_SILENCE_MS,
            keepalives_idle=10,
            keepalives_interval=5,
            keepalives_count=3,
            options=_OPTIONS,
            client_encoding="UTF8",
            application_name="patrolmap",
        )
    except psycopg.OperationalError as error:
        raise _refused(address, error) from error


def _refused(address: OfficeAddress, error: psycopg.OperationalError) -> InputError:
    handle = error.pgconn
    detail = _first_line(error)
    if address.password:
        detail = detail.replace(address.password, "***")
    values = {"host": address.host or "localhost", "user": address.user or "?", "detail": detail}
    if handle is not None and handle.needs_password and not address.password:
        return PasswordNeededError(
            N_("The office store on {host} wants the password of {user}."),
            why=N_("No password was given, and neither PGPASSWORD nor the password file of PostgreSQL has it."),
            remedy=N_("Run the command in a terminal to be asked for it, or put it into one of these."),
            **values,
        )
    if handle is not None and handle.used_password:
        return InputError(
            N_("The office store on {host} does not let {user} in."),
            why=N_("The server says: {detail}."),
            remedy=N_("Check user and password; an administrator can set a new one."),
            **values,
        )
    if "certificate" in detail:
        return InputError(
            N_("The office store on {host} shows a certificate that is not to be trusted."),
            why=N_("The connection failed with: {detail}."),
            remedy=N_(
                "Ask your IT for the certificate of the server's authority and name its file by sslrootcert=FILE; write the host as the certificate has it. Do not go on without: somebody may stand between."
            ),
            **values,
        )
    return InputError(
        N_("The office store on {host} cannot be reached."),
        why=N_("The server says: {detail}."),
        remedy=N_(
            "Check network, address, port and database; if the server has no encryption and the network is your own, add sslmode=disable."
        ),
        **values,
    )


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__
