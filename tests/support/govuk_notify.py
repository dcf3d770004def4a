"""GOV.UK Notify as its API describes itself: it checks tokens, keeps what it takes, and finds it by reference.

Only e-mail, and only what a sender needs of it: https://docs.notifications.service.gov.uk/rest-api.html
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import uuid4

import jwt

SERVICE, SECRET = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed", "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"
API_KEY = f"tests-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"


@dataclass
class GovukNotify:
    """`answer` is a status to refuse everything with; `dies` ends the conversation after it took something."""

    url: str = ""
    answer: int | None = None
    dies: bool = False
    asked: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    status: str = "sending"


class _Handler(BaseHTTPRequestHandler):
    notify: GovukNotify

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._refused():
            return
        if asked.get("template_id") != TEMPLATE or "@" not in asked.get("email_address", ""):
            self._answer(400, {"status_code": 400, "errors": [{"error": "BadRequestError", "message": "no"}]})
            return
        self.notify.taken.append({"id": str(uuid4()), **asked})
        if self.notify.dies:
            self.connection.close()
        else:
            self._answer(201, {"id": self.notify.taken[-1]["id"], "reference": asked.get("reference")})

    def do_GET(self) -> None:
        self.notify.asked += 1
        if self._refused():
            return
        (reference,) = parse_qs(urlparse(self.path).query)["reference"]
        found = [
            {"id": each["id"], "reference": reference, "status": self.notify.status}
            for each in self.notify.taken
            if each.get("reference") == reference
        ]
        self._answer(200, {"notifications": found, "links": {}})

    def _refused(self) -> bool:
        try:
            token = self.headers["Authorization"].removeprefix("Bearer ")
            known = jwt.decode(token, SECRET, algorithms=["HS256"])["iss"] == SERVICE
        except jwt.PyJWTError:
            known = False
        status = self.notify.answer or (None if known else 403)
        if status is not None:
            self._answer(status, {"status_code": status, "errors": [{"error": "Error", "message": "no"}]})
        return status is not None

    def _answer(self, status: int, body: Any) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Nothing."""


@contextmanager
def govuk_notify() -> Iterator[GovukNotify]:
    notify = GovukNotify()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"notify": notify}))
    notify.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield notify
    server.shutdown()
    server.server_close()
