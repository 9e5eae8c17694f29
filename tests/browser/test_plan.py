"""Can a plan be made and a block be moved with the keyboard alone, and are Plan and Today fit for everybody?"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FORM = "[data-field='hours_a_week']"


def faults(page):
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return {(one["id"], node["html"][:120]) for one in found for node in one["nodes"]}, max(0, wide)


def send(page, method, path, body):
    token = page.request.get("/api/session").json()["csrf_token"]
    answer = page.request.fetch(path, method=method, data=body, headers={"X-CSRF-Token": token})
    assert answer.ok, answer.text()
    return answer.json()


@pytest.fixture
def planned(open_page):
    """Open a page of a home that has a plan of four weeks, and leave none behind."""
    page = open_page("/data")
    last = (datetime.now(UTC) + timedelta(days=28)).date().isoformat()
    send(page, "PUT", "/api/plan", {"last": last, "hours_a_week": 8})
    yield open_page
    send(page, "POST", "/api/plan/forget", {})


def test_a_plan_is_made_and_a_block_moved_without_a_mouse(open_page):
    page = open_page("/plan")
    page.locator(FORM).wait_for()
    page.get_by_role("button", name=re.compile("^Take ")).focus()
    page.keyboard.press("Enter")
    page.locator(FORM).focus()
    page.keyboard.press("Enter")
    page.locator("table").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"
    block = page.locator("[data-block][tabindex='0']")
    block.focus()
    name, day = block.get_attribute("data-block"), "closest('td').dataset.day"
    before = page.evaluate(f"document.activeElement.{day}")
    page.keyboard.press("Shift+ArrowRight")
    page.locator("[role='status']").filter(has_text=re.compile("\\d blocks? moved, ")).wait_for()
    assert page.evaluate("document.activeElement.dataset.block") == name
    assert page.evaluate(f"document.activeElement.{day}") > before
    assert "pinned, moved" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("link", name="Begin").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.block") == name
    send(page, "POST", "/api/plan/forget", {})


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_plan_and_today_have_no_fault(planned, scheme, width):
    page = planned("/plan", width=width, scheme=scheme)
    page.locator("[data-block]").first.wait_for()
    assert faults(page) == (set(), 0)
    page.locator("[data-block]").first.click()
    page.get_by_role("dialog").wait_for()
    assert faults(page) == (set(), 0)
    page.goto("/")
    page.locator("#now-title").wait_for()
    assert faults(page) == (set(), 0)
