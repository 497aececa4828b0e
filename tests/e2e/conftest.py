"""A real browser, the one of this machine, against the site on a real port."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

# Playwright keeps an event loop in this thread, which Django takes for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# Pictures for the README are taken when asked for; they test nothing.
collect_ignore = [] if os.environ.get("REDRESS_SCREENSHOTS") else ["test_pictures.py"]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
QUIET = [
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
LAPTOP = {"width": 1280, "height": 900}
PATIENCE = 30_000
"""Milliseconds. Nothing here is about speed (the benches are): a busy machine is no failure, and whoever waits for what
comes waits no longer than it takes."""
expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """The machine's own browser. Without one nothing is tested, so that is an error and not a skip."""
    given = os.environ.get("CHROMIUM", "")
    found = [given] if given else [shutil.which(name) or "" for name in PROGRAMS]
    found += [str(path) for path in (Path("/Applications", name) for name in MAC) if path.exists()]
    for path in filter(None, found):
        return path
    return pytest.exit(
        "The browser tests need Chromium or Chrome, and there is none on the PATH.\n"
        "Debian, Ubuntu: sudo apt install chromium    macOS: brew install --cask google-chrome\n"
        "Or name one: CHROMIUM=/path/to/chrome make e2e",
        returncode=2,
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    # Chromium's sandbox refuses to start for root and in most containers. Only our own pages are opened.
    bare = ["--no-sandbox"] if os.geteuid() == 0 or os.environ.get("CI") else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=[*QUIET, *bare], timeout=4 * PATIENCE)
        yield opened
        opened.close()


@contextmanager
def window(browser: Browser, own: str, name: str, **options: object) -> Iterator[Page]:
    """A fresh window. On closing it fails when a script failed in it, the security policy stopped something, or
    anything was asked of another host."""
    context = browser.new_context(base_url=own, locale="en-GB", **{"viewport": LAPTOP, **options})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    trouble: list[str] = []
    opened.on("pageerror", lambda error: trouble.append(f"script: {error}"))
    opened.on("console", lambda message: trouble.extend(stopped(message)))
    opened.on("request", lambda asked: trouble.extend(foreign(asked.url, own)))
    yield opened
    keep_picture(opened, name)
    context.close()
    assert trouble == []


@pytest.fixture
def page(browser: Browser, live_server, request: pytest.FixtureRequest) -> Iterator[Page]:
    with window(browser, live_server.url, request.node.name) as opened:
        yield opened


def foreign(url: str, own: str) -> list[str]:
    """The address, when it lies on another host."""
    parts = urlsplit(url)
    ours = parts.scheme in ("data", "blob", "about") or parts.netloc == urlsplit(own).netloc
    return [] if ours else [f"another host: {url}"]


def stopped(message: ConsoleMessage) -> list[str]:
    """What the console says of a failure; that an answer was a refusal is none."""
    said = message.text
    refused = said.startswith("Failed to load resource") and " status of 4" in said
    refused |= said.startswith("Response Status Error Code 4")  # the same, as htmx says it
    return [f"console: {message.text}"] if message.type == "error" and not refused else []


def keep_picture(page: Page, name: str) -> None:
    """How the page looked at the end of the test, in the data directory: for whoever must find out why."""
    folder = settings.DATA_DIR / "e2e"
    folder.mkdir(exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def log_in_on(page: Page, username: str, password: str) -> None:
    page.context.clear_cookies()
    page.goto("/admin/login/?next=/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="Log in").click()


@pytest.fixture
def log_in(page: Page) -> Callable[[str, str], None]:
    """Log in as somebody, out of whatever login there was."""
    return lambda username, password: log_in_on(page, username, password)


@pytest.fixture
def window_of(browser: Browser, live_server, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """A window for each person, all open side by side; nobody is logged in."""
    opened: dict[str, Page] = {}
    with ExitStack() as windows:

        def open_one(username: str, **options: object) -> Page:
            if username not in opened:
                name = f"{request.node.name}-{username}"
                opened[username] = windows.enter_context(window(browser, live_server.url, name, **options))
            return opened[username]

        yield open_one


@pytest.fixture
def at_desk_of(window_of) -> Callable[..., Page]:
    """A window in which this member of staff is logged in."""
    known: set[str] = set()

    def desk(username: str, **options: object) -> Page:
        page = window_of(username, **options)
        if username not in known:
            known.add(username)
            log_in_on(page, username, "pass")
        return page

    return desk
