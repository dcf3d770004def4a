"""The page of operations in a real browser: good for everybody, and following by itself."""

import aio_pika
import pytest
from playwright.async_api import Page, expect

from tests.browser.looking import expect_good, follow, sign_in

pytestmark = pytest.mark.browser


async def test_the_page_of_operations_can_be_used_by_everybody_and_follows_by_itself(
    page: Page, notifier: str, amqp_url: str
) -> None:
    await sign_in(page, notifier, "operator")
    await page.goto(f"{notifier}/operations")
    await expect_good(page, "operations")
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        await channel.default_exchange.publish(aio_pika.Message(b"{}"), "planner.wave.started.v1")
    row = page.locator("tr", has_text="planner.wave.started.v1")
    await expect(row).to_contain_text("1", timeout=30_000)
    await follow(page, "text=Replay >> nth=0")
    await expect_good(page, "a replay that is asked for")
    await follow(page, "text=Replay them")
    await expect_good(page, "a replay without a rate")
    await page.check("input[value='20']")
    await follow(page, "text=Replay them")
    await expect(page.locator("main")).to_contain_text("ordered by operator")
