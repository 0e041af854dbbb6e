"""`manage.py bench` measures the stages of ingesting a PDF that it is given, finds or writes."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from corpus import extraction
from corpus.models import Document, Section
from corpus.types import PageText
from lawqa.evaluation import ingestion, plain_pdf
from lawqa.management.commands import bench
from tests.library import load

LIMITS = extraction.Limits()


def read(path: Path) -> list[str]:
    """The text of each page, as the project's own extraction reads it."""
    items = extraction.extract(path, "application/pdf", LIMITS, lambda: None)
    return ["\n".join(line.text for line in item.lines) for item in items if isinstance(item, PageText)]


def test_the_written_pdf_says_what_was_asked(tmp_path: Path) -> None:
    path = tmp_path / "written.pdf"
    path.write_bytes(
        plain_pdf.written(["(1) A hive (or skep)", r"shall be \ registered for £5.", "蜂 is no Latin."])
    )
    assert read(path) == ["(1) A hive (or skep)\nshall be \\ registered for £5.\n? is no Latin."]


def test_the_written_pdf_has_as_many_pages_as_its_lines_need(tmp_path: Path) -> None:
    path = tmp_path / "written.pdf"
    path.write_bytes(
        plain_pdf.written([f"Line {n} of the act." for n in range(2 * plain_pdf.LINES_A_PAGE + 1)])
    )
    pages = read(path)
    assert len(pages) == 3
    assert pages[2] == f"Line {2 * plain_pdf.LINES_A_PAGE} of the act."


def test_rates_are_of_their_stage_and_the_share_is_of_all() -> None:
    seconds = {"extraction": 2.0, "structure": 1.0, "passages": 1.0, "encoding": 4.0}
    assert ingestion.rates(20, 100, seconds) == {
        "pages_per_second": 10.0, "passages_per_second": 25.0, "encoder_share": 0.5,
    }  # fmt: skip


@pytest.mark.django_db
def test_bench_ingests_a_pdf_and_saves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(index=False)
    before = (Document.objects.count(), Section.objects.count())
    monkeypatch.setattr(bench, "_measure", lambda rounds: {})
    found = bench_json()
    assert found["file"] == "a PDF written from the shelf's law"
    assert found["pages"] == 1
    assert found["passages"] >= found["sections"] >= 1
    assert list(found["seconds"]) == ["extraction", "structure", "passages", "encoding"]
    assert 0 < found["encoder_share"] < 1
    assert (Document.objects.count(), Section.objects.count()) == before


def bench_json(**options: Any) -> dict[str, Any]:
    output = io.StringIO()
    call_command("bench", "--json", stdout=output, **options)
    found: dict[str, Any] = json.loads(output.getvalue())["ingesting"]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read"), (b"", "empty"), (b"%PDF-1.7\n%%EOF", "Bees.pdf")],
    ids=["missing", "empty", "broken"],
)
def test_a_pdf_that_cannot_be_ingested_is_refused_in_a_sentence(
    content: bytes | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(index=False)
    monkeypatch.setattr(bench, "_measure", lambda rounds: {})
    path = tmp_path / "Bees.pdf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=said):
        bench_json(pdf=path)
