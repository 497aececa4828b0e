"""Templates of Unfold that we changed a little: when Unfold changes its own, ours must be looked at again."""

from hashlib import sha256
from pathlib import Path

import pytest
import unfold

ORIGINALS = Path(unfold.__file__).parent / "templates"
SEEN = {
    "unfold/helpers/welcomemsg.html": "e8eab02522ba2319",
    "unfold/helpers/navigation_user.html": "4c9ba58b3f215326",
    "unfold/helpers/search.html": "91996c27181d14ad",
    "admin/change_list.html": "5885c39760f6085d",
}
"""The digest of the original when ours was made from it."""


@pytest.mark.parametrize("name", SEEN)
def test_the_original_is_the_one_that_ours_was_made_from(name):
    assert sha256((ORIGINALS / name).read_bytes()).hexdigest()[:16] == SEEN[name]


@pytest.mark.django_db
def test_what_opens_menus_is_reached_by_keyboard(house, client):
    client.force_login(house.coordinator)
    page = client.get("/admin/escalations/complaint/").content.decode()
    for opener in ("sidebarMobileOpen = !sidebarMobileOpen", "openUserLinks = !openUserLinks", "filterOpen = true"):
        start = page.rindex("<", 0, page.index(opener))
        tags = [page[page.rindex("<", 0, at) :][:7] for at in _places(page, opener)]
        assert "<button" in tags, (opener, page[start : start + 80])


def _places(text, part):
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)
