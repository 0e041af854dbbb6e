"""What the web server runs: `uvicorn lawqa.asgi:application`."""

import os
import warnings

from django.core.asgi import get_asgi_application

from lawqa.bounds import Bounded

# WhiteNoise hands out static files, which are small, through synchronous iterators.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawqa.settings")

application = Bounded(get_asgi_application())
