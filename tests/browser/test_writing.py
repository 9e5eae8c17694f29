"""Can a case be asked about and written and a project rehearsed with the keyboard, and does leaving lose nothing?"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
CASE = "/cases/warnings-nobody-reads"
TEXT = "I would break it down by country. I would not use the matched comparison. I recommend that we keep it."


def faults(page):
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return {(one["id"], node["html"][:120]) for one in found for node in one["nodes"]}, max(0, wide)


def test_a_case_is_asked_about_written_left_and_handed_in(open_page):
    page = open_page(CASE)
    page.get_by_role("textbox", name="Ask the interviewer").fill("Was there a control group?")
    page.keyboard.press("Enter")
    page.get_by_text("600,000 users").wait_for()
    page.get_by_role("textbox", name="Comprehend").fill(TEXT)
    page.reload()  # at once: nothing was sent yet
    page.get_by_text("600,000 users").wait_for()
    assert page.get_by_role("textbox", name="Comprehend").input_value() == TEXT
    page.keyboard.press("Control+Shift+Enter")
    page.get_by_role("heading", name=re.compile(r"\d of 8 found")).wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H1"
    marked = page.locator("mark").all_inner_texts()
    assert any(re.search(r"recommend", text) and re.search(r"\d$", text) for text in marked)  # words and a number
    page.get_by_role("radio", name="½, half of it").first.check(force=True)
    page.get_by_role("textbox", name=re.compile("^Your reply")).fill("Because intent drives both.")
    page.get_by_role("button", name="Reply").click()
    page.get_by_role("heading", name="What good sounds like").wait_for()
    assert faults(page) == (set(), 0)
    page.goto(CASE)
    page.get_by_role("textbox", name="Comprehend").wait_for()
    assert page.get_by_role("textbox", name="Comprehend").input_value() == ""  # handed in: the page is free


def test_a_project_is_kept_and_rehearsed_without_a_mouse_and_a_rehearsal_waits(open_page):
    page = open_page("/narratives", width=390, scheme="dark")
    page.get_by_role("textbox").fill("The queue that grew")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Issue").fill("Delay went from 4 to 9 hours.")
    page.keyboard.press("Control+Shift+Enter")
    page.get_by_text("Version kept.").wait_for()
    assert faults(page) == (set(), 0)
    page.get_by_role("link", name="Rehearse").click()
    page.get_by_role("button", name="Begin the rehearsal").press("Enter")
    page.get_by_role("heading", name="Context").wait_for()
    for heading in ("Issue", "Root cause"):
        page.keyboard.press("Control+Enter")
        page.get_by_role("heading", name=heading).wait_for()
    page.reload()
    page.get_by_text("You were at Root cause").wait_for()
    page.get_by_role("button", name="Go on").press("Enter")
    for _ in range(4):
        page.keyboard.press("Control+Enter")
    page.get_by_role("textbox").fill("What I said.")
    assert page.get_by_role("button", name="End the rehearsal").is_disabled()
    assert faults(page) == (set(), 0)
    for _ in range(2):
        page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="End the rehearsal").press("Enter")
    page.get_by_role("heading", name="The clock").wait_for()
    assert page.get_by_text("What I said.").is_visible() and faults(page) == (set(), 0)
