"""Uploads at rest: encrypted while they are needed, unreadable the moment they are not.

A file that a person uploads holds columns nobody ticked. It is written encrypted under a key of its own,
which is derived from the deployment's secret and a salt in the file's first bytes. Shredding overwrites the
salt and removes the file: what the disk may still hold of it cannot be read again.
"""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

MAGIC = b"regulars-sealed1"
SALT = 32
BEGIN = len(MAGIC) + SALT
BLOCK = 16


class SealedWriter:
    """Writes bytes encrypted into a new file under the uploads folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        salt = secrets.token_bytes(SALT)
        self.path = folder / f"{secrets.token_hex(16)}.sealed"
        self.size = 0
        self._cipher = _cipher(salt, 0)
        self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._file.write(MAGIC + salt)

    def write(self, chunk: bytes) -> None:
        """Append one piece."""
        self._file.write(self._cipher.update(chunk))
        self.size += len(chunk)

    def close(self) -> None:
        """Finish the file; it survives a crash from here on."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


class _Unsealed(io.RawIOBase):
    """The plain bytes of a sealed file, read in any order."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        head = self._file.read(BEGIN)
        if len(head) < BEGIN or not head.startswith(MAGIC):
            self._file.close()
            raise FileNotFoundError(path.name)
        self._salt = head[len(MAGIC) :]
        self._size = path.stat().st_size - BEGIN
        self._at = 0
        self._cipher: CipherContext | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset != self._at:
            self._cipher = None
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._cipher is None:
            self._file.seek(BEGIN + self._at)
            self._cipher = _cipher(self._salt, self._at)
        plain = self._cipher.update(self._file.read(len(buffer)))
        buffer[: len(plain)] = plain
        self._at += len(plain)
        return len(plain)

    def close(self) -> None:
        self._file.close()
        super().close()


def seal(chunks: Iterable[bytes], folder: Path) -> SealedWriter:
    """Write chunks into a new sealed file and return its closed writer."""
    writer = SealedWriter(folder)
    try:
        for chunk in chunks:
            writer.write(chunk)
    except BaseException:
        writer.close()
        shred(writer.path)
        raise
    writer.close()
    return writer


def unsealed(path: Path) -> BinaryIO:
    """Open the plain bytes of a sealed file.

    Raises
    ------
    FileNotFoundError
        When the file is gone or was shredded.
    """
    return io.BufferedReader(_Unsealed(path), 1 << 18)


def shred(path: Path) -> None:
    """Make a sealed file unreadable for good and remove it; nothing happens when it is gone."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(BEGIN))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return


def _cipher(salt: bytes, offset: int) -> CipherContext:
    key = HKDF(SHA256(), 32, salt, b"regulars upload").derive(settings.SECRET_KEY.encode())
    context = Cipher(AES(key), CTR((offset // BLOCK).to_bytes(BLOCK, "big"))).decryptor()
    context.update(bytes(offset % BLOCK))
    return context
