"""What a command, with all that it starts, asks of the network: read from the system calls, which nothing can go around."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).resolve().parents[2]
CALLS: Final = "connect,bind,sendto,sendmsg,sendmmsg"
ADDRESS: Final = re.compile(
    r"(?P<call>\w+)\(.*?sa_family=AF_INET6?, .*?sin6?_port=htons\((?P<port>\d+)\)"
    r".*?(?:inet_addr\(\"(?P<v4>[^\"]+)\"\)|inet_pton\(AF_INET6, \"(?P<v6>[^\"]+)\")"
)
LOOPBACK: Final = re.compile(r"127\.|::1$|::ffff:127\.")
NAME_SERVICE: Final = 53


def needs_strace() -> None:
    """Skip the test where strace is missing or may not trace."""
    program = shutil.which("strace")
    if program is None:
        pytest.skip("strace is missing (Debian: strace)")
    if subprocess.run([program, "-qq", "-e", "trace=none", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let strace trace")


def asked_of_the_network(words: Sequence[str], log: Path, *, environment: dict[str, str] | None = None) -> list[str]:
    """
    Run a command to its end and list whom it, or a process that it started, asked beyond this machine.

    Parameters
    ----------
    words : sequence of str
        The command.
    log : Path
        Where the system calls go.
    environment : dict of str to str or None
        What is set besides.

    Returns
    -------
    list of str
        Call, address and port of each, without those of the loopback device; but any question to a name service.
    """
    trace = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", str(log), "-e", f"trace={CALLS}", "-e", "signal=none"]
    done = subprocess.run(
        [*trace, *words], cwd=ROOT, env={**os.environ, **(environment or {})}, capture_output=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")[-3000:]
    found = (ADDRESS.search(line) for line in log.read_text(encoding="utf-8", errors="replace").splitlines())
    return [
        f"{match['call']} {match['v4'] or match['v6']} {match['port']}"
        for match in found
        if match and (int(match["port"]) == NAME_SERVICE or not LOOPBACK.match(match["v4"] or match["v6"]))
    ]
