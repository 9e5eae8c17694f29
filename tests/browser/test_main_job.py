"""Can the main job be done in a real browser with the keyboard alone, and is every page fit for everybody?"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from liveloop.exam.load import load_all

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SLUG = "warned-unsupported-retention"
ATTEMPT = "SELECT 1 AS eligible_users, 0 AS retained_users, 0.0 AS retention_rate"
PAGES = ("/", "/drills", f"/drills/{SLUG}", "/progress")
LEAST_BAD = {"serious", "critical"}


def press_until(page, wanted, key="Tab", most=60):
    """Press a key until the focus is on what is wanted, as a person without a mouse does."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("wanted => document.activeElement?.matches(wanted)", wanted):
            return
    raise AssertionError(f"{most} presses of {key} do not reach {wanted}")


def serious(page):
    found = Axe().run(page).response["violations"]
    return {(one["id"], node["html"][:120]) for one in found if one["impact"] in LEAST_BAD for node in one["nodes"]}


def write(page, text):
    """Reach the editor, which is loaded when a drill is opened, and write."""
    page.locator(".cm-content").wait_for()
    press_until(page, ".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def hand_in(page):
    """State a confidence and hand in: no mouse."""
    page.keyboard.press("Escape")
    press_until(page, "#confidence")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Shift+Enter")
    page.locator("#outcome-title").wait_for(timeout=60_000)


def test_the_main_job_with_the_keyboard_alone(open_page):
    page = open_page("/")
    press_until(page, "a[href='/drills']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/drills")
    page.locator(f"a[href='/drills/{SLUG}']").wait_for()
    press_until(page, f"a[href='/drills/{SLUG}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{SLUG}")
    write(page, ATTEMPT)
    page.get_by_text(re.compile("Saved \\d")).first.wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_role("columnheader", name="eligible_users").first.wait_for()
    hand_in(page)
    assert page.evaluate("document.activeElement.id") == "outcome-title"
    body = page.locator("main").inner_text()
    assert "broke" in body
    assert "51" in body  # the confidence that was stated
    assert page.get_by_role("heading", name="Trade-offs and other approaches").is_visible()
    press_until(page, "a[href^='/attempts/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/attempts/*")
    page.get_by_role("heading", name="Signal: no", exact=True).wait_for()  # a constant is wrong on ordinary data


def test_a_closed_tab_loses_nothing(open_page):
    page = open_page("/drills/review-queue-age")
    write(page, "SELECT 'kept' AS word")
    context = page.context
    page.close(run_before_unload=True)
    again = context.new_page()
    again.goto("/drills/review-queue-age")
    again.locator(".cm-content").wait_for()
    again.get_by_text("'kept'").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_page_has_a_serious_fault_or_scrolls_sideways(open_page, scheme, width):
    page = open_page("/", width=width, scheme=scheme)
    for path in PAGES:
        page.goto(path)
        page.locator("h1").first.wait_for()
        page.wait_for_load_state("networkidle")
        assert serious(page) == set(), path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_debrief_has_no_serious_fault(open_page, scheme):
    page = open_page(f"/drills/{SLUG}", width=390, scheme=scheme)
    write(page, ATTEMPT)
    hand_in(page)
    assert serious(page) == set()
    page.goto(page.locator("a[href^='/attempts/']").first.get_attribute("href"))
    page.locator("h1").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_the_place_of_a_change_is_shown_without_a_mouse(open_page):
    page = open_page(f"/drills/{SLUG}", width=390, scheme="dark")
    samples = {sample.name: sample.text for sample in load_all()[SLUG].samples}
    write(page, samples["boundary--known-before-the-moment"])
    hand_in(page)
    page.goto(page.locator("a[href^='/attempts/']").first.get_attribute("href"))
    page.get_by_role("button", name="Show the place").wait_for()
    page.get_by_role("button", name="Show the place").focus()
    page.keyboard.press("Enter")
    page.locator("mark", has_text="known_at").wait_for(timeout=60_000)
    assert page.evaluate("document.activeElement.textContent").strip().startswith("There is one change")
    assert serious(page) == set()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_a_page_holds_its_layout_while_it_loads(open_page):
    page = open_page(f"/drills/{SLUG}")
    page.wait_for_load_state("networkidle")
    moved = page.evaluate(
        """() => new Promise(done => {
            let sum = 0;
            new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) sum += e.value; }))
                .observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => done(sum), 500);
        })"""
    )
    assert moved < 0.1  # what the field calls good for cumulative layout shift
