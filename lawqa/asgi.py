"""What the web server runs: `uvicorn lawqa.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lawqa.settings")

application = get_asgi_application()
