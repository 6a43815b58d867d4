"""The container of a protected project: encrypted and authenticated in chunks, under a key made from a password.

Layout, big-endian: 16 bytes ``PATROLMAPSECRET`` and the version 1; log2 of scrypt's N, r, p and a zero, one byte each;
16 bytes of salt; 7 bytes of nonce and a zero; 8 bytes length of the project; 32 bytes last hash of its journal;
32 bytes HMAC-SHA-256 of all that. Then chunks of up to 1 MiB, each followed by its tag of 16 bytes.

The password, in Unicode's form NFC, becomes 64 bytes by scrypt (RFC 7914): the first 32 encrypt, the others are the key
of the HMAC. A chunk is encrypted with AES-256-GCM under the nonce, its number (4 bytes) and a byte that is 1 for the last
one, with the whole head as associated data: the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár
(doi:10.1007/978-3-662-47989-6_24). So no chunk can be changed, left out, exchanged or put elsewhere unseen, nor the end cut off.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.errors import DamagedProjectError, InputError
from patrolmap.messages import N_
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["SealHead", "read_head", "seal", "unseal"]

_MAGIC: Final = b"PATROLMAPSECRET\x01"
_FIELDS: Final = struct.Struct(">16s4B16s8sQ32s")
_MAC_BYTES: Final = 32
_TAG_BYTES: Final = 16
_CHUNK_BYTES: Final = 1 << 20
_COST: Final = (17, 8, 1)
"""log2 of N, r, p: 128 MiB and some tenths of a second for each guess."""

_HIGHEST_LOG2_N: Final = 18  # a hostile file must not make the program take all memory


@dataclass(frozen=True)
class SealHead:
    """
    What a container says of itself without a password; believe it only after `unseal` took the password.

    Parameters
    ----------
    raw : bytes
        The head as it stands in the file, with its HMAC.
    salt, nonce : bytes
        16 and 7 random bytes.
    log2_n : int
        Cost of the key derivation.
    size_bytes : int
        Length of the project.
    journal_hash : str
        Last hash of the project's journal, hexadecimal.
    """

    raw: bytes
    salt: bytes
    nonce: bytes
    log2_n: int
    size_bytes: int
    journal_hash: str


def seal(
    source: BinaryIO,
    target: BinaryIO,
    password: str,
    *,
    size_bytes: int,
    journal_hash: str,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> str:
    """
    Encrypt a project.

    Parameters
    ----------
    source, target : BinaryIO
        From where to where.
    password : str
        Any text.
    size_bytes : int
        Length of the source.
    journal_hash : str
        Last hash of its journal, 64 hexadecimal digits; it is legible in the container.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    str
        SHA-256 of what was read, hexadecimal. Linear in the size; holds one chunk in memory.

    Raises
    ------
    InputError
        If the source has another length: something wrote it meanwhile.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(7)
    fields = _FIELDS.pack(_MAGIC, *_COST, 0, salt, nonce + b"\0", size_bytes, bytes.fromhex(journal_hash))
    cipher_key, head_key = _keys(password, salt, _COST[0])
    raw = fields + hmac.digest(head_key, fields, "sha256")
    target.write(raw)
    cipher, sha, read_bytes = AESGCM(cipher_key), hashlib.sha256(), 0
    for number, size in enumerate(_chunk_sizes(size_bytes)):
        raise_if_cancelled(cancel)
        chunk = source.read(size)
        read_bytes += len(chunk)
        is_last = read_bytes >= size_bytes
        if len(chunk) != size or (is_last and source.read(1)):
            raise InputError(
                N_("The project was written by another program meanwhile."),
                remedy=N_("Close it there, and try again; nothing was changed."),
            )
        sha.update(chunk)
        target.write(cipher.encrypt(_nonce(nonce, number, is_last=is_last), chunk, raw))
        progress(read_bytes / max(size_bytes, 1))
    return sha.hexdigest()


def read_head(source: BinaryIO, path: Path) -> SealHead:
    """
    Read what a container says of itself.

    Parameters
    ----------
    source : BinaryIO
        At its beginning; afterwards at its first chunk.
    path : Path
        Its name, for messages.

    Returns
    -------
    SealHead
        Not proven yet.

    Raises
    ------
    InputError
        If it is no protected project, or one of a newer program.
    """
    raw = source.read(_FIELDS.size + _MAC_BYTES)
    if len(raw) != _FIELDS.size + _MAC_BYTES or raw[:16] != _MAGIC:
        raise InputError(
            N_("{path} is not a protected project."),
            why=N_("Its beginning is damaged, or of another kind, or of a newer patrolmap."),
            remedy=N_("Choose a file that “Protect with password” made, or a copy of it."),
            path=str(path),
        )
    _, log2_n, block, parallel, _, salt, nonce, size_bytes, journal_hash = _FIELDS.unpack(raw[: _FIELDS.size])
    if not _COST[0] <= log2_n <= _HIGHEST_LOG2_N or (block, parallel) != _COST[1:]:
        raise _wrong(path)
    return SealHead(raw, salt, nonce[:7], log2_n, size_bytes, journal_hash.hex())


def unseal(
    source: BinaryIO,
    path: Path,
    password: str,
    target: BinaryIO | None,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> tuple[SealHead, str]:
    """
    Prove a container, and decrypt it.

    Parameters
    ----------
    source : BinaryIO
        The container, at its beginning.
    path : Path
        Its name, for messages.
    password : str
        What it was sealed with.
    target : BinaryIO or None
        Where the project goes; None only proves it. What was written before an error was raised must be thrown away.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop.

    Returns
    -------
    SealHead
        Proven.
    str
        SHA-256 of the project, hexadecimal.

    Raises
    ------
    InputError
        If it is no container, or the password is another.
    DamagedProjectError
        If a part of it was changed, or is missing.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head = read_head(source, path)
    cipher_key, head_key = _keys(password, head.salt, head.log2_n)
    fields = head.raw[: _FIELDS.size]
    if not hmac.compare_digest(hmac.digest(head_key, fields, "sha256"), head.raw[_FIELDS.size :]):
        raise _wrong(path)
    cipher, sha, done_bytes = AESGCM(cipher_key), hashlib.sha256(), 0
    for number, size in enumerate(_chunk_sizes(head.size_bytes)):
        raise_if_cancelled(cancel)
        is_last = done_bytes + size == head.size_bytes
        sealed = source.read(size + _TAG_BYTES)
        try:
            chunk = cipher.decrypt(_nonce(head.nonce, number, is_last=is_last), sealed, head.raw)
        except (InvalidTag, ValueError) as error:
            raise _damaged(path, number) from error
        sha.update(chunk)
        if target is not None:
            target.write(chunk)
        done_bytes += size
        progress(done_bytes / max(head.size_bytes, 1))
    if source.read(1):
        raise _damaged(path, number)
    return head, sha.hexdigest()


def _chunk_sizes(size_bytes: int) -> Iterator[int]:
    """Sizes of the chunks; the last is never empty, except that of nothing."""
    left = size_bytes
    while left > _CHUNK_BYTES:
        yield _CHUNK_BYTES
        left -= _CHUNK_BYTES
    yield left


def _keys(password: str, salt: bytes, log2_n: int) -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    words = unicodedata.normalize("NFC", password).encode()
    made = Scrypt(salt=salt, length=64, n=1 << log2_n, r=_COST[1], p=_COST[2]).derive(words)
    return made[:32], made[32:]


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


def _wrong(path: Path) -> InputError:
    return InputError(
        N_("{path} cannot be opened with this password."),
        why=N_("The password is another, or the beginning of the file was changed."),
        remedy=N_(
            "Type it again, and mind capitals and the keyboard's language; if it is right, take a copy of the file."
        ),
        path=str(path),
    )


def _damaged(path: Path, number: int) -> DamagedProjectError:
    return DamagedProjectError(
        N_("{path} was changed or cut off."),
        why=N_("The password is right, but part {number} of the file is not as it was written."),
        remedy=N_("Take a copy of the file; nothing was written from this one."),
        path=str(path),
        number=number + 1,
    )
