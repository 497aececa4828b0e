"""Somebody who works without a mouse: keys are pressed, and what has the focus is read. Nothing else can be done."""

from pathlib import Path

from playwright.sync_api import Page, expect

FOCUSED = Path(__file__).with_name("focused.js").read_text(encoding="utf-8")


class Hands:
    """The keyboard of one person's window."""

    MOST = 60
    """So many presses of Tab are too many: whoever needs more is stuck."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def log_in(self, username: str) -> "Hands":
        self.page.goto("/admin/login/?next=/")
        self.tab_to("Username").type(username)
        self.tab_to("Password").type("pass").press("Enter")
        self.page.wait_for_url("**/admin/")
        return self

    def press(self, *keys: str) -> "Hands":
        for key in keys:
            self.page.keyboard.press(key)
        return self

    def type(self, text: str) -> "Hands":
        self.page.keyboard.type(text)
        return self

    def tab_to(self, name: str, *, back: bool = False) -> "Hands":
        """Tab until something with this name has the focus. Every stop on the way can be seen."""
        seen = []
        for _press in range(self.MOST):
            self.press("Shift+Tab" if back else "Tab")
            stop = self.page.evaluate(FOCUSED)
            seen.append(stop["name"][:40])
            assert stop["shown"], f"nobody sees that “{stop['name']}” has the focus: {self.page.url}"
            if stop["name"].casefold().startswith(name.casefold()):
                return self
        raise AssertionError(f"“{name}” is not reached by Tab on {self.page.url}: {seen}")

    def at(self, name: str) -> "Hands":
        """The focus is here by itself."""
        self.page.wait_for_function(
            f"(name) => ({FOCUSED})().name.toLowerCase().startsWith(name.toLowerCase())", arg=name
        )
        assert self.page.evaluate(FOCUSED)["shown"], f"“{name}” has the focus, and nobody sees it: {self.page.url}"
        return self

    def fill(self, *fields: tuple[str, str]) -> "Hands":
        """In the order of the page: Tab to each field by its label, type."""
        for label, text in fields:
            self.tab_to(label).type(text)
        return self

    def go(self, *keys: str, to: str) -> "Hands":
        self.press(*keys).page.wait_for_url(f"**{to}")
        return self

    def find(self, asked: str, result: str, *, to: str) -> "Hands":
        """Ctrl-K, a few letters, Enter on the one that is meant."""
        self.page.wait_for_load_state("networkidle")
        self.press("Control+k")
        expect(self.page.locator("#search-input-command")).to_be_focused()
        # The search asks when nothing more was typed for half a second: what it says of half a word is not looked at.
        with self.page.expect_response(lambda answer: f"s={asked}" in answer.url.split("?")[-1].split("&")):
            self.type(asked)
        first = self.page.locator("#command-results a").first
        expect(first).to_contain_text(result)
        return self.go("ArrowDown", "Enter", to=to)

    def reads(self, text: str) -> "Hands":
        expect(self.page.locator("main").first).to_contain_text(text)
        return self

    def is_told(self, text: str) -> "Hands":
        expect(self.page.locator("#rd-said")).to_contain_text(text)
        return self
