"""Who may do what in an office store: members of three groups of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from psycopg import sql

from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.office.server import Connection, connected
from patrolmap.office.store import require_store
from patrolmap.office.store_sql import ADMIN, PLANNER, ROLES, VIEWER

if TYPE_CHECKING:
    from patrolmap.office.address import OfficeAddress

__all__ = ["OfficeUser", "grant_role", "list_users", "own_role", "revoke_roles"]


@dataclass(frozen=True)
class OfficeUser:
    """
    Somebody who may use an office store.

    Parameters
    ----------
    name : str
        Of the database user.
    role : str
        ``viewer``, ``planner`` or ``admin``.
    """

    name: str
    role: str


def own_role(connection: Connection) -> str:
    """
    Tell what the connected user may do.

    Parameters
    ----------
    connection : psycopg.Connection
        Of the store.

    Returns
    -------
    str
        ``viewer``, ``planner`` or ``admin``; empty for none.
    """
    held = ""
    for role, group in ROLES.items():
        row = connection.execute(
            "SELECT coalesce((SELECT pg_has_role(session_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = %s), false)",
            (group,),
        ).fetchone()
        held = role if row and row[0] else held
    return held


def list_users(address: OfficeAddress) -> tuple[OfficeUser, ...]:
    """
    List who may use a store.

    Parameters
    ----------
    address : OfficeAddress
        The store.

    Returns
    -------
    tuple of OfficeUser
        By name, with the highest role.
    """
    with connected(address) as connection:
        require_store(connection)
        found: dict[str, str] = {}
        for role, group in ROLES.items():
            rows = connection.execute(
                "SELECT u.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u "
                "ON u.oid = m.member WHERE g.rolname = %s AND u.rolcanlogin ORDER BY u.rolname",
                (group,),
            ).fetchall()
            found.update(dict.fromkeys((row[0] for row in rows), role))
    return tuple(OfficeUser(name, role) for name, role in sorted(found.items()))


def grant_role(address: OfficeAddress, user: str, role: str, *, password: str | None = None) -> None:
    """
    Give somebody a role; another one that was held is taken away.

    Parameters
    ----------
    address : OfficeAddress
        The store; the user of it must be an administrator.
    user : str
        Name of a database user.
    role : str
        ``viewer``, ``planner`` or ``admin``.
    password : str or None
        To make the user, or to set a new password; sent as a SCRAM verifier only. None leaves users as they are.

    Raises
    ------
    InputError
        If there is no such user, or the right is lacking.
    """
    with connected(address) as connection:
        require_store(connection)
        name = sql.Identifier(user)
        there = _is_there(connection, user)
        if password is not None:
            secret = connection.pgconn.encrypt_password(password.encode(), user.encode(), b"scram-sha-256").decode()
            verb = sql.SQL("ALTER" if there else "CREATE")
            connection.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, name, sql.Literal(secret)))
        elif not there:
            raise _nobody(user)
        _take_away(connection, user)
        option = sql.SQL(" WITH ADMIN OPTION" if role == "admin" else "")
        connection.execute(sql.SQL("GRANT {} TO {}{}").format(sql.Identifier(ROLES[role]), name, option))
        connection.commit()


def revoke_roles(address: OfficeAddress, user: str) -> None:
    """
    Take all roles away from somebody; the database user stays.

    Parameters
    ----------
    address : OfficeAddress
        The store; the user of it must be an administrator.
    user : str
        Name of a database user.

    Raises
    ------
    InputError
        If there is no such user, or the right is lacking.
    """
    with connected(address) as connection:
        require_store(connection)
        if not _is_there(connection, user):
            raise _nobody(user)
        _take_away(connection, user)
        connection.commit()


def _take_away(connection: Connection, user: str) -> None:
    held = connection.execute(
        "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member "
        "WHERE u.rolname = %s AND g.rolname = ANY(%s)",
        (user, [VIEWER, PLANNER, ADMIN]),
    ).fetchall()
    for (group,) in held:
        connection.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), sql.Identifier(user)))


def _is_there(connection: Connection, user: str) -> bool:
    row = connection.execute("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", (user,)).fetchone()
    return bool(row and row[0])


def _nobody(user: str) -> InputError:
    return InputError(
        N_("The database has no user {user}."),
        remedy=N_("Add --create to make one, for which the server's right to make roles is needed."),
        user=user,
    )
