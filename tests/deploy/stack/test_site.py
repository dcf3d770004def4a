"""One site: nginx leads people to the services' pages, and one sign-in holds at all of them."""

import re
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from deploy.docs.site_configuration import site_configuration as in_containers
from deploy.local.stack.home import Home
from deploy.local.stack.site import OneSite, configuration, nginx
from services.intake import app as intake
from services.intake.settings import Settings as IntakeSettings
from services.planner import app as planner
from services.planner.settings import Settings as PlannerSettings
from shared.web.site.navigation import PLACES
from tests.support.browsing import Browser
from tests.support.inside import Corner, inside

installed = pytest.mark.skipif(nginx() is None, reason="nginx is not installed here: its configuration is tested")


@pytest.fixture
def corner(tmp_path: Path, mongo_url: str, database: str) -> Corner:
    return Corner.made(tmp_path / "corner", mongo_url, database)


def test_every_page_of_the_navigation_is_led_to_its_service() -> None:
    names = ("planner", "intake", "notifier", "dispatcher")
    replicas = {name: [f"http://127.0.0.1:{port}"] for port, name in enumerate(names, start=2)}
    written = configuration(1, Path("/x"), replicas)
    for place in PLACES:
        if place.service != "planner":
            led = next(line for line in written.splitlines() if f"location ~ ^{place.path}(/|$)" in line)
            assert f"proxy_pass http://{place.service};" in led
            assert ("proxy_request_buffering off" in led) == place.takes_files
    assert written.index("acknowledgements/") < written.index("/nowhere"), "links in notices lead on, other /v1 do not"
    assert "access_log off" in written


async def test_a_service_keeps_a_connection_longer_than_the_proxy_before_it(corner: Corner) -> None:
    """A POST on a connection that the service closes at that moment is answered 502, and nobody sends it again."""
    kept = planner.build_app(corner.settings(PlannerSettings)).http(0).timeout_keep_alive
    for written in (configuration(1, Path("/x"), {"planner": ["http://127.0.0.1:2"]}), in_containers()):
        limits = [int(each) for each in re.findall(r"keepalive_timeout (\d+)s;", written)]
        assert len(limits) == written.count("upstream ")
        assert max(limits) < kept


@installed
async def test_somebody_who_signs_in_once_works_at_every_service(
    home: Home, corner: Corner, mongo_url: str, database: str
) -> None:
    program = nginx()
    assert program is not None
    home.prepare()
    site = OneSite(home, program)
    other = Corner(corner.home, mongo_url, f"{database}_2")
    said = {"personas": True, "address": site.url}
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(
            inside(planner.build_app(corner.settings(PlannerSettings, site=said)), corner)
        )
        second = await stack.enter_async_context(
            inside(intake.build_app(other.settings(IntakeSettings, site=said)), other)
        )
        led = {
            "planner": await stack.enter_async_context(first.listening()),
            "intake": await stack.enter_async_context(second.listening()),
        }
        site.lead_to({**led, "notifier": led["planner"]})
        await stack.enter_async_context(site)
        browser = await stack.enter_async_context(Browser(url=site.url))
        desk = await browser.sign_in("call-handler")
        assert desk.path == "/desk"
        assert (await browser.send(desk, "/desk/letter", letter_reference="")).path == "/desk/unknown"
        assert (await browser.get("/campaigns")).status == 403
        for path in ("/v1/campaigns", "/metrics", "/health/ready", "/docs", "/openapi.json"):
            assert (await browser.get(path)).status == 404
        async with httpx.AsyncClient() as client:
            sheet = desk.answer.text.partition('stylesheet" href="')[2].partition('"')[0]
            style = await client.get(site.url + sheet)
        assert style.headers["content-encoding"] == "gzip"
