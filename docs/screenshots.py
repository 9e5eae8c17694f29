"""What does the app look like? Run it to take the pictures of these pages from the real app again.

    python docs/screenshots.py

Wants Debian's Chromium. One attempt is handed in, wrong at hour 24, and a plan of six weeks is made; each page is taken
light, dark, wide and narrow.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from liveloop.base.clock import system_clock
from liveloop.exam.load import shelves

FOLDER = Path(__file__).parent / "screenshots"
SLUG = "warned-unsupported-retention"
SAMPLE = shelves() / "sql" / SLUG / "attempts" / "boundary--lte-24h.sql"
CASE = "refusals-fell-after-launch"
SIZES = (("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390))
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def main() -> None:
    """Start the app on an empty home, do the main job once, take the pictures."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no Chromium here (Debian: apt-get install chromium)")
    FOLDER.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "liveloop.cli", "open", "--port", "0"]
    with TemporaryDirectory() as home:
        environment = {**os.environ, "LIVELOOP_HOME": home, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as app:
            try:
                found = re.search(r"http://\S+", app.stdout.readline() if app.stdout else "")
                with sync_playwright() as playwright:
                    take_all(
                        playwright.chromium.launch(executable_path=chromium, args=QUIET), found[0] if found else ""
                    )
            finally:
                app.send_signal(signal.SIGINT)


def take_all(browser: Browser, address: str) -> None:
    """Take every page in every size."""
    attempt = hand_in(browser, address)
    make_plan(browser, address)
    pages = {"today": "/", "plan": "/plan", "drills": "/drills", "debrief": attempt, "progress": "/progress"}
    pages |= {"case": f"/cases/{CASE}", "library": "/library", "offers": "/offers"}
    for scheme, width in SIZES:
        page = open_page(browser, address, scheme, width)
        for name, path in pages.items():
            page.goto(address + path)
            take(page, name, scheme, width)
        page.goto(f"{address}/drills/{SLUG}")
        page.locator(".cm-content").wait_for()
        take(page, "drill", scheme, width)


def open_page(browser: Browser, address: str, scheme: str, width: int) -> Page:
    """Open a page of a size."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=address, reduced_motion="reduce"
    )
    context.set_default_timeout(90_000)
    return context.new_page()


def hand_in(browser: Browser, address: str) -> str:
    """Write and hand in the sample, take the workspace with its finding, give the debrief's path."""
    page = open_page(browser, address, "light", 1440)
    page.goto(f"/drills/{SLUG}")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(SAMPLE.read_text())
    page.keyboard.press("Escape")
    page.locator("#confidence").focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Shift+Enter")
    page.locator("#outcome-title").wait_for()
    page.wait_for_timeout(800)
    take(page, "workspace", "light", 1440)
    path = page.locator("a[href^='/attempts/']").first.get_attribute("href")
    assert path is not None
    page.set_viewport_size({"width": 390, "height": 900})
    take(page, "workspace", "light", 390)
    return path


def make_plan(browser: Browser, address: str) -> None:
    """Make a plan of six weeks, eight hours each, through the interface for programs."""
    page = open_page(browser, address, "light", 1440)
    page.goto("/")
    token = page.request.get("/api/session").json()["csrf_token"]
    last = (system_clock() + timedelta(days=42)).date().isoformat()
    dates = page.request.get(f"/api/plan/dates?last={last}").json()
    goal = {"last": last, "hours_a_week": 8, "dates": dates}
    made = page.request.put("/api/plan", data=goal, headers={"X-CSRF-Token": token})
    assert made.ok, made.text()


def take(page: Page, name: str, scheme: str, width: int) -> None:
    """Take one picture once the page is still."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    page.screenshot(path=FOLDER / f"{name}-{scheme}-{width}.png")


if __name__ == "__main__":
    main()
