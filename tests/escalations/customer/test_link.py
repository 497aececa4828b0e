"""The link to a customer's page: how it is made, what opens it, and how guessing ends."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.utils import timezone

from escalations.actors import Actor
from escalations.customer import opening, session
from escalations.customer.inviting import new_link
from escalations.customer.session import COOKIE, IDLE
from escalations.errors import Incomplete
from escalations.intake import AuthorityDraft, Contact
from escalations.jobs import send_codes, send_queued
from escalations.models import CustomerLink, LinkCode, LinkOpening, Policy
from escalations.workflow import perform
from tests.walk_world import changed, contents

LINK = re.compile(r"/open/([\w-]{43})/")
ANA = Contact(name="Ana Silva", email="ana@example.org", postcode="LS1 4ZZ")


def token_in(text):
    return LINK.search(text)[1]


def link_for(complaint):
    """A link without a letter, and the token in its address."""
    link, address = new_link(complaint, complaint.contact, timezone.now())
    return link, token_in(address)


def opened(client, token, reference, proof="LS1 4ZZ", **headers):
    return client.post(f"/open/{token}/", {"reference": reference, "proof": proof}, **headers)


@pytest.fixture
def ana(case):
    """Her case, which has her postcode."""
    return case(contact=ANA)


def tables_holding(words):
    """The tables in which some column, of whatever kind, says this."""
    return {
        model.__name__
        for model in apps.get_models()
        if any(words in str(row) for row in model._base_manager.values_list())
    }


def test_a_letter_that_leaves_brings_a_fresh_link_whose_token_stands_nowhere(ana, deeds):
    deeds.do(ana, "write", "agent", kind="acknowledgement", body="We have your complaint.")
    assert not CustomerLink.objects.exists(), "no letter that waits holds a token"
    send_queued()
    (out,), link = mail.outbox, CustomerLink.objects.get()
    token = token_in(out.body)
    assert out.body.startswith("We have your complaint.\n\n") and "postcode" in out.body and "LS1" not in out.body
    assert (link.party, link.message, link.complaint) == (ana.contact, ana.messages.get(), ana)
    assert link.expires_at - link.made_at == timedelta(days=Policy.current().link_days)
    assert tables_holding(token) == set()
    assert "/open/" not in ana.messages.get().body


def test_each_letter_of_outcome_brings_one_and_a_plain_message_does_not(ana, deeds):
    for kind in ("message", "update", "final_response", "page"):
        deeds.do(ana, "write", "agent", kind=kind, body=kind)
    send_queued()
    assert {out.body.split("\n")[0] for out in mail.outbox if LINK.search(out.body)} == {"final_response", "page"}


def test_staff_send_the_link_and_withdraw_all_that_stand(ana, deeds):
    deeds.do(ana, "send_link", "agent")
    send_queued()
    token = token_in(mail.outbox[0].body)
    event = deeds.do(ana, "withdraw_link", "compliance")
    assert event.data == {"customerlink_ids": [CustomerLink.objects.get().pk]}
    assert opened(Client(), token, ana.reference).status_code == 403


def test_a_link_is_sent_to_nobody_without_an_address(case, deeds):
    with pytest.raises(Incomplete, match="e-mail"):
        deeds.do(case(contact=Contact(name="Ana Silva")), "send_link", "agent")


def test_to_look_at_a_link_tells_nothing_and_changes_nothing(ana):
    _link, token = link_for(ana)
    before = contents()
    known, unknown = (Client().get(f"/open/{one}/") for one in (token, "x" * 43))
    assert known.status_code == unknown.status_code == 200
    assert without_token(known) == without_token(unknown)
    assert ana.reference not in known.content.decode() and "Ana" not in known.content.decode()
    assert changed(before, contents()) == set()


def without_token(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_reference_and_postcode_open_it_however_they_are_typed(ana):
    link, token = link_for(ana)
    client = Client()
    client.cookies[COOKIE] = "a key that somebody else chose"
    response = opened(client, token, ana.reference.lower().replace("-", " "), "ls14zz")
    assert (response.status_code, response["Location"]) == (303, "/complaint/")
    assert client.cookies[COOKIE].value != "a key that somebody else chose"
    assert (client.cookies[COOKIE]["httponly"], client.cookies[COOKIE]["samesite"]) == (True, "Lax")
    page = client.get("/complaint/")
    assert page.status_code == 200 and ana.reference in page.content.decode()
    link.refresh_from_db()
    assert link.opened_at and LinkOpening.objects.get().link == link and LinkOpening.objects.get().opened


def test_each_opening_has_a_new_key_and_ends_the_one_before(ana):
    _link, token = link_for(ana)
    client, old = Client(), Client()
    opened(client, token, ana.reference)
    old.cookies[COOKIE] = client.cookies[COOKIE].value
    opened(client, token, ana.reference)
    assert client.cookies[COOKIE].value != old.cookies[COOKIE].value
    assert (client.get("/complaint/").status_code, old.get("/complaint/").status_code) == (200, 403)


def _wrong(ana, token, link):
    return token, ana.reference, "M1 1AA"


def _wrong_reference(ana, token, link):
    return token, "R-2020-000001", "LS1 4ZZ"


def _expired(ana, token, link):
    CustomerLink.objects.update(expires_at=timezone.now())
    return token, ana.reference, "LS1 4ZZ"


def _withdrawn(ana, token, link):
    CustomerLink.objects.update(withdrawn_at=timezone.now())
    return token, ana.reference, "LS1 4ZZ"


def _unknown(ana, token, link):
    return "y" * 43, ana.reference, "LS1 4ZZ"


def _restricted(ana, token, link):
    Policy(page_when_restricted=False).save()
    type(ana).objects.filter(pk=ana.pk).update(restricted_kind="conduct")
    return token, ana.reference, "LS1 4ZZ"


def test_whatever_does_not_open_it_gets_the_same_answer(ana):
    link, token = link_for(ana)
    answers = set()
    for spoil in (_wrong, _wrong_reference, _unknown, _restricted, _expired, _withdrawn):
        tried, reference, proof = spoil(ana, token, link)
        client = Client(REMOTE_ADDR=f"10.0.0.{len(answers) + 1}")
        LinkOpening._base_manager.all()._raw_delete("default")
        response = opened(client, tried, reference, proof)
        assert response.status_code == 403 and client.get("/complaint/").status_code == 403
        answers.add(re.sub(r'value="[^"]*"', "", without_token(response)))
    assert len(answers) == 1


@pytest.mark.parametrize("known", [True, False])
def test_five_wrong_tries_lock_a_link_for_a_while_whether_it_is_one_or_not(ana, known):
    token = link_for(ana)[1] if known else "z" * 43
    codes = [opened(Client(REMOTE_ADDR=f"10.0.0.{n}"), token, ana.reference, "wrong").status_code for n in range(6)]
    assert codes == [403] * 5 + [429]
    locked = opened(Client(REMOTE_ADDR="10.0.0.9"), token, ana.reference)
    assert locked.status_code == 429 and "Locked for a while" in locked.content.decode() and locked["Retry-After"]
    assert LinkOpening.objects.count() == 5, "what is not looked at is not written down"
    later = timezone.now() + opening.LOCKED
    tried = opening.open_link(token, ana.reference, "LS1 4ZZ", place="10.0.0.9", now=later)
    assert (tried.locked, tried.link is not None) == (False, known)


def test_one_place_cannot_guess_many_links(ana, monkeypatch):
    monkeypatch.setattr(opening, "MOST_WRONG_FROM_PLACE", 3)
    _link, token = link_for(ana)
    here = [opened(Client(), f"{n:043d}", "R", "x").status_code for n in range(opening.MOST_WRONG_FROM_PLACE + 1)]
    assert here[-2:] == [403, 429]
    assert opened(Client(), token, ana.reference, headers={"X-Forwarded-For": "9.9.9.9"}).status_code == 429, "forged"
    assert opened(Client(REMOTE_ADDR="10.1.1.1"), token, ana.reference).status_code == 303


def test_a_household_of_many_addresses_is_one_place():
    places = {opening._place(address) for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9")}
    assert len(places) == 1 and opening._place("2001:db8:1:3::1") not in places
    assert opening._place("10.0.0.1:99") != opening._place("10.0.0.1")


def test_without_a_postcode_a_code_is_mailed_that_works_once_and_not_for_long(case):
    complaint = case()
    _link, token = link_for(complaint)
    asked = Client().post(f"/open/{token}/", {"send_code": "1", "reference": complaint.reference})
    assert asked.status_code == 200 and complaint.reference in asked.content.decode(), "what was typed stays"
    assert (send_codes(), send_codes()) == (1, 0)
    code = re.search(r"\d{4} \d{4}", mail.outbox[0].body)[0]
    assert code not in tables_text(LinkCode) and mail.outbox[0].to == ["ana@example.org"]
    assert opened(Client(), token, complaint.reference, "0000 0000").status_code == 403
    assert opened(Client(), token, complaint.reference, code).status_code == 303
    assert opened(Client(), token, complaint.reference, code).status_code == 403
    LinkCode.objects.update(used_at=None, sent_at=timezone.now() - timedelta(minutes=15))
    assert opened(Client(), token, complaint.reference, code).status_code == 403


def tables_text(model):
    return str(list(model.objects.values_list()))


def test_nobody_with_a_postcode_is_sent_a_code_and_nobody_else_is_told(ana):
    _link, token = link_for(ana)
    answers = [Client().post(f"/open/{one}/", {"send_code": "1"}) for one in (token, "q" * 43)]
    assert without_token(answers[0]) == without_token(answers[1]) and not LinkCode.objects.exists()


def test_what_is_no_postcode_opens_nothing(case):
    complaint = case(contact=Contact(name="Ana Silva", email="ana@example.org", postcode="n/a"))
    _link, token = link_for(complaint)
    answers = [opened(Client(), token, complaint.reference, proof).status_code for proof in ("n/a", "-")]
    assert answers == [403, 403]
    Client().post(f"/open/{token}/", {"send_code": "1"})
    assert send_codes() == 1, "a code is sent instead"


def test_a_code_that_could_not_be_mailed_is_made_anew(case, monkeypatch):
    complaint = case()
    _link, token = link_for(complaint)
    Client().post(f"/open/{token}/", {"send_code": "1"})
    with monkeypatch.context() as broken:
        broken.setattr(mail.EmailMessage, "send", lambda self: 1 / 0)
        assert send_codes() == 0
    assert (LinkCode.objects.get().code_digest, send_codes()) == ("", 1)


@pytest.fixture
def inside(ana):
    link, token = link_for(ana)
    client = Client()
    opened(client, token, ana.reference)
    return client, link


def at(monkeypatch, moment):
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


def test_it_shuts_after_a_while_without_a_look_and_in_any_case_some_hours_later(inside, monkeypatch):
    client, _link = inside
    begun = timezone.now()
    for minutes in (15, 30, 45):
        at(monkeypatch, begun + timedelta(minutes=minutes))
        assert client.get("/complaint/").status_code == 200
    at(monkeypatch, begun + timedelta(minutes=45) + IDLE)
    assert client.get("/complaint/").status_code == 403


def test_no_look_keeps_it_open_beyond_its_longest(inside, monkeypatch):
    client, _link = inside
    monkeypatch.setattr(session, "LONGEST", timedelta(minutes=30))
    begun, statuses = timezone.now(), []
    for minutes in (15, 29, 31):
        at(monkeypatch, begun + timedelta(minutes=minutes))
        statuses.append(client.get("/complaint/").status_code)
    assert statuses == [200, 200, 403]


def test_whoever_leaves_is_out_with_every_copy_of_the_cookie(inside):
    client, _link = inside
    kept = Client()
    kept.cookies[COOKIE] = client.cookies[COOKIE].value
    assert client.post("/complaint/leave/").status_code == 200
    assert (client.get("/complaint/").status_code, kept.get("/complaint/").status_code) == (403, 403)


def test_a_link_that_is_withdrawn_shuts_the_page_that_is_open(inside, deeds):
    client, link = inside
    deeds.do(link.complaint, "withdraw_link", "agent")
    assert client.get("/complaint/").status_code == 403


def test_a_customer_is_no_member_of_staff_and_staff_are_no_customer(inside, house):
    client, _link = inside
    key, name = client.cookies[COOKIE].value, "redress-session"
    assert client.get("/admin/").status_code == 302
    client.cookies[name] = key
    assert client.get("/admin/").status_code == 302, "the key is none of a login"
    desk = Client()
    desk.force_login(house.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    assert desk.get("/complaint/").status_code == 403
    desk.cookies[COOKIE] = desk.cookies[name].value
    assert desk.get("/complaint/").status_code == 403
    assert desk.get("/cases/").status_code == 200


def test_its_forms_need_their_token_though_the_browser_says_no_origin(ana):
    _link, token = link_for(ana)
    client = Client(enforce_csrf_checks=True)
    form = client.get(f"/open/{token}/").content.decode()
    secret = re.search(r'csrfmiddlewaretoken" value="(\w+)"', form)[1]
    sent = {"reference": ana.reference, "proof": "LS1 4ZZ"}
    assert client.post(f"/open/{token}/", sent, headers={"Origin": "null"}).status_code == 403
    given = {**sent, "csrfmiddlewaretoken": secret}
    assert client.post(f"/open/{token}/", given, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post(f"/open/{token}/", given, headers={"Origin": "null"}).status_code == 303


@pytest.mark.parametrize("path", ["/open/x/", "/complaint/"])
def test_no_browser_keeps_it_sends_it_on_or_runs_anything(path, db):
    answer = Client().get(path)
    assert answer["Referrer-Policy"] == "no-referrer" and "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    rules = set(answer["Content-Security-Policy"].split("; "))
    assert {"default-src 'none'", "style-src 'self'"} <= rules and not [one for one in rules if "script" in one]


def test_a_representative_sees_nothing_without_authority_or_of_a_restricted_case(case, deeds):
    complaint = case(
        representative=Contact(name="Lea Law", email="lea@example.org", postcode="M1 1AA"),
        authority=AuthorityDraft("Power of attorney"),
    )
    lea, ana, now = complaint.contact, complaint.parties.get(role="complainant"), timezone.now()
    assert complaint.may_have_page(lea, now)
    lea.authority_until = timezone.localdate() - timedelta(days=1)
    assert not complaint.may_have_page(lea, now)
    lea.authority_until = None
    deeds.do(complaint, "wait", "agent", on="authority")
    assert not type(complaint).objects.get(pk=complaint.pk).may_have_page(lea, now), "the authority is waited for"
    perform(complaint, "restrict", actor=Actor.of(deeds.house.coordinator), reason="It is.", kind="conduct")
    complaint = type(complaint).objects.get(pk=complaint.pk)
    assert (complaint.may_have_page(lea, now), complaint.may_have_page(ana, now)) == (False, True)
