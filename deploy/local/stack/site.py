"""One address for the pages of all services: nginx in front of them, where it is installed."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.processes.program import HUNG_AFTER_SECONDS, Program
from deploy.local.processes.supervised import Supervised
from deploy.local.stack.files import write_whole
from deploy.local.stack.home import Home
from deploy.local.stack.ports import Ports
from deploy.local.stack.state import Watch, unwatched
from shared.web.protocol import PROXIES_KEEP_SECONDS
from shared.web.site.navigation import PLACES, Place

FIRST = "planner"
"""The service that serves sign-in, the assets and the page that people begin on."""
LINKS, LINKED = r"^/v1/(acknowledgements/|calendars/[^/]+/[^/]+[.]ics$)", "notifier"
"""The links in notices, and the service that they are of; with the key in them, they are for people."""
NOT_FOR_PEOPLE = r"^/(v1|metrics|health|docs|openapi\.json)(/|$)"


def nginx() -> str | None:
    """Returns the path of nginx; None where it is not installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


class OneSite(Supervised):
    """A proxy on `port` that leads each page to the service that serves it; programs go to the services themselves."""

    def __init__(self, home: Home, program: str, watch: Watch = unwatched) -> None:
        self.port = Ports(home.ports).get("site")
        self._folder = home.folder / "site"
        self._folder.mkdir(exist_ok=True)
        configuration = self._folder / "nginx.conf"
        super().__init__(
            Program(
                name="site",
                description="the pages of all services at one address",
                command=[program, "-p", str(self._folder), "-e", "stderr", "-c", str(configuration)],
                port=self.port,
                health=f"http://127.0.0.1:{self.port}/site-is-there",
                hung_after=HUNG_AFTER_SECONDS,
                grace=2.0,
            ),
            home.logs,
            watch,
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def lead_to(self, urls: Mapping[str, str]) -> None:
        """Writes where each page is: `urls` are the addresses of all replicas, by their names."""
        services = {place.service for place in PLACES} | {FIRST, LINKED}
        replicas = {name: [url for key, url in urls.items() if key.partition("-")[0] == name] for name in services}
        text = configuration(self.port, self._folder, {name: found for name, found in replicas.items() if found})
        write_whole(self._folder / "nginx.conf", text.encode())


def configuration(port: int, folder: Path, replicas: Mapping[str, Sequence[str]]) -> str:
    """Returns the configuration of nginx. It keeps no log of addresses, and no page."""
    upstreams = "\n".join(_upstream(name, urls) for name, urls in sorted(replicas.items()))
    pages = "\n".join(location_of(place) for place in PLACES if place.service in replicas and place.service != FIRST)
    links = f"    location ~ {LINKS} {{ proxy_pass http://{LINKED}; }}" if LINKED in replicas else ""
    temporary = "\n".join(
        f"  {kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    return f"""{user}daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  server_tokens off;
{temporary}
{upstreams}
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 1m;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme;
    location = /site-is-there {{ default_type text/plain; return 200 "yes"; }}
{links}
    location ~ {NOT_FOR_PEOPLE} {{ rewrite ^ /nowhere break; proxy_pass http://{FIRST}; }}
    location /assets/ {{ gzip on; gzip_types text/css text/javascript image/svg+xml; proxy_pass http://{FIRST}; }}
{pages}
    location / {{ proxy_pass http://{FIRST}; }}
  }}
}}
"""


def location_of(place: Place) -> str:
    """Returns the lines that lead to a page. A large file goes through as it comes, and nothing of it is kept."""
    settings = "client_max_body_size 0; proxy_request_buffering off; proxy_read_timeout 300s; "
    whole = settings if place.takes_files else ""
    return f"    location ~ ^{place.path}(/|$) {{ {whole}proxy_pass http://{place.service}; }}"


def _upstream(name: str, urls: Sequence[str]) -> str:
    servers = " ".join(f"server {urlsplit(url).netloc};" for url in urls)
    return f"  upstream {name} {{ {servers} keepalive 8; keepalive_timeout {PROXIES_KEEP_SECONDS}s; }}"
