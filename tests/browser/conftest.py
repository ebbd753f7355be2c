# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
"""A page opened in headless Chromium, with everything it says, asks for and runs written down."""

import os
import shutil
import signal

import pytest
from opened_page import ADDRESS, Opened

import childwell as cw

def _absent(what: str) -> None:
    if os.environ.get("CHILDWELL_BROWSER") == "required":
        pytest.fail(f"{what}, and ./run test was to bring it")
    pytest.skip(f"no browser: {what}")


@pytest.fixture(scope="module")
def chromium():
    """Debian's Chromium. It ends with its module: while it runs, no other test may start an event loop."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _absent("playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        _absent("chromium is not installed")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def ends():
    """No page holds the tests up for ever: questions to a page that is leaving have no time limit of their own."""

    def stop(*_):
        raise TimeoutError("a page did not answer within two minutes")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def opened(chromium):
    """opened(html, width=1280, ...): the page in a browser of that size; with trust, its own policy does not hold."""
    contexts = []

    def open_page(html, *, width=1280, height=800, trust=False, until="load", **context):
        made = chromium.new_context(viewport={"width": width, "height": height}, bypass_csp=trust, **context)
        contexts.append(made)
        made.set_default_timeout(20_000)
        there = Opened(made.new_page())
        made.expose_function("ran", lambda what=None: there.ran.append(what))
        made.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
                   if route.request.url == ADDRESS else route.abort())
        made.on("request", lambda request: there.asked.append(request.url))
        made.on("console", lambda message: there.said.append(message.text))
        made.on("weberror", lambda error: there.said.append(str(error.error)))
        made.on("dialog", lambda dialog: (there.dialogs.append(dialog.message), dialog.dismiss()))
        there.page.goto(ADDRESS, wait_until=until)
        return there

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def key():
    return cw.Key.from_bytes(bytes(range(32)))


@pytest.fixture(scope="session")
def model(key):
    """The report model of a made-up city with every level, hidden cells and a school that is missing."""
    city = cw.synthetic.city(children=900, seed=3)
    indicators = cw.open_study(city, key=key).measure(as_of=city.as_of)
    return cw.report(cw.aggregate(indicators), purpose="term_review", audience="bureau", recipients=["institute"],
                     title="2025–2026").model
