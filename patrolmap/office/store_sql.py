"""What an office store is made of: roles, functions that the database itself enforces, and the list of projects."""

from __future__ import annotations

from typing import Final

from patrolmap.messages import N_

__all__ = [
    "ADDED_WORDS",
    "ADMIN",
    "CHANGED_WORDS",
    "DELETED_WORDS",
    "FUNCTIONS",
    "OFFICE_FORMAT",
    "PLANNER",
    "ROLES",
    "STORE",
    "TABLES_OF_STORE",
    "VIEWER",
]

OFFICE_FORMAT: Final = 1
"""The way in which the store keeps its projects."""

STORE: Final = "patrolmap_office"
"""Schema of what all projects share."""

VIEWER: Final = "patrolmap_viewer"
PLANNER: Final = "patrolmap_planner"
ADMIN: Final = "patrolmap_admin"
ROLES: Final = {"viewer": VIEWER, "planner": PLANNER, "admin": ADMIN}
"""Roles as users name them, and the groups in the database that hold their rights; each has those before it too."""

ADDED_WORDS: Final = N_("Office: {count} rows of {table} added")
CHANGED_WORDS: Final = N_("Office: {count} rows of {table} changed")
DELETED_WORDS: Final = N_("Office: {count} rows of {table} deleted")

TABLES_OF_STORE: Final = """
CREATE TABLE IF NOT EXISTS patrolmap_office.store (
  format integer NOT NULL, program_version text NOT NULL, made_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS patrolmap_office.projects (
  project_id text PRIMARY KEY, name text NOT NULL UNIQUE, schema_name name NOT NULL UNIQUE,
  schema_version integer NOT NULL, stored_crs text, metric_crs text, metres_per_unit double precision NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(), made_by text NOT NULL DEFAULT session_user);
CREATE SEQUENCE IF NOT EXISTS patrolmap_office.row_versions;
"""

FUNCTIONS: Final = r"""
CREATE OR REPLACE FUNCTION patrolmap_office.one_writer() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(TG_TABLE_SCHEMA, 0));
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION patrolmap_office.stamp() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.uid <> OLD.uid THEN
    RAISE EXCEPTION 'the uid of a row stays what it is';
  END IF;
  NEW.office_version := nextval('patrolmap_office.row_versions');
  NEW.changed_by := session_user;
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION patrolmap_office.refuse() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% refuses %: it only grows, or changes row by row', TG_TABLE_NAME, TG_OP;
END $$;

CREATE OR REPLACE FUNCTION patrolmap_office.append(place name, what text, label text, summary text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  number_now bigint;
  before text;
  moment text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"');
  sealed text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(place, 0));
  EXECUTE format('SELECT number, hash FROM %I.journal ORDER BY number DESC LIMIT 1', place) INTO number_now, before;
  number_now := coalesce(number_now, 0) + 1;
  before := coalesce(before, repeat('0', 64));
  sealed := encode(sha256(convert_to('[' || concat_ws(',', number_now::text, to_json(moment)::text, to_json(what)::text,
    to_json(session_user::text)::text, to_json(label)::text, to_json(summary)::text, to_json(before)::text) || ']', 'UTF8')), 'hex');
  EXECUTE format('INSERT INTO %I.journal VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', place)
    USING number_now, moment, what, session_user::text, label, summary, before, sealed;
END $$;

CREATE OR REPLACE FUNCTION patrolmap_office.say(place name, what text, label text, summary text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM patrolmap_office.projects WHERE schema_name = place)
     OR NOT has_table_privilege(session_user, format('%I.settings', place), 'UPDATE') THEN
    RAISE insufficient_privilege USING MESSAGE = 'permission denied for the journal';
  END IF;
  PERFORM patrolmap_office.append(place, what, label, summary);
END $$;

CREATE OR REPLACE FUNCTION patrolmap_office.note_rows() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  counted bigint;
BEGIN
  SELECT count(*) INTO counted FROM moved;
  IF counted > 0 THEN
    PERFORM patrolmap_office.append(TG_TABLE_SCHEMA, lower(TG_OP),
      format('{"__message__":%s,"values":{"count":%s,"table":{"__message__":%s,"values":{}}}}',
        to_json(TG_ARGV[0]), counted, to_json(TG_ARGV[1])),
      format('{"do":%s,"layer":%s,"rows":%s}', to_json(lower(TG_OP)), to_json(TG_TABLE_NAME::text), counted));
  END IF;
  RETURN NULL;
END $$;
"""
