"""Never-disclose notes, at every way out of the case: what a customer gets, what leaves the house, what a model sees.

That no page shows one but its own, tests/test_walk.py says for every address and every role.
"""

import json

import pytest
from django.core import mail
from django.test import Client
from knox.models import AuthToken
from rest_framework.test import APIClient

from escalations.errors import NotAllowed
from escalations.jobs import sweep
from escalations.models import Complaint, SealedNote
from escalations.searching.asking import found
from tests.criteria import worded
from tests.escalations.test_privacy import tables_with

SECRET = "secretprivileged the ombudsman"


@pytest.fixture
def sealed(case, deeds, in_force):
    """Its words would raise a trigger if anything but its readers saw them."""
    in_force(any=worded("regulator", "secretprivileged", "ombudsman", name="Any"))
    complaint = case("investigating")
    event = deeds.do(complaint, "note", "handler", body=SECRET, sealed=True)
    deeds.do(complaint, "write", "handler", kind="update", body="We look into it.")
    sweep()
    return complaint, event


def test_it_stands_in_its_own_table_and_nothing_made_of_words_knows_it(sealed):
    """Not messages, which the API, letters, the search, phrases and likeness read; nor what those leave behind."""
    complaint, event = sealed
    assert tables_with("secretprivileged") - {"PhraseList"} == {"SealedNote"}
    assert (event.action, event.data) == ("note", {"note_ids": [SealedNote.objects.get().pk]})
    assert not complaint.triggers.filter(criterion__isnull=False).exists()
    assert all("secretprivileged" not in message.body for message in mail.outbox)


def test_the_search_finds_it_for_nobody(sealed, house):
    for user in house.by_role.values():
        seen = Complaint.objects.visible_to(user)
        assert list(found(seen, "secretprivileged", by_name=True, by_words=True)) == []
        assert sealed[0] not in seen or sealed[0] in found(seen, '"we look into it"', by_name=True, by_words=True)


def test_no_program_gets_it_even_for_a_reader(sealed, house):
    _row, token = AuthToken.objects.create(house.handler)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    complaint, _event = sealed
    for path in (f"/api/v1/complaints/{complaint.reference}/", f"/api/v1/complaints/{complaint.reference}/events/"):
        answer = client.get(path)
        assert answer.status_code == 200 and "secretprivileged" not in json.dumps(answer.json())


@pytest.mark.parametrize(
    ("who", "reads"),
    [("handler", True), ("colleague", True), ("manager", True), ("compliance", True), ("agent", False),
     ("coordinator", False), ("analyst", False), ("stranger", False)],
)  # fmt: skip
def test_it_is_closed_by_default(sealed, house, who, reads):
    complaint, _event = sealed
    user = getattr(house, who)
    assert SealedNote.objects.readable_by(user).exists() is reads
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    panel = client.get(f"/cases/{complaint.reference}/panel/sealed/")
    assert ("secretprivileged" in panel.content.decode()) is reads
    assert "secretprivileged" not in client.get(f"/cases/{complaint.reference}/").content.decode()
    page = client.get(f"/cases/{complaint.reference}/summary/")
    assert "secretprivileged" not in page.content.decode()


def test_who_may_not_read_such_notes_writes_none(case, deeds, house):
    complaint = case("investigating")
    with pytest.raises(NotAllowed):
        deeds.do(complaint, "note", "agent", body=SECRET, sealed=True)
    client = Client()
    client.force_login(house.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    assert b"Never disclose" not in client.get(f"/cases/{complaint.reference}/do/note/").content
