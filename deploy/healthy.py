"""Whether this machine's web server can serve pages: the check of a container, which has no curl."""

import http.client
import os
import sys

PORT = 8000
SECONDS = 4
PAGES = "/readyz?pages"


def main() -> str | None:
    """What is wrong, or None."""
    host = os.environ.get("LAWQA_ALLOWED_HOSTS", "").split(",")[0].strip() or "localhost"
    path = sys.argv[1] if len(sys.argv) > 1 else PAGES
    link = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or PORT), timeout=SECONDS)
    try:
        link.request("GET", path, headers={"Host": host})
        status = link.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}"
    return None if status == http.HTTPStatus.OK else f"HTTP {status}"


if __name__ == "__main__":
    sys.exit(main())
