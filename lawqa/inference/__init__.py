"""The only package that speaks HTTP to the model servers.

* ModelServerError
  + ModelServerBusy      try again later (timeout, refused, broken off, 429, 5xx, the circuit is open)
  + ModelServerRejected  do not try again (other 4xx, or a reply that cannot be read)
  + Stopped              the reader wants no more of it

calling (one question) → circuit (who is left alone) → wire (HTTP, deadlines) → protocol, objects, types (pure)
"""

from lawqa.inference.calling import Models
from lawqa.inference.types import (
    Call,
    ModelServerBusy,
    ModelServerError,
    ModelServerRejected,
    Role,
    Server,
    Stopped,
)

__all__ = [
    "Call", "ModelServerBusy", "ModelServerError", "ModelServerRejected", "Models", "Role", "Server", "Stopped",
]  # fmt: skip
