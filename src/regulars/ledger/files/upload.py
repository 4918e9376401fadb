"""Takes uploads from the web straight into the vault: no plain byte reaches the disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from regulars.ledger.files.vault import SealedWriter, shred


def uploads() -> Path:
    """Return the folder of files that are still needed."""
    return Path(settings.REGULARS_HOME) / "uploads"


class SealedUpload(UploadedFile):  # type: ignore[type-arg]
    """An upload that lies sealed under the uploads folder."""

    def __init__(self, writer: SealedWriter, name: str | None, size: int) -> None:
        super().__init__(file=None, name=name, size=size)
        self.stored_as = writer.path.name


class SealedUploadHandler(FileUploadHandler):
    """Seals each uploaded file while it streams in."""

    _writer: SealedWriter | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin one file."""
        super().new_file(*args, **kwargs)
        self._writer = SealedWriter(uploads())

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Seal one piece."""
        if self._writer is not None:
            self._writer.write(raw_data)

    def file_complete(self, file_size: int) -> SealedUpload | None:
        """Finish one file."""
        if self._writer is None:
            return None
        self._writer.close()
        done, self._writer = self._writer, None
        return SealedUpload(done, self.file_name, file_size)

    def upload_interrupted(self) -> None:
        """Forget what came in when the visitor went away."""
        if self._writer is not None:
            self._writer.close()
            shred(self._writer.path)
            self._writer = None
