"""A PostgreSQL server of the tests' own, in a folder that goes with it; skipped where none can be started."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = "local all all trust\nhost all owner all trust\nhost all all all scram-sha-256\n"


@contextmanager
def own_server(name: str, certificate: tuple[bytes, bytes] | None = None) -> Iterator[int]:
    """Yield the port of a server whose superuser ``owner`` needs no password; all others do. It encrypts with key and certificate."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path("/tmp") / f"patrolmap-{name}-{os.getpid()}"  # noqa: S108 - the user postgres must be able to enter it
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    options = f"-p {port} -k {folder} -c fsync=off -c max_connections=40{' -c ssl=on' if certificate else ''}"
    start = ["-D", str(data), "-w", "-l", str(folder / "log"), "-o", options]
    try:
        subprocess.run(
            _as_postgres([str(programs / "initdb"), "-D", str(data), "-U", "owner", "-A", "trust", "-E", "UTF8"]),
            check=True, capture_output=True,
        )  # fmt: skip
        (data / "pg_hba.conf").write_text(RULES)
        for ending, content in zip(("key", "crt"), certificate or (), strict=False):
            file = data / f"server.{ending}"
            file.write_bytes(content)
            shutil.copystat(data / "PG_VERSION", file)
            os.chown(file, data.stat().st_uid, data.stat().st_gid)
        subprocess.run(_as_postgres([str(programs / "pg_ctl"), *start, "start"]), check=True, capture_output=True)
    except (subprocess.CalledProcessError, OSError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start here: {error}")
    try:
        yield port
    finally:
        stop = ["-D", str(data), "-m", "immediate", "stop"]
        subprocess.run(_as_postgres([str(programs / "pg_ctl"), *stop]), check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    found = shutil.which("initdb")
    candidates = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return candidates[-1] if candidates and (candidates[-1] / "initdb").exists() else None


def _as_postgres(words: list[str]) -> list[str]:
    """Run as the user postgres if we are root, whom PostgreSQL refuses."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["runuser", "-u", "postgres", "--", *words] if root else words
