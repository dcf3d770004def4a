from tests.browser.test_pages import *
async def test_shots(page, intake, planner):
    service, url = intake
    people, purl = planner
    await page.goto(f"{url}/sign-in"); await page.screenshot(path="/tmp/s1.png")
    await sign_in(page, url, "call-handler"); await page.screenshot(path="/tmp/s2.png")
    await page.fill("#letter_reference", ENGLISH); await press(page, "Enter!"); await page.screenshot(path="/tmp/s3.png", full_page=True)
    await follow(page, "text=Save and take the next call"); await page.screenshot(path="/tmp/s4.png", full_page=True)
    await sign_in(page, purl, f"{GATES[0]}-lead"); await page.screenshot(path="/tmp/s5.png")
    await follow(page, "main a"); await page.screenshot(path="/tmp/s6.png", full_page=True)
    await page.goto(purl + "/campaigns/OTM-26-0001"); await page.screenshot(path="/tmp/s7.png", full_page=True)
    await page.set_viewport_size({"width": 360, "height": 740}); await page.goto(purl + "/campaigns"); await page.screenshot(path="/tmp/s8.png")
