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
    """Open a page of a home that has a plan of four weeks with practice on every day, and leave none behind."""
    page = open_page("/data")
    last = (datetime.now(UTC) + timedelta(days=28)).date().isoformat()
    send(page, "PUT", "/api/plan", {"last": last, "hours_a_week": 14})
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


def test_a_mock_is_not_called_done_but_by_saying_so_and_that_is_taken_back(planned):
    page = planned("/plan")
    page.locator("[data-block]").first.wait_for()
    blocks = page.request.get("/api/plan").json()["plan"]["blocks"]
    mock, reading = (next(one for one in blocks if one["activity"] == sort) for sort in ("mock", "reading"))
    page.locator(f"[data-block='{reading['id']}']").click()
    page.get_by_role("dialog").get_by_role("button", name="It is done").wait_for()
    page.keyboard.press("Escape")
    page.locator(f"[data-block='{mock['id']}']").click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("button", name="It is done").count() == 0
    dialog.get_by_role("button", name="Done elsewhere").click()
    done = page.locator(f"[data-block='{mock['id']}'][aria-label*='done elsewhere']")
    done.wait_for()
    done.click()
    page.get_by_role("dialog").get_by_role("button", name="It is not done").click()
    page.locator(f"[data-block='{mock['id']}'].planned").wait_for()
    after = page.request.get("/api/plan").json()["plan"]["blocks"]
    assert next(one for one in after if one["id"] == mock["id"]) == mock


def test_what_a_new_goal_lets_go_is_said(planned):
    page = planned("/plan")
    page.locator("[data-block]").first.wait_for()
    plan = page.request.get("/api/plan").json()
    mock = [one for one in plan["plan"]["blocks"] if one["activity"] == "mock"][-1]
    day = (datetime.now(UTC) + timedelta(days=27)).date()
    send(page, "POST", f"/api/plan/blocks/{mock['id']}/move", {"day": day.isoformat()})
    page.reload()
    page.get_by_role("button", name="Change dates or hours").click()
    page.locator("[data-field='last']").fill((day - timedelta(days=2)).isoformat())
    page.locator(FORM).press("Enter")
    page.get_by_text(f"Let go from {day}, which does not suit this plan: {mock['id']} {mock['title']}.").wait_for()
    assert faults(page) == (set(), 0)
