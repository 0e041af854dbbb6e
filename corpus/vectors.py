"""How an embedding is kept: little-endian float16 numbers. Pure; the one place that packs and unpacks them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def to_bytes(vector: NDArray[np.float32]) -> bytes:
    """One vector, shape (dimension,), as kept in the database."""
    return vector.astype("<f2").tobytes()


def from_bytes(rows: Sequence[bytes], dimension: int) -> NDArray[np.float32]:
    """The opposite for many rows: shape (len(rows), dimension), float32."""
    packed = np.frombuffer(b"".join(rows), dtype="<f2")
    return packed.reshape(-1, dimension).astype(np.float32)
