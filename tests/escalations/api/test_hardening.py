"""What a hostile or careless client sends, and what the API makes of it."""

import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle, UserRateThrottle

from escalations.api.reading import CasePages
from escalations.jobs import forget_keys
from escalations.models import Complaint, IdempotencyKey
from routing.models import Choice, Field

LIST = "/api/v1/complaints/"


@pytest.fixture(autouse=True)
def nobody_counted():
    cache.clear()
    yield
    cache.clear()


def act(complaint, name):
    return f"{LIST}{complaint.reference}/actions/{name}/"


def is_problem(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    return answer.json()


# --- bodies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        r'{"what_happened": "half \ud800 a letter"}',
        r'{"what_happened": "half \uDFFF a letter"}',
        '{"severity": 1, "severity": 4}',
        '{"amount": Infinity}',
        '{"a": 1}}',
        "",
    ],
)
def test_what_only_looks_like_json_is_refused_and_nothing_is_written(client_of, house, text):
    answer = client_of(house.agent).generic("POST", LIST, text or " ", content_type="application/json")
    is_problem(answer, 400)
    assert not Complaint.objects.exists()


def test_bytes_that_are_not_utf_8_are_refused(client_of, house):
    answer = client_of(house.agent).generic("POST", LIST, b'{"a": "\xe9"}', content_type="application/json")
    assert "UTF-8" in is_problem(answer, 400)["detail"]


def test_whole_characters_written_as_two_halves_are_kept(client_of, house, body):
    import json

    sent = json.dumps({**body, "what_happened": "I am \U0001f621."})
    assert r"\ud83d" in sent
    answer = client_of(house.agent).generic("POST", LIST, sent, content_type="application/json")
    assert answer.status_code == 201
    assert Complaint.objects.get().statements.said_first()[0].text == "I am \U0001f621."


def test_a_number_of_ten_thousand_digits_is_refused(client_of, house, body):
    answer = client_of(house.agent).generic(
        "POST", LIST, '{"severity": ' + "9" * 10_000 + "}", content_type="application/json"
    )
    is_problem(answer, 400)


def test_a_body_that_is_too_large_is_refused_unread(client_of, house, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    answer = client_of(house.agent).generic("POST", LIST, " " * 1_100_000, content_type="application/json")
    is_problem(answer, 413)


@pytest.mark.parametrize(("given", "hint"), [({"what_happend": "x"}, "what_happened"), ({"zzz": 1}, "There are: ")])
def test_an_unknown_field_is_named_with_what_comes_near(client_of, house, body, given, hint):
    (fault,) = is_problem(client_of(house.agent).post(LIST, {**body, **given}), 422)["errors"]
    assert fault["field"] in given and hint in fault["message"]


def test_a_retired_choice_is_offered_no_more(client_of, house, body):
    Choice.objects.filter(pk=house.card.pk).update(retired_at=timezone.now())
    (fault,) = is_problem(client_of(house.agent).post(LIST, body), 422)["errors"]
    assert fault["field"] == "product"


def test_a_part_of_another_product_is_refused(client_of, house, body):
    gold = Choice.objects.create(
        field=Field.objects.built_in("sub_product"), code="gold", label="Gold card", parent=house.card
    )
    client = client_of(house.agent)
    assert client.post(LIST, {**body, "sub_product": gold.code}).status_code == 201
    (fault,) = is_problem(client.post(LIST, {**body, "product": "loan", "sub_product": gold.code}), 422)["errors"]
    assert fault["field"] == "sub_product"


# --- steps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "data", "field"),
    [
        ("note", {"body": True}, "body"),
        ("note", {"body": {"a": 1}}, "body"),
        ("note", {"body": "x", "reason": ["y"]}, "reason"),
        ("note", {"body": "x", "seen": "many"}, "seen"),
        ("note", {"body": "x", "bdoy": "y"}, "bdoy"),
        ("note", {"body": "nul \u0000"}, "body"),
        ("note", {}, "body"),
        ("confirm_cause", {"cause": "no-such-cause", "status": "confirmed"}, "cause"),
        ("record_finding", {"finding": "happened", "outcome": "won"}, "outcome"),
    ],
)
def test_a_step_with_wrong_data_names_the_field(client_of, case, action, data, field):
    complaint = case("investigating")
    answer = client_of(complaint.handler.user).post(act(complaint, action), data)
    assert field in {fault["field"] for fault in is_problem(answer, 422)["errors"]}
    assert Complaint.objects.get().latest_event == complaint.latest_event


def test_a_word_is_no_yes(client_of, case):
    """A form would take any text for a tick; from a program "no" must not become yes."""
    complaint = case("resolved")
    client = client_of(complaint.handler.user)
    (fault,) = is_problem(client.post(act(complaint, "acknowledge_outcome"), {"accepted": "no"}), 422)["errors"]
    assert (fault["field"], fault["message"]) == ("accepted", "Send true or false.")


@pytest.mark.parametrize("body", [[], 3, "text", None])
def test_a_step_wants_an_object(client_of, case, body):
    complaint = case("investigating")
    import json

    answer = client_of(complaint.handler.user).generic(
        "POST", act(complaint, "note"), json.dumps(body), content_type="application/json"
    )
    is_problem(answer, 422)


def test_state_and_authority_are_asked_before_the_data(client_of, case, house):
    complaint = case("routed")
    is_problem(client_of(complaint.handler.user).post(act(complaint, "record_finding"), {"outcome": "won"}), 409)
    is_problem(client_of(house.coordinator).post(act(complaint, "investigate"), {"zzz": 1}), 403)


def test_rows_are_named_by_their_code_and_people_by_their_user_name(client_of, case, house):
    complaint = case("investigating")
    handler = client_of(complaint.handler.user)
    assert (
        handler.post(act(complaint, "confirm_cause"), {"cause": "no-chaser", "status": "confirmed"}).status_code == 200
    )
    other = house.colleague if complaint.handler.user == house.handler else house.handler
    answer = client_of(house.manager).post(
        act(complaint, "reassign"), {"handler": other.username, "reason": "Cover for leave."}
    )
    assert answer.status_code == 200
    assert Complaint.objects.get().handler.user == other


# --- lists -------------------------------------------------------------------------------------------------------


def test_pages_are_whole_however_many_cases_share_a_moment(client_of, case, house, monkeypatch):
    """An imported file has days, not moments: thousands of cases received at the same one."""
    monkeypatch.setattr(CasePages, "offset_cutoff", 2)
    same = timezone.now() - timedelta(days=3)
    wanted = {case(received_at=same).reference for _turn in range(7)}
    client, url, seen = client_of(house.coordinator), f"{LIST}?page_size=2", []
    while url:
        page = client.get(url).json()
        seen += [row["reference"] for row in page["results"]]
        url = page["next"]
    assert len(seen) == 7 and set(seen) == wanted


def test_an_unknown_filter_is_refused_with_what_comes_near(client_of, house):
    (fault,) = is_problem(client_of(house.coordinator).get(LIST, {"stat": "routed"}), 422)["errors"]
    assert fault["field"] == "stat" and "“state”" in fault["message"]


@pytest.mark.parametrize("query", ["cursor=nonsense", "cursor=%00"])
def test_a_made_up_cursor_is_no_crash(client_of, house, query):
    assert client_of(house.coordinator).get(f"{LIST}?{query}").status_code in (200, 404)


# --- who comes in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["rdr_wrong", "", "a b", "é" * 8, "x" * 5000])
def test_a_token_that_is_none_is_401(db, token):
    client = APIClient()
    is_problem(client.get(LIST, HTTP_AUTHORIZATION=f"Token {token}"), 401)


def test_guessing_tokens_is_slowed_down_by_address(client_of, house, monkeypatch):
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"wrong_token": "3/min", "user": None, "anon": None})
    stranger = APIClient()
    statuses = [stranger.get(LIST, HTTP_AUTHORIZATION=f"Token rdr_{n}").status_code for n in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    answer = stranger.get(LIST, HTTP_AUTHORIZATION="Token rdr_x")
    assert int(answer["Retry-After"]) > 0 and is_problem(answer, 429)["code"] == "throttled"
    assert client_of(house.agent).get(LIST).status_code == 200, "whoever has a token is not kept out by others"


def test_a_person_has_so_many_requests_and_is_told_when_to_come_again(client_of, house, monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min", "anon": None})
    client = client_of(house.agent)
    assert [client.get(LIST).status_code for _turn in range(3)] == [200, 200, 429]
    assert client.get(LIST)["Retry-After"]
    assert client_of(house.other_agent).get(LIST).status_code == 200


@pytest.mark.parametrize("ended", ["disabled", "expired", "revoked"])
def test_a_token_that_has_ended_opens_nothing(house, ended):
    row, token = AuthToken.objects.create(house.agent)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert client.get(LIST).status_code == 200
    if ended == "disabled":
        house.agent.is_active = False
        house.agent.save()
    elif ended == "expired":
        AuthToken.objects.filter(pk=row.pk).update(expiry=timezone.now() - timedelta(seconds=1))
    else:
        row.delete()
    is_problem(client.get(LIST), 401)


def test_a_session_needs_its_csrf_token(house, body):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(house.agent, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(LIST).status_code == 200
    is_problem(client.post(LIST, body), 403)
    assert not Complaint.objects.exists()


def test_a_token_in_the_address_opens_nothing(house):
    _row, token = AuthToken.objects.create(house.agent)
    assert APIClient().get(f"{LIST}?token={token}").status_code == 401


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_a_wrong_address_is_a_problem_too(client, client_of, house, method):
    is_problem(getattr(client_of(house.agent), method)("/api/v1/no/such/thing"), 404)
    assert getattr(client, method)("/api/v1/no/such/thing").status_code == 401


def test_the_pages_that_describe_the_api_load_nothing_from_elsewhere(client, client_of, house):
    assert client.get("/api/v1/docs/").status_code == 401
    answer = client_of(house.agent).get("/api/v1/docs/", HTTP_ACCEPT="text/html")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "/static/drf_spectacular_sidecar/" in text
    assert "cdn" not in text and 'src="http' not in text


def test_the_description_of_the_api_is_complete(db):
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


# --- keys and tokens ---------------------------------------------------------------------------------------------


def test_answers_to_old_requests_are_forgotten(client_of, house, body):
    client = client_of(house.agent)
    client.post(LIST, body, HTTP_IDEMPOTENCY_KEY="old")
    client.post(LIST, body, HTTP_IDEMPOTENCY_KEY="new")
    IdempotencyKey.objects.filter(key="old").update(made_at=timezone.now() - timedelta(days=8))
    assert forget_keys() == 1
    assert IdempotencyKey.objects.get().key == "new"


def test_a_repeat_gets_the_first_answer_even_when_a_code_was_retired_since(client_of, house, body):
    client = client_of(house.agent)
    first = client.post(LIST, body, HTTP_IDEMPOTENCY_KEY="k")
    Choice.objects.filter(pk=house.card.pk).update(retired_at=timezone.now())
    again = client.post(LIST, body, HTTP_IDEMPOTENCY_KEY="k")
    assert (again.status_code, again.json()) == (201, first.json())


def test_the_order_of_fields_makes_no_other_request(client_of, house, body):
    client = client_of(house.agent)
    first = client.post(LIST, body, HTTP_IDEMPOTENCY_KEY="k")
    again = client.post(LIST, dict(reversed(body.items())), HTTP_IDEMPOTENCY_KEY="k")
    assert (again.status_code, again.json()) == (201, first.json())


def test_a_failure_in_the_middle_keeps_neither_complaint_nor_key(client_of, house, body, monkeypatch):
    def fails(*_args, **_more):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("escalations.api.views.answer", fails)
    client = client_of(house.agent)
    client.raise_request_exception = False
    assert client.post(LIST, body, HTTP_IDEMPOTENCY_KEY="k").status_code == 500
    assert not Complaint.objects.exists() and not IdempotencyKey.objects.exists()


def test_a_token_is_made_for_an_active_user_and_shown_once(house):
    out = io.StringIO()
    call_command("create_token", "alex", stdout=out, stderr=io.StringIO())
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {out.getvalue().strip()}")
    assert client.get(LIST).status_code == 200
    assert out.getvalue().strip() not in str(list(AuthToken.objects.values()))


@pytest.mark.parametrize("arguments", [["nobody"], ["alex", "--days", "0"], ["alex", "--days", "99999"]])
def test_no_token_for_nobody_and_none_for_ever(house, arguments):
    with pytest.raises(CommandError):
        call_command("create_token", *arguments)
    house.agent.is_active = False
    house.agent.save()
    with pytest.raises(CommandError):
        call_command("create_token", "alex")
    assert not AuthToken.objects.exists()
