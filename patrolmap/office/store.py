"""Setting an office store up, and finding projects in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from psycopg import errors, sql

from patrolmap import __version__
from patrolmap.errors import InputError
from patrolmap.messages import N_
from patrolmap.model.frame import SpatialFrame
from patrolmap.office.server import Connection, connected
from patrolmap.office.store_sql import ADMIN, FUNCTIONS, OFFICE_FORMAT, PLANNER, STORE, TABLES_OF_STORE, VIEWER
from patrolmap.office.tables import make_tables, postgis_home, schema_name_of
from patrolmap.project.schema import SCHEMA_VERSION, srs_id

if TYPE_CHECKING:
    from patrolmap.office.address import OfficeAddress
    from patrolmap.project.replica import OfficeLink

__all__ = [
    "Desk",
    "OfficeProject",
    "find_project",
    "init_store",
    "list_projects",
    "make_project",
    "offered_projects",
    "require_store",
]

_PROJECTS: Final = (
    "SELECT project_id, name, schema_name, schema_version, stored_crs, metric_crs, metres_per_unit "
    "FROM patrolmap_office.projects ORDER BY name"
)


@dataclass(frozen=True)
class OfficeProject:
    """
    A project in an office store.

    Parameters
    ----------
    project_id : str
        Its id.
    name : str
        Its name.
    schema : str
        Schema of its tables.
    schema_version : int
        As `patrolmap.project.schema.SCHEMA_VERSION` of the program that made its tables.
    frame : SpatialFrame
        Its reference systems.
    """

    project_id: str
    name: str
    schema: str
    schema_version: int
    frame: SpatialFrame

    @property
    def srid(self) -> int:
        """EPSG number of its geometry; 0 for a planar network."""
        return max(srs_id(self.frame.stored_crs), 0)


@dataclass(frozen=True)
class Desk:
    """
    One user at work on one project of the office.

    Parameters
    ----------
    connection : psycopg.Connection
        Of the store.
    project : OfficeProject
        The project.
    home : str
        Schema of PostGIS.
    """

    connection: Connection
    project: OfficeProject
    home: str

    def table(self, name: str) -> sql.Identifier:
        """
        Name a table of the project.

        Parameters
        ----------
        name : str
            The table.

        Returns
        -------
        psycopg.sql.Identifier
            With its schema, quoted.
        """
        return sql.Identifier(self.project.schema, name)


def init_store(address: OfficeAddress) -> tuple[str, ...]:
    """
    Set the store up: roles, functions, list of projects; one that is there is brought up to date.

    Parameters
    ----------
    address : OfficeAddress
        The database; the user must be allowed to make roles in it.

    Returns
    -------
    tuple of str
        Names of the projects whose tables were brought up to date.

    Raises
    ------
    InputError
        If a right or PostGIS is lacking, or the store is newer than the program.
    """
    with connected(address) as connection:
        home = _require_postgis(connection)
        _make_roles(connection)
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(ADMIN)))
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(STORE)))
        for script in (TABLES_OF_STORE, FUNCTIONS):
            connection.execute(script)
        found = connection.execute("SELECT format FROM patrolmap_office.store").fetchone()
        if found is None:
            connection.execute("INSERT INTO patrolmap_office.store VALUES (%s, %s)", (OFFICE_FORMAT, __version__))
        else:
            _require_format(found[0])
        _grant(connection)
        renewed = tuple(_renewed(connection, project, home) for project in list_projects(connection))
        connection.commit()
    return tuple(name for name in renewed if name)


def require_store(connection: Connection) -> None:
    """
    Refuse a database that is no office store, or one that is newer.

    Parameters
    ----------
    connection : psycopg.Connection
        Of the database.

    Raises
    ------
    InputError
        If it is none, this user has no role in it, or the program is too old.
    """
    member = connection.execute(
        "SELECT coalesce((SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = %s), false)", (VIEWER,)
    ).fetchone()
    schema = connection.execute("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)", (STORE,)).fetchone()
    if not schema or not schema[0]:
        raise InputError(
            N_("This database is no office store."),
            remedy=N_("Let an administrator run “patrolmap office init” on it once."),
        )
    if not member or not member[0]:
        user = connection.info.user
        raise InputError(
            N_("{user} has no role in the office store."),
            remedy=N_("Let an administrator run “patrolmap office grant” with viewer, planner or admin."),
            user=user,
        )
    found = connection.execute("SELECT format FROM patrolmap_office.store").fetchone()
    _require_format(found[0] if found else OFFICE_FORMAT)


def list_projects(connection: Connection) -> tuple[OfficeProject, ...]:
    """
    List the projects.

    Parameters
    ----------
    connection : psycopg.Connection
        Of the store.

    Returns
    -------
    tuple of OfficeProject
        By name.
    """
    rows = connection.execute(_PROJECTS).fetchall()
    return tuple(OfficeProject(row[0], row[1], row[2], row[3], SpatialFrame(*row[4:])) for row in rows)


def offered_projects(address: OfficeAddress) -> tuple[OfficeProject, ...]:
    """
    List the projects of a store.

    Parameters
    ----------
    address : OfficeAddress
        The store.

    Returns
    -------
    tuple of OfficeProject
        By name.

    Raises
    ------
    InputError
        If it is no store, or the user has no role in it.
    """
    with connected(address) as connection:
        require_store(connection)
        return list_projects(connection)


def find_project(connection: Connection, address: OfficeAddress, link: OfficeLink | None = None) -> Desk:
    """
    Find the project that is meant.

    Parameters
    ----------
    connection : psycopg.Connection
        Of the store.
    address : OfficeAddress
        Its ``project`` names it.
    link : OfficeLink or None
        What a copy belongs to; None to go by the name, or to take the only one.

    Returns
    -------
    Desk
        At the project.

    Raises
    ------
    InputError
        If there is none, or it was made by a newer or an older program.
    """
    require_store(connection)
    known = list_projects(connection)
    if link is not None:
        found = [project for project in known if project.project_id == link.project_id]
    else:
        found = [project for project in known if address.project in {"", project.name}]
    if len(found) != 1:
        names = [project.name for project in known]
        raise InputError(
            N_("The office store has no such project.") if not found else N_("The office store has several projects."),
            why=N_("Projects there: {names}."),
            remedy=N_("Name one with ?project=NAME at the end of the address."),
            names=names,
        )
    _require_version(found[0])
    return Desk(connection, found[0], postgis_home(connection) or "public")


def make_project(connection: Connection, project_id: str, name: str, frame: SpatialFrame) -> Desk:
    """
    Make the empty tables of a new project.

    Parameters
    ----------
    connection : psycopg.Connection
        Of the store, in a transaction.
    project_id : str
        Its id.
    name : str
        Its name.
    frame : SpatialFrame
        Its reference systems.

    Returns
    -------
    Desk
        At the project.

    Raises
    ------
    InputError
        If the name is taken, or the user is no administrator.
    """
    require_store(connection)
    home = _require_postgis(connection)
    known = list_projects(connection)
    if any(project.name == name for project in known):
        raise InputError(
            N_("The office store has a project {name} already."),
            remedy=N_("Give another name with --name, or check that project out with “patrolmap office get”."),
            name=name,
        )
    try:
        with connection.transaction():
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(ADMIN)))
    except errors.InsufficientPrivilege as error:
        raise InputError(
            N_("Only administrators of the office store can publish a project."),
            remedy=N_("Ask one of them, or ask for the role admin."),
        ) from error
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(ADMIN)))
    taken = {row[0] for row in connection.execute("SELECT nspname FROM pg_namespace")}
    made = OfficeProject(project_id, name, schema_name_of(name, taken), SCHEMA_VERSION, frame)
    make_tables(connection, made.schema, made.srid, home)
    connection.execute(
        "INSERT INTO patrolmap_office.projects "
        "(project_id, name, schema_name, schema_version, stored_crs, metric_crs, metres_per_unit) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (project_id, name, made.schema, SCHEMA_VERSION, frame.stored_crs, frame.metric_crs, frame.metres_per_unit),
    )
    return Desk(connection, made, home)


def _require_postgis(connection: Connection) -> str:
    home = postgis_home(connection)
    if home is None:
        try:
            with connection.transaction():
                connection.execute("CREATE EXTENSION postgis WITH SCHEMA public")
        except (errors.InsufficientPrivilege, errors.FeatureNotSupported, errors.UndefinedFile) as error:
            raise InputError(
                N_("The database has no PostGIS."),
                why=N_("The database says: {detail}."),
                remedy=N_(
                    "Install PostGIS on the server, and let its superuser run CREATE EXTENSION postgis in this database."
                ),
                detail=str(error).splitlines()[0].rstrip("."),
            ) from error
        home = postgis_home(connection)
    return home or "public"


def _make_roles(connection: Connection) -> None:
    there = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
    for role in (VIEWER, PLANNER, ADMIN):
        if role not in there:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    if ADMIN in there:
        row = connection.execute("SELECT pg_has_role(%s, 'MEMBER')", (ADMIN,)).fetchone()
        if row and row[0] and not _may_make_roles(connection):
            return  # an administrator of the store who is none of the server: the roles are there
    viewer, planner, admin = (sql.Identifier(role) for role in (VIEWER, PLANNER, ADMIN))
    database = sql.Identifier(connection.info.dbname)
    for statement in (
        sql.SQL("GRANT {} TO {}").format(viewer, planner),
        sql.SQL("GRANT {}, {} TO {} WITH ADMIN OPTION").format(viewer, planner, admin),
        sql.SQL("GRANT {} TO CURRENT_USER WITH ADMIN OPTION").format(admin),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, viewer),
        sql.SQL("GRANT CONNECT, CREATE ON DATABASE {} TO {}").format(database, admin),
    ):
        connection.execute(statement)


def _may_make_roles(connection: Connection) -> bool:
    row = connection.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _grant(connection: Connection) -> None:
    store, viewer, planner = (sql.Identifier(name) for name in (STORE, VIEWER, PLANNER))
    for statement in (
        sql.SQL("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {} FROM PUBLIC").format(store),
        sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(store, viewer),
        sql.SQL("GRANT SELECT ON {}.store, {}.projects TO {}").format(store, store, viewer),
        sql.SQL("GRANT EXECUTE ON FUNCTION {}.say(name, text, text, text) TO {}").format(store, planner),
    ):
        connection.execute(statement)


def _renewed(connection: Connection, project: OfficeProject, home: str) -> str:
    if project.schema_version >= SCHEMA_VERSION:
        return ""
    make_tables(connection, project.schema, project.srid, home)
    connection.execute(
        "UPDATE patrolmap_office.projects SET schema_version = %s WHERE project_id = %s",
        (SCHEMA_VERSION, project.project_id),
    )
    return project.name


def _require_format(found: int) -> None:
    if found > OFFICE_FORMAT:
        raise _too_old()


def _require_version(project: OfficeProject) -> None:
    if project.schema_version > SCHEMA_VERSION:
        raise _too_old()
    if project.schema_version < SCHEMA_VERSION:
        raise InputError(
            N_("The office project {name} was made by an older patrolmap."),
            why=N_("Its tables are of format {version}; this program works with {target}."),
            remedy=N_("Let an administrator run “patrolmap office init” with this program; rows stay as they are."),
            name=project.name,
            version=project.schema_version,
            target=SCHEMA_VERSION,
        )


def _too_old() -> InputError:
    return InputError(
        N_("The office store was made by a newer patrolmap."), remedy=N_("Install the newer program on this computer.")
    )
