"""What the database itself allows to viewers, planners and administrators, whatever program they use."""

# ruff: noqa: S608 - the names of schemas are the tests' own

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import errors

from patrolmap.errors import InputError
from patrolmap.office.exchange import SyncWishes, check_out, publish, synchronise
from patrolmap.office.office_journal import verify_office_journal
from patrolmap.office.roles import grant_role, list_users, revoke_roles
from patrolmap.office.server import PasswordNeededError
from patrolmap.office.store import find_project, init_store, offered_projects
from patrolmap.project.store import ProjectStore
from tests.office.conftest import USERS, OfficeAddress, address, content, district, raw
from tests.office.test_exchange import rename

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def schema(port: int, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the schema of a published project named ``rights``."""
    with district(tmp_path_factory.mktemp("rights") / "rights.gpkg") as project:
        return publish(project, address(port, "chief"), name="rights").project.schema


WRITES = (
    "INSERT INTO {}.sites (site_id) VALUES ('X')",
    "UPDATE {}.sites SET name = 'X'",
    "DELETE FROM {}.sites",
    "UPDATE {}.settings SET value = '1'",
    "INSERT INTO {}.journal SELECT * FROM {}.journal",
    "SELECT patrolmap_office.say('{}', 'sync', '{{}}', '{{}}')",
)
ALWAYS_REFUSED = (
    "TRUNCATE {}.sites",
    "UPDATE {}.journal SET author = 'x'",
    "DELETE FROM {}.journal",
    "TRUNCATE {}.journal",
    "SELECT patrolmap_office.append('{}', 'sync', '{{}}', '{{}}')",
    "UPDATE patrolmap_office.projects SET name = 'x'",
    "DROP TABLE {}.sites",
    "ALTER TABLE {}.journal DISABLE TRIGGER ALL",
    "CREATE TABLE {}.own (a int)",
    "GRANT patrolmap_planner TO viktor",
    "GRANT patrolmap_admin TO bert",
    "SET ROLE patrolmap_admin",
)


@pytest.mark.parametrize("statement", [*WRITES, *ALWAYS_REFUSED])
def test_a_viewer_changes_nothing(port: int, schema: str, statement: str) -> None:
    """The database refuses, not the program."""
    with raw(port, "viktor") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.format(schema, schema))


@pytest.mark.parametrize("statement", ALWAYS_REFUSED)
def test_a_planner_writes_rows_and_nothing_else(port: int, schema: str, statement: str) -> None:
    """Neither journal nor tables nor roles are a planner's."""
    with raw(port, "anna") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.format(schema, schema))


@pytest.mark.parametrize(
    "statement", ["UPDATE {}.journal SET author = 'x'", "DELETE FROM {}.journal", "TRUNCATE {}.journal"]
)
def test_the_journal_refuses_its_owner_too(port: int, schema: str, statement: str) -> None:
    """An administrator would have to take the trigger away first, and the chain would still tell."""
    with raw(port, "chief") as connection, pytest.raises(errors.RaiseException, match="only grows"):
        connection.execute(statement.format(schema))


def test_no_stranger_gets_in(port: int, schema: str) -> None:
    """A database user without a role reads nothing, and is told what to ask for."""
    with raw(port, "chief") as chief, pytest.raises(errors.InsufficientPrivilege):
        chief.execute("CREATE ROLE x")
    with psycopg.connect(f"postgresql://owner@127.0.0.1:{port}/postgres", autocommit=True) as owner:
        owner.execute("CREATE ROLE stranger LOGIN PASSWORD 'gEheim 1'")
    with raw(port, "stranger") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(f"SELECT * FROM {schema}.sites")
    with pytest.raises(InputError, match="no role"):
        offered_projects(address(port, "stranger"))


def test_a_viewers_changes_stay_at_home(port: int, schema: str, tmp_path: Path) -> None:
    """Synchronising says so and changes neither side; others' changes can still be taken."""
    assert schema
    check_out(address(port, "viktor", "rights"), tmp_path / "v.gpkg")
    with ProjectStore.open(tmp_path / "v.gpkg") as project:
        rename(project, "K1", "V")
        before = content(project)
        with pytest.raises(InputError, match="only look"):
            synchronise(project, address(port, "viktor"), SyncWishes())
        assert synchronise(project, address(port, "viktor"), SyncWishes(only_take=True)).done
        assert content(project) == before


def test_a_change_by_another_program_is_stamped_and_in_the_journal(port: int, schema: str, tmp_path: Path) -> None:
    """Who edits in a GIS leaves author and version, and copies take the change in."""
    check_out(address(port, "bert", "rights"), tmp_path / "b.gpkg")
    with raw(port, "anna") as connection:
        connection.execute(f"UPDATE {schema}.sites SET name = 'GIS', changed_by = 'nobody' WHERE site_id = 'K2'")
        last = connection.execute(f"SELECT kind, author FROM {schema}.journal ORDER BY number DESC LIMIT 1").fetchone()
        by = connection.execute(f"SELECT changed_by FROM {schema}.sites WHERE site_id = 'K2'").fetchone()
    assert (last, by) == (("update", "anna"), ("anna",))
    with ProjectStore.open(tmp_path / "b.gpkg") as project:
        assert synchronise(project, address(port, "bert"), SyncWishes()).done
        assert "GIS" in set(project.layer("sites")["name"])


def test_layers_lie_in_the_store_as_geometry(port: int, schema: str) -> None:
    """A GIS reads type, reference system and coordinates without patrolmap."""
    with raw(port, "viktor") as connection:
        row = connection.execute(
            f"SELECT public.ST_AsText(geom), public.ST_SRID(geom), name FROM {schema}.sites WHERE site_id = 'K3'"
        ).fetchone()
        kinds = connection.execute(
            "SELECT type, srid FROM public.geometry_columns WHERE f_table_schema = %s AND f_table_name = 'rings'",
            (schema,),
        ).fetchone()
    assert row == ("POINT(113.703 34.7)", 4490, "卡口3")
    assert kinds == ("MULTIPOLYGON", 4490)


def test_the_chain_over_users_holds_and_shows_a_change(port: int, schema: str) -> None:
    """Python computes the same hashes as the database; an entry changed behind the trigger's back is found."""
    place = address(port, "viktor", "rights")
    entries, _, broken = verify_office_journal(place)
    assert entries > 3
    assert broken is None
    with raw(port, "chief") as connection:
        for statement in ("DISABLE TRIGGER ALL", None, "ENABLE TRIGGER ALL"):
            connection.execute("SET ROLE patrolmap_admin")
            if statement is None:
                connection.execute(f"UPDATE {schema}.journal SET author = 'x' WHERE number = 2")
            else:
                connection.execute(f"ALTER TABLE {schema}.journal {statement.replace('ALL', 'USER')}")
    assert verify_office_journal(place)[2] == 2


def test_roles_are_given_and_taken(port: int) -> None:
    """An administrator who is none of the server moves users between roles; a planner cannot."""
    assert {user.name: user.role for user in list_users(address(port, "chief"))}.items() >= USERS.items()
    with pytest.raises(InputError, match="refuses"):
        grant_role(address(port, "anna"), "viktor", "planner")
    grant_role(address(port, "chief"), "bert", "admin")
    grant_role(address(port, "bert"), "viktor", "planner")
    assert {"bert": "admin", "viktor": "planner"}.items() <= {
        user.name: user.role for user in list_users(address(port, "chief"))
    }.items()
    revoke_roles(address(port, "chief"), "viktor")
    with pytest.raises(InputError, match="no role"):
        offered_projects(address(port, "viktor"))
    grant_role(address(port, "chief"), "viktor", "viewer")
    grant_role(OfficeAddress.at(f"postgresql://owner@127.0.0.1:{port}/postgres"), "bert", "planner")
    with pytest.raises(InputError, match="no user"):
        grant_role(address(port, "chief"), "nobody", "viewer")


def test_only_administrators_publish(port: int, tmp_path: Path) -> None:
    """A planner is told so, and nothing of the project is there."""
    with district(tmp_path / "p.gpkg") as project:
        with pytest.raises(InputError, match="Only administrators"):
            publish(project, address(port, "anna"), name="mine")
        assert project.office_link is None
    assert "mine" not in [found.name for found in offered_projects(address(port, "anna"))]


def test_another_format_of_the_store_is_said(port: int, schema: str, tmp_path: Path) -> None:
    """A newer store asks for the newer program, an older project for an administrator, who brings it up to date."""
    owner = OfficeAddress.at(f"postgresql://owner@127.0.0.1:{port}/postgres")
    assert schema
    with psycopg.connect(f"postgresql://owner@127.0.0.1:{port}/postgres", autocommit=True) as connection:
        connection.execute("UPDATE patrolmap_office.projects SET schema_version = 999 WHERE name = 'rights'")
        with pytest.raises(InputError, match="newer"):
            check_out(address(port, "anna", "rights"), tmp_path / "n.gpkg")
        connection.execute("UPDATE patrolmap_office.projects SET schema_version = 1 WHERE name = 'rights'")
        connection.execute(f"ALTER TABLE {schema}.sites DROP COLUMN zone")
        with pytest.raises(InputError, match="older"):
            check_out(address(port, "anna", "rights"), tmp_path / "o.gpkg")
        connection.execute("UPDATE patrolmap_office.store SET format = 999")
        with pytest.raises(InputError, match="newer"):
            offered_projects(address(port, "anna"))
        connection.execute("UPDATE patrolmap_office.store SET format = 1")
    assert init_store(owner) == ("rights",)
    assert check_out(address(port, "anna", "rights"), tmp_path / "o.gpkg").done
    assert not (tmp_path / "n.gpkg").exists()


def test_each_refusal_of_the_server_says_what_to_do(port: int, tmp_path: Path) -> None:
    """No password, a wrong one, no server, no such database, no encryption."""
    with pytest.raises(PasswordNeededError):
        offered_projects(OfficeAddress("127.0.0.1", port, "postgres", "anna", ""))
    with pytest.raises(InputError, match="does not let anna in") as caught:
        offered_projects(OfficeAddress("127.0.0.1", port, "postgres", "anna", "falsch-x"))
    assert "falsch-x" not in str(caught.value)
    with pytest.raises(InputError, match="cannot be reached"):
        offered_projects(OfficeAddress("127.0.0.1", 1, "postgres", "anna", "x"))
    with pytest.raises(InputError, match="nothere"):
        offered_projects(OfficeAddress("127.0.0.1", port, "nothere", "owner", ""))
    with pytest.raises(InputError, match="sslmode"):
        offered_projects(OfficeAddress("127.0.0.1", port, "postgres", "anna", "x", ssl_mode="require"))
    with pytest.raises(InputError, match="no such project"):
        check_out(address(port, "anna", "nicht da"), tmp_path / "x.gpkg")


def test_no_password_reaches_the_project(port: int, tmp_path: Path) -> None:
    """The file remembers the address without it."""
    with district(tmp_path / "p.gpkg") as project:
        publish(project, address(port, "chief"), name="secret")
        link = project.office_link
        assert link is not None
        assert OfficeAddress.at(link.address) == address(port, "chief", "secret").with_password("")
    assert b"gEheim" not in (tmp_path / "p.gpkg").read_bytes()
    assert "gEheim" not in repr(address(port, "chief"))
    assert find_project.__doc__
