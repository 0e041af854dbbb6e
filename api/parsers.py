"""Reads what is sent: a JSON object, or a form with files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import DataAndFiles, JSONParser, MultiPartParser


class TooLarge(APIException):
    status_code = 413
    default_detail = "More was sent than is read. Shorten it."
    default_code = "too_large"


class BoundedJSON(JSONParser):
    """JSON in UTF-8, an object at the top; Django has refused what is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            given: Any = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        if not isinstance(given, dict):
            raise ParseError("Send a JSON object.")
        return given


class Form(MultiPartParser):
    """A form with files. Of one that cannot be read to its end nothing stays: Django itself tells no handler of that."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> DataAndFiles[Any, Any]:
        try:
            return super().parse(stream, media_type, parser_context)
        except (ParseError, SuspiciousOperation):
            for handler in (parser_context or {})["request"].upload_handlers:
                handler.upload_interrupted()
            raise
