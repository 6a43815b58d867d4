"""Addresses of databases are taken apart, or refused."""

from __future__ import annotations

import pytest

from patrolmap.model.database_url import DatabaseUrl

OPTIONS = frozenset({"table", "sslmode"})


def test_an_address_is_taken_apart_and_does_not_show_its_password():
    """Escapes are undone; the password stays out of what is printed."""
    url = DatabaseUrl.parse("postgresql://li%40office:s%2Fx@[::1]:5433/city?table=a.b&sslmode=require", OPTIONS)
    assert (url.host, url.port, url.database, url.user, url.password) == ("::1", 5433, "city", "li@office", "s/x")
    assert url.wishes == {"table": "a.b", "sslmode": "require"}
    assert "s/x" not in repr(url)


@pytest.mark.parametrize(
    "address",
    [
        "mysql://a/b",
        "postgresql://a",
        "postgresql://a:x/b",
        "postgresql://a/b?options=-c",
        "postgresql://a/b?sslmode=off",
        "postgresql://a/b#c",
    ],
)
def test_what_is_incomplete_or_holds_anything_else_is_refused(address):
    """Another scheme, no database, no port, an unknown option or mode, a fragment."""
    with pytest.raises(ValueError, match=r".*"):
        DatabaseUrl.parse(address, OPTIONS)
