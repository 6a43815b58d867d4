"""Tables of a PostgreSQL server: what is read, what is refused, and that no password gets out.

The server is made in a folder of the test, if PostgreSQL and PostGIS are installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from patrolmap.cli.app import main
from patrolmap.errors import InputError
from patrolmap.i18n import tr_error
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.database_address import DatabaseTable, is_database_address
from patrolmap.ingest.readers import read_source
from patrolmap.services.importing import import_file
from patrolmap.services.projects import create_project
from tests.helpers.postgres import own_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLES = """
CREATE EXTENSION postgis;
CREATE ROLE reader LOGIN PASSWORD 'gEheim 1';
CREATE SCHEMA 公安;
CREATE TABLE 公安.卡口 (编号 text PRIMARY KEY, 名称 text, 类型 text, 级别 int, geom geometry(Point, 4490));
INSERT INTO 公安.卡口 VALUES ('K2', '乙卡口', '卡口', 2, ST_SetSRID(ST_MakePoint(113.71, 34.71), 4490)),
                            ('K1', '甲卡口', '卡口', 1, ST_SetSRID(ST_MakePoint(113.7, 34.7), 4490));
CREATE TABLE cases (id bigint, category text, occurred timestamp, lon float8, lat float8, photo bytea);
INSERT INTO cases VALUES (1, '盗窃', '2026-01-02 03:04:05', 113.7, 34.7, '\\x00'), (2, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE "odd ""name"".x" (name text, kind text, lon float8, lat float8);
INSERT INTO "odd ""name"".x" VALUES ('a', 'checkpoint', 113.7, 34.7);
CREATE TABLE mixed (name text, kind text, geom geometry);
INSERT INTO mixed VALUES ('a', 'post', ST_SetSRID(ST_MakePoint(1, 2), 4326)), ('b', 'post', ST_SetSRID(ST_MakePoint(1, 2), 4490));
GRANT USAGE ON SCHEMA 公安 TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA 公安, public TO reader;
CREATE FUNCTION touch() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$ DELETE FROM public.cases RETURNING 'x' $$;
CREATE VIEW hostile AS SELECT touch() AS name, 'post' AS kind, 113.7 AS lon, 34.7 AS lat;
GRANT SELECT ON hostile TO reader;
CREATE TABLE secret (name text); REVOKE ALL ON secret FROM reader;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[DatabaseTable]:
    """Start a server of our own; skip if there is none to start."""
    with own_server("ingest") as port:
        with psycopg.connect(f"postgresql://owner@127.0.0.1:{port}/postgres", autocommit=True) as connection:
            try:
                connection.execute(_TABLES)
            except psycopg.errors.FeatureNotSupported:
                pytest.skip("PostGIS is not installed")
        yield DatabaseTable("127.0.0.1", port, "postgres", "reader", "gEheim 1", "")


def _table(server: DatabaseTable, table: str, password: str = "gEheim 1") -> DatabaseTable:  # noqa: S107 - of the test's own server
    return DatabaseTable(server.host, server.port, server.database, server.user, password, table)


def test_a_table_of_points_becomes_sites(server: DatabaseTable, tmp_path: Path) -> None:
    """Geometry, its system and Chinese names come over; the rows stand in the order of the key."""
    with create_project(tmp_path / "p.gpkg", "District", "EPSG:4490") as project:
        report = import_file(project, _table(server, "公安.卡口"), "sites")
        layer = project.layer("sites")
    assert layer["site_id"].tolist() == ["K1", "K2"]
    assert layer["level"].tolist() == [1, 2]
    assert [(point.x, point.y) for point in layer.geometry] == [(113.7, 34.7), (113.71, 34.71)]
    assert report.source == "postgres/公安.卡口"


def test_a_table_without_geometry_has_columns_of_text(server: DatabaseTable) -> None:
    """NULL is an empty cell, binary columns stay out, times and numbers are written out."""
    source = read_source(_table(server, "cases"), Wanted("incidents"))
    assert source.columns == ("id", "category", "occurred", "lon", "lat")
    assert source.table.iloc[0].tolist() == ["1", "盗窃", "2026-01-02 03:04:05", "113.7", "34.7"]
    assert source.table.iloc[1].tolist() == ["2", "", "", "", ""]


def test_without_a_table_the_one_that_fits_is_chosen(server: DatabaseTable) -> None:
    """Names of columns speak for a table, and the report names those left alone."""
    source = read_source(_table(server, ""), Wanted("incidents"))
    assert "category" in source.columns
    assert any("公安.卡口" in str(choice) for choice in source.choices)


def test_a_quoted_name_is_a_name(server: DatabaseTable) -> None:
    """Quotes and dots inside a name do no harm."""
    assert len(read_source(_table(server, '"odd ""name"".x"'), Wanted("sites")).table) == 1


@pytest.mark.parametrize(
    "named", ["cases; DROP TABLE cases", "(SELECT 1)", "cases WHERE true", "pg_catalog.pg_authid", "secret"]
)
def test_nothing_but_a_table_is_taken(server: DatabaseTable, named: str) -> None:
    """A query, a system table and a table without the right to read it are no tables."""
    with pytest.raises(InputError, match="has no table"):
        read_source(_table(server, named), Wanted("incidents"))


def test_a_view_cannot_write(server: DatabaseTable) -> None:
    """The transaction is read-only, whatever functions a view calls."""
    with pytest.raises(InputError, match="read-only"):
        read_source(_table(server, "hostile"), Wanted("sites"))
    assert len(read_source(_table(server, "cases"), Wanted("incidents")).table) == 2


def test_several_systems_in_one_table_are_refused(server: DatabaseTable) -> None:
    """Nothing is guessed about mixed geometry."""
    with pytest.raises(InputError, match="several coordinate systems"):
        read_source(_table(server, "mixed"), Wanted("sites"))


def test_a_wrong_password_is_not_repeated(server: DatabaseTable) -> None:
    """Neither the message nor the printed address shows it."""
    where = _table(server, "cases", "wrong-password")
    with pytest.raises(InputError) as caught:
        read_source(where, Wanted("incidents"))
    assert "wrong-password" not in tr_error(caught.value.parts) + repr(where) + where.name


def test_no_password_reaches_the_project(
    server: DatabaseTable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Journal, labels and report of an import by the command line hold none."""
    project = tmp_path / "p.gpkg"
    assert main(["new", str(project), "--quiet"]) == 0
    address = f"postgresql://reader:gEheim%201@127.0.0.1:{server.port}/postgres?table=cases"
    report = tmp_path / "r.json"
    assert main(["import", str(project), address, "--as", "incidents", "--json", "--report", str(report)]) == 0
    assert b"gEheim" not in project.read_bytes() + report.read_bytes() + capsys.readouterr().out.encode()


def test_a_server_that_is_not_there_is_said() -> None:
    """The message names the server and what to check."""
    with pytest.raises(InputError, match="cannot be read"):
        read_source(DatabaseTable("127.0.0.1", 1, "d", "u", "p", "t"), Wanted("sites"))


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://h/",
        "postgresql://h/d?options=-c%20x",
        "postgresql://h/d?sslmode=none",
        "postgresql://h:port/d",
        "postgresql://h/d#x",
        "mysql://h/d",
    ],
)
def test_an_address_holds_nothing_else(address: str) -> None:
    """Options of the driver cannot be smuggled in."""
    with pytest.raises(InputError):
        DatabaseTable.at(address)


def test_an_address_is_read_whole() -> None:
    """Escapes and Chinese names are understood."""
    where = DatabaseTable.at("postgresql://u%40x:p%2F1@db.local:5433/库?table=公安.卡口&sslmode=require")
    assert where == DatabaseTable("db.local", 5433, "库", "u@x", "p/1", "公安.卡口", "require")
    assert is_database_address("postgres://h/d")
    assert not is_database_address("C:/postgresql/a.csv")
