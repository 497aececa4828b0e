"""A real browser, the one of this machine, against the site on a real port."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

# Playwright keeps an event loop in this thread, which Django takes for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

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
        opened = playwright.chromium.launch(executable_path=path, args=[*QUIET, *bare])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, live_server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh window. The test fails when a script fails in it, or when anything is asked of another host."""
    context = browser.new_context(base_url=live_server.url, locale="en-GB", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    trouble: list[str] = []
    opened.on("pageerror", lambda error: trouble.append(f"script: {error}"))
    opened.on("request", lambda asked: trouble.extend(foreign(asked.url, live_server.url)))
    yield opened
    keep_picture(opened, request.node.name)
    context.close()
    assert trouble == []


def foreign(url: str, own: str) -> list[str]:
    """The address, when it lies on another host."""
    parts = urlsplit(url)
    ours = parts.scheme in ("data", "blob", "about") or parts.netloc == urlsplit(own).netloc
    return [] if ours else [f"another host: {url}"]


def keep_picture(page: Page, name: str) -> None:
    """How the page looked at the end of the test, in the data directory: for whoever must find out why."""
    folder = settings.DATA_DIR / "e2e"
    folder.mkdir(exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=True)


@pytest.fixture
def log_in(page: Page) -> Callable[[str, str], None]:
    """Log in as somebody, out of whatever login there was."""

    def run(username: str, password: str) -> None:
        page.context.clear_cookies()
        page.goto("/admin/login/?next=/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", password)
        page.click("form button[type=submit]")
        page.wait_for_load_state()

    return run
