"""axe-core on the main pages, as whoever works with them: nothing serious, nothing critical."""

from pathlib import Path

import pytest

from tests.e2e.test_pages import desk, pages_of  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
AXE = Path(__file__).with_name("axe.min.js").read_text(encoding="utf-8")
"""axe-core 4.14.1, as published (MPL 2.0)."""
ASK = """() => axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(" | ")}`))"""


def test_axe_finds_nothing_serious_on_the_main_pages(desk, at_desk_of):  # noqa: F811
    found = {}
    more = {desk.handler.user.username: ["/notices/", f"/cases/{desk.reference}/panel/similar/"]}
    for who, paths in pages_of(desk).items():
        page = at_desk_of(who)
        for path in [*paths, *more.get(who, [])]:
            page.goto(path)
            page.evaluate(AXE)
            if wrong := page.evaluate(ASK):
                found[f"{who}: {path}"] = wrong
    assert not found, "\n".join(f"{place}: {wrong}" for place, wrong in found.items())
