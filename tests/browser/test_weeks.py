"""Do the weeks work by keyboard: a plan, today, three items of the baseline, a review, a mock with its mark sheet?"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def sound(page):
    """Hold the page to what everybody needs: nothing that axe finds, nothing beside the window."""
    found = Axe().run(page).response["violations"]
    assert {(one["id"], node["html"][:120]) for one in found for node in one["nodes"]} == set()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def enter(page, role, name):
    """Press Enter on a button or link, which must be reachable by Tab."""
    one = page.get_by_role(role, name=name, exact=True)
    one.focus()
    assert one.evaluate("one => one.tabIndex >= 0 && document.activeElement === one")
    press(page, "Enter")


def send(page, method, path, body):
    token = page.request.get("/api/session").json()["csrf_token"]
    answer = page.request.fetch(path, method=method, data=body, headers={"X-CSRF-Token": token})
    assert answer.ok, answer.text()
    return answer.json()


def make_plan(page):
    page.goto("/plan")
    page.get_by_role("button", name=re.compile("^Take ")).focus()
    press(page, "Enter")
    page.locator("[data-field='hours_a_week']").focus()
    press(page, "Control+A")
    page.keyboard.type("14")  # enough for some on every day: also today, whatever weekday it is
    press(page, "Enter")
    page.locator("[data-block]").first.wait_for()
    sound(page)


def answer_three_and_stop(page):
    """Choose by keys, reload in between, and end it."""
    page.goto("/baseline")
    page.get_by_role("button", name="Begin").wait_for()
    sound(page)
    enter(page, "button", "Begin")
    for number, key in ((1, "1"), (2, "0"), (3, "2")):
        page.get_by_role("heading", name=re.compile(f"^Item {number} ")).wait_for()
        if number == 1:
            press(page, "Enter")  # nothing is chosen yet: nothing happens
        press(page, key)
        if number == 1:
            sound(page)
        press(page, "Enter")
    item = page.get_by_role("heading", name=re.compile("^Item 4 "))
    item.wait_for()
    assert item.evaluate("one => document.activeElement === one")
    asked = item.inner_text()
    page.reload()
    item.wait_for()
    assert item.inner_text() == asked
    enter(page, "button", "Stop here")
    enter(page, "button", "End it")
    page.get_by_role("heading", name="Held, by theme").wait_for()
    assert page.locator("main").get_by_text(re.compile(r"^\d of 3 right, 1 passed over$")).is_visible()
    assert page.locator("section[aria-labelledby='themes-title'] tbody tr").count() == 6
    assert page.locator("section[aria-labelledby='weakest-title'] tbody tr").count() == 10
    assert page.locator("details").count() == 3
    enter(page, "button", "Open all")
    assert page.get_by_text("that you do not know").is_visible()
    sound(page)
    begin_again_and_leave_it(page)


def begin_again_and_leave_it(page):
    """Begin another baseline, and leave it out: what came of the first is there as before."""
    enter(page, "button", "Take it again")
    page.get_by_role("heading", name=re.compile("^Item 1 ")).wait_for()
    enter(page, "button", "Back")
    enter(page, "button", "Leave it out")
    page.get_by_role("heading", name="Held, by theme").wait_for()
    assert page.locator("main").get_by_text(re.compile(r"^\d of 3 right, 1 passed over$")).is_visible()


def review_one(page):
    """Turn one card of a reading that is done, and rate it."""
    blocks = page.request.get("/api/plan").json()["plan"]["blocks"]
    reading = next(block for block in blocks if block["activity"] == "reading")
    send(page, "POST", f"/api/plan/blocks/{reading['id']}/done", {})
    page.goto("/review")
    page.get_by_text(re.compile("^1 of [1-9]")).wait_for()
    assert page.get_by_text("new", exact=True).is_visible()
    assert page.get_by_role("button", name=re.compile("^Good")).count() == 0
    press(page, "3")  # a card that is not turned cannot be rated
    press(page, " ")
    page.get_by_role("button", name=re.compile("^Good")).wait_for()
    sound(page)
    press(page, "3")
    page.get_by_text(re.compile("^Good. It comes back in \\d+ days, on ")).wait_for()
    assert page.request.get("/api/review").json()["reviewed_today"] == 1


def run_a_mock(page):
    """Begin, pause, note, go on, reload, end, mark, keep."""
    page.goto("/mocks/recruiter")
    page.get_by_role("heading", name="Who is the interviewer?").wait_for()
    sound(page)
    enter(page, "button", "Begin")
    page.get_by_role("heading", name="Opening", exact=True).wait_for()
    press(page, "p")
    page.get_by_text("paused", exact=True).wait_for()
    press(page, "p", "n")
    page.get_by_text("Phase 2 of", exact=False).wait_for()
    opens = page.get_by_role("link", name=re.compile("in a new tab"))
    assert (opens.get_attribute("href"), opens.get_attribute("target")) == ("/narratives", "_blank")
    page.get_by_label("Notes").focus()
    page.keyboard.insert_text("np: too long")  # in a field, n and p are letters
    page.reload()
    page.get_by_text("Phase 2 of", exact=False).wait_for()
    assert page.get_by_label("Notes").input_value() == "np: too long"
    assert re.match(r"(09:\d\d|10:00) Tell one of your projects · Mock: Recruiter screen", page.title())
    sound(page)
    enter(page, "button", "End now and mark")
    page.get_by_role("heading", name="Mark yourself").wait_for()
    assert page.get_by_role("button", name="Keep the sheet").is_disabled()
    lines = page.locator("fieldset")
    lines.nth(0).locator("input").nth(0).focus()
    press(page, "ArrowRight", "ArrowRight", "ArrowRight")  # three quarters
    lines.nth(1).locator("input").nth(0).focus()
    press(page, " ")  # not seen
    left = lines.count() - 2
    page.get_by_text(f"38 of 100 on average; {left} lines without a mark").wait_for()
    sound(page)
    enter(page, "button", "Keep the sheet")
    page.get_by_role("heading", name="Your sheet").wait_for()
    assert page.locator("tfoot").inner_text().split() == ["On", "average", "38", "%"]
    assert page.get_by_text("np: too long").is_visible()
    sound(page)
    enter(page, "button", "Close")
    page.get_by_role("heading", name="Earlier mocks of this round").wait_for()
    kept = page.request.get("/api/mocks/recruiter").json()["earlier"][0]
    assert (kept["by"], sorted(kept["marks"].values())) == ("self", [0, 0.75])


def test_the_weeks_by_keyboard(open_page):
    page = open_page("/")
    make_plan(page)
    page.goto("/")
    page.locator("#now-title").wait_for()
    assert page.locator("main").get_by_role("link", name="Begin", exact=True).get_attribute("href") == "/baseline"
    sound(page)
    answer_three_and_stop(page)
    review_one(page)
    run_a_mock(page)
    page.goto("/progress")
    rounds = page.locator("section[aria-labelledby='readiness-title'] tbody tr")
    rounds.nth(5).wait_for()
    assert rounds.count() == 6
    assert page.get_by_text("Too few to tell", exact=False).is_visible()
    page.get_by_role("heading", name="Overconfidence").wait_for()
    sound(page)
    # The same pages, dark and narrow, with what was just done on them.
    narrow = open_page("/progress", width=390, scheme="dark")
    for path, heading in (
        ("/progress", "Forgetting"),
        ("/baseline", "Item by item"),
        ("/review", "Review"),
        ("/mocks/recruiter", "What is looked for"),
    ):
        narrow.goto(path)
        narrow.get_by_role("heading", name=heading).wait_for()
        sound(narrow)
    send(page, "POST", "/api/plan/forget", {})
