import json

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as FormInvalid
from django.http import Http404
from knox.auth import TokenAuthentication
from rest_framework import exceptions, serializers
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.test import APIRequestFactory


class Point(serializers.Serializer):
    issue = serializers.CharField()


class Complaint(serializers.Serializer):
    channel = serializers.ChoiceField(["web", "letter"])
    points = Point(many=True)


@pytest.fixture
def answer():
    """The API's answer to a view that does `act(request)`."""

    def run(act, *, authentication=(), **request):
        @api_view(["POST"])
        @authentication_classes(authentication)
        @permission_classes([])
        def view(asked):
            act(asked)

        given = {"data": {}, "format": "json"} | request
        return view(APIRequestFactory().post("/api/v1/x/", **given))

    return run


def body(response):
    return json.loads(response.content)


def raising(error):
    def act(_request):
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Http404(), 404, "not_found"),
        (PermissionDenied(), 403, "permission_denied"),
        (RequestDataTooBig(), 413, "too_large"),
        (exceptions.NotAuthenticated(), 403, "not_authenticated"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.UnsupportedMediaType("text/csv"), 415, "unsupported_media_type"),
        (exceptions.Throttled(wait=7), 429, "throttled"),
        (exceptions.ParseError(), 400, "parse_error"),
    ],
)
def test_each_error_is_a_problem_with_its_status_and_code(answer, error, status, code):
    got = answer(raising(error))
    assert got.status_code == status
    assert got.headers["Content-Type"] == "application/problem+json"
    problem = body(got)
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["title"] and problem["detail"]


def test_an_unknown_token_is_401_and_says_how_to_log_in(answer, db):
    got = answer(lambda _: None, authentication=[TokenAuthentication], headers={"Authorization": "Token nonsense"})
    assert got.status_code == 401
    assert got.headers["WWW-Authenticate"] == "Token"


def test_a_throttled_client_is_told_when_to_come_again(answer):
    assert answer(raising(exceptions.Throttled(wait=7))).headers["Retry-After"] == "7"


def test_broken_json_is_400_in_words(answer):
    got = answer(lambda request: request.data, data='{"half":', format=None, content_type="application/json")
    assert got.status_code == 400
    assert "JSON" in body(got)["detail"]


def test_an_unknown_media_type_is_415(answer):
    got = answer(lambda request: request.data, data="a;b", format=None, content_type="text/csv")
    assert got.status_code == 415


def test_invalid_fields_are_422_with_one_entry_each_and_their_place(answer):
    def act(request):
        Complaint(data=request.data).is_valid(raise_exception=True)

    got = answer(act, data={"channel": "smoke", "points": [{"issue": "fees"}, {}]})
    assert got.status_code == 422
    assert [(fault["field"], fault["code"]) for fault in body(got)["errors"]] == [
        ("channel", "invalid_choice"),
        ("points.1.issue", "required"),
    ]


def test_json_of_the_wrong_shape_is_422_without_a_field(answer):
    def act(request):
        Complaint(data=request.data).is_valid(raise_exception=True)

    got = answer(act, data=[1, 2])
    assert got.status_code == 422
    assert [fault["field"] for fault in body(got)["errors"]] == [""]


def test_an_invalid_form_is_answered_in_the_same_shape(answer):
    got = answer(raising(FormInvalid({"reason": ["Say why."], "__all__": ["Too late."]})))
    assert [(fault["field"], fault["message"]) for fault in body(got)["errors"]] == [
        ("reason", "Say why."),
        ("", "Too late."),
    ]


def test_an_unforeseen_error_is_not_explained_to_strangers(answer):
    with pytest.raises(ZeroDivisionError):
        answer(raising(ZeroDivisionError("inner")))
