"""What the web server runs: `uvicorn lawqa.asgi:application`."""

import gc
import os
import warnings

import django

from api.mcp import WithMcp
from lawqa.bounds import Bounded

# WhiteNoise hands out static files, which are small, through synchronous iterators.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawqa.settings")

django.setup(set_prefix=False)

from lawqa.serving import Handler  # noqa: E402  Django has to know its settings first

application = Bounded(WithMcp(Handler()))

# What is loaded by now stays: looking through it for rubbish again and again would hold up every page.
gc.collect()
gc.freeze()
