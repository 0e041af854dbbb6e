"""Streams uploaded files from the request's body into the store: hashed and counted while they arrive, without a copy.

Nothing that a file does here raises: what is wrong with one file is remembered beside it, and the others arrive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from corpus.access import may_add_law
from corpus.extraction.errors import ExtractionError, NotSupported
from corpus.files import CHUNK, Incoming, NoSpace
from corpus.models import StoredFile

if TYPE_CHECKING:
    Base = UploadedFile[bytes]
else:  # generic for the type checker only
    Base = UploadedFile


class Upload(Base):
    """One file of a request. It is gone when the request ends, unless `keep` was called."""

    def __init__(
        self, name: str, incoming: Incoming | None, refusal: ExtractionError | NoSpace | None
    ) -> None:
        super().__init__(file=None, name=name, size=incoming.size if incoming else 0)
        self._incoming = incoming
        self._refusal = refusal

    def keep(self) -> StoredFile:
        """Make it durable. Raises TooLarge, NotSupported, NoSpace."""
        if self._refusal is not None:
            raise self._refusal
        if self._incoming is None:
            raise NotSupported("The file did not arrive. Add it again.")
        return self._incoming.keep()

    def close(self) -> None:
        if self._incoming is not None:
            self._incoming.__exit__(None, None, None)
            self._incoming = None


class Handler(FileUploadHandler):
    """What the setting FILE_UPLOAD_HANDLERS names. Who may not add law sends into the void."""

    chunk_size = CHUNK

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._incoming: Incoming | None = None
        self._refusal: ExtractionError | NoSpace | None = None

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, *args, **kwargs)
        self._discard()
        self._refusal = None
        if self.request is not None and may_add_law(self.request):
            try:
                self._incoming = Incoming(file_name).__enter__()
            except NoSpace as refusal:
                self._refusal = refusal

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._incoming is None:
            return
        try:
            self._incoming.write(raw_data)
        except (ExtractionError, NoSpace) as refusal:
            self._refusal = refusal
            self._discard()

    def file_complete(self, file_size: int) -> Upload:
        upload = Upload(self.file_name or "unnamed", self._incoming, self._refusal)
        self._incoming = None
        return upload

    def upload_complete(self) -> None:
        """A body may end before its last file does."""
        self._discard()

    def upload_interrupted(self) -> None:
        self._discard()

    def _discard(self) -> None:
        if self._incoming is not None:
            self._incoming.__exit__(None, None, None)
            self._incoming = None
