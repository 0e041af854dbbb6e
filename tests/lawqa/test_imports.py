"""The pages start in a moment: what is heavy is loaded by the worker only."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings

HEAVY = (
    "faiss",
    "torch",
    "tantivy",
    "sentence_transformers",
    "transformers",
    "pypdf",
    "pypdfium2",
    "fitz",
    "pdfminer",
    "eyecite",
)


def test_the_addresses_load_no_model_no_index_and_no_pdf_library() -> None:
    program = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'lawqa.settings'; import lawqa, django; "
        "django.setup(); import lawqa.asgi, lawqa.urls; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=settings.BASE_DIR
    )
    assert done.stdout.strip() == "[]"
