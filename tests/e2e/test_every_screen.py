"""Every screen, light and dark, wide and on a phone: nothing serious for axe-core, text that can be read, no scrolling
sideways, and nothing that only a mouse can reach."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import LAPTOP
from tests.e2e.screens import Screen, back_office_screens, own_screens, prepare

pytestmark = pytest.mark.django_db(transaction=True)
AXE, CONTRAST, WIDER, MOUSE_ONLY = (
    Path(__file__).with_name(name).read_text(encoding="utf-8")
    for name in ("axe.min.js", "contrast.js", "wider.js", "mouse_only.js")
)
"""axe-core 4.14.1, as published (MPL 2.0); and what it does not see."""
ASK = """(options) => axe.run(document, {resultTypes: ["violations"], ...options})
    .then((found) => found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`))"""
ALL = {"rules": {"target-size": {"enabled": True}}}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
STILL = """() => {
    const still = new CSSStyleSheet();
    still.replaceSync("* { transition: none !important; animation: none !important; }");
    document.adoptedStyleSheets = [still];
}"""
"""A colour that is on its way to another is none."""
PAINT = "(scheme) => document.documentElement.classList.toggle('dark', scheme === 'dark')"
PHONE = {"width": 390, "height": 844}
LOOKS = ((LAPTOP, "light", ALL), (LAPTOP, "dark", COLOURS), (PHONE, "dark", COLOURS), (PHONE, "light", ALL))


@pytest.mark.parametrize("screens", [own_screens, back_office_screens])
def test_nobody_is_kept_from_any_screen(house, at_desk_of, page, screens):
    wrong = []
    for screen in screens(prepare(house)):
        window = at_desk_of(screen.username) if screen.username else page
        wrong += [f"{screen.username} {screen.path}: {one}" for one in dict.fromkeys(faults(window, screen))]
    assert not wrong, "\n".join(wrong)


def faults(page: Page, screen: Screen) -> Iterator[str]:
    """What is wrong with a page, in each of the four ways in which it is looked at."""
    page.set_viewport_size(LAPTOP)
    page.emulate_media(color_scheme="light")
    answer = page.goto(screen.path)
    if answer.status != 200:
        yield f"status {answer.status}"
        return
    page.evaluate(AXE)
    page.evaluate(STILL)
    yield from page.evaluate(MOUSE_ONLY)
    for size, scheme, rules in LOOKS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.evaluate(PAINT, scheme)
        found = [*page.evaluate(ASK, rules), *page.evaluate(CONTRAST), *page.evaluate(WIDER)]
        yield from (f"{size['width']} {scheme}: {one}" for one in found)
