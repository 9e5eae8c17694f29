"""What does a browser test stand on? The real app in a process of its own, and Debian's Chromium."""

import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "LIVELOOP_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "liveloop.cli", "open", "--port", "0"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as app:
        try:
            yield re.search(r"http://127\.0\.0\.1:\d+", app.stdout.readline())[0]
        finally:
            app.send_signal(signal.SIGINT)
            app.wait(timeout=60)


@pytest.fixture(scope="module")  # no longer: its event loop would stand in the way of other tests' own
def chromium():
    if CHROMIUM is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, address):
    """Open pages that must leave the console silent."""
    contexts, said = [], []

    def open_one(path, *, width=1440, scheme="light"):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=address)
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda raised: said.append(str(raised)))
        page.goto(path)
        page.locator("h1").first.wait_for()
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert said == []
