"""An OpenID Connect provider in a process of its own; ``python -m tests.openid_server`` prints its port and serves.

``/seen`` tells what the token address was asked, which the provider itself does not.
"""

import json
import sys
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from oidc_provider_mock import app
from werkzeug.serving import make_server


class Watched:
    def __init__(self, application: Any) -> None:
        self.application = application
        self.token_requests: list[dict[str, str]] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/seen":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(self.token_requests).encode()]
        if environ["PATH_INFO"].endswith("/token"):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            self.token_requests.append({name: values[0] for name, values in parse_qs(body.decode()).items()})
            environ["wsgi.input"] = BytesIO(body)
        answer: Iterable[bytes] = self.application(environ, start_response)
        return answer


if __name__ == "__main__":
    application = app()
    application.wsgi_app = Watched(application.wsgi_app)
    server = make_server("localhost", 0, application, threaded=True)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
