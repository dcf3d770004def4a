"""The reverse proxy's configuration for containers: one site for people, and a name for each service's API."""

from deploy.catalogue import SERVICES
from deploy.local.stack.site import FIRST, NOT_FOR_PEOPLE, location_of
from shared.web.protocol import PROXIES_KEEP_SECONDS
from shared.web.site.navigation import PLACES

NOT_FOR_PROGRAMS = "^/(metrics|health)(/|$)"
"""For the platform alone, which asks the services themselves."""


def site_configuration() -> str:
    """Returns the configuration of nginx. It keeps no log of addresses."""
    return f"""# Written by `make docs`: change deploy/docs/site_configuration.py, not this file.
worker_processes auto;
pid /tmp/nginx.pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  server_tokens off;
{_temporary()}
{_upstreams()}
  ssl_certificate /run/secrets/site.pem;
  ssl_certificate_key /run/secrets/site.key;
  ssl_protocols TLSv1.2 TLSv1.3;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  server {{
    listen 8443 ssl default_server;
    client_max_body_size 1m;
    add_header Strict-Transport-Security "max-age=31536000" always;
    location = /site-is-there {{ default_type text/plain; return 200 "yes"; }}
    location ~ {NOT_FOR_PEOPLE} {{ rewrite ^ /nowhere break; proxy_pass http://{FIRST}; }}
{_pages()}
    location / {{ proxy_pass http://{FIRST}; }}
  }}
{_programs()}
}}
"""


def _temporary() -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "\n".join(f"  {kind}_temp_path /tmp/{kind};" for kind in kinds)


def _upstreams() -> str:
    kept = f"keepalive 16; keepalive_timeout {PROXIES_KEEP_SECONDS}s;"
    return "\n".join(f"  upstream {name} {{ server {name}:8000; {kept} }}" for name in SERVICES)


def _pages() -> str:
    return "\n".join(location_of(place) for place in PLACES if place.service != FIRST)


def _programs() -> str:
    """Returns a server for each service: `planner.api.…`. Bodies are as large as the service allows, and streamed."""
    return "\n".join(
        f"""  server {{
    listen 8443 ssl;
    server_name {name}.api.*;
    client_max_body_size 0;
    proxy_request_buffering off;
    proxy_buffering off;
    proxy_read_timeout 300s;
    location ~ {NOT_FOR_PROGRAMS} {{ return 404; }}
    location / {{ proxy_pass http://{name}; }}
  }}"""
        for name in SERVICES
    )
