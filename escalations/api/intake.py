"""POST /complaints/: another system registers a complaint. Checks the shape; `intake` judges the rest."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from escalations.api.strict import StrictSerializer
from escalations.intake import AttemptDraft, AuthorityDraft, Contact, Draft, NoteDraft, PointDraft
from escalations.models import Attempt, Complaint
from escalations.states import Channel, RestrictedKind, Severity
from routing.kept import Kept
from routing.models import Choice

POINT_FIELDS = ("product", "sub_product", "issue", "sub_issue")
MOST_POINTS, MOST_ATTEMPTS, MOST_NOTES = 20, 50, 200


class ContactSerializer(StrictSerializer):
    """Who complains; `external_id` is their number in `external_system`."""

    name = serializers.CharField(max_length=200, required=False)
    email = serializers.CharField(max_length=254, required=False)
    phone = serializers.CharField(max_length=40, required=False)
    address = serializers.CharField(max_length=1000, required=False)
    postcode = serializers.CharField(max_length=20, required=False)
    region = serializers.CharField(max_length=80, required=False)
    language = serializers.RegexField(r"^[a-z]{2,3}\Z", required=False)
    segment = serializers.CharField(max_length=40, required=False)
    since = serializers.DateField(required=False)
    external_system = serializers.CharField(max_length=40, required=False)
    external_id = serializers.CharField(max_length=100, required=False)


class AuthoritySerializer(StrictSerializer):
    """By what paper the representative speaks for the customer, for what, and its last day."""

    document = serializers.CharField(max_length=200)
    scope = serializers.CharField(max_length=200, required=False)
    until = serializers.DateField(required=False)


class PointSerializer(StrictSerializer):
    """One thing alleged, by the codes that GET /fields/ lists."""

    product = serializers.CharField(max_length=120, required=False)
    sub_product = serializers.CharField(max_length=120, required=False)
    issue = serializers.CharField(max_length=120, required=False)
    sub_issue = serializers.CharField(max_length=120, required=False)


class AttemptSerializer(StrictSerializer):
    """An earlier try to settle it."""

    what = serializers.CharField(max_length=5000)
    result = serializers.ChoiceField(Attempt.Result.choices)
    made_at = serializers.DateTimeField(required=False)


class NoteSerializer(StrictSerializer):
    """What somebody had written about it in another system, such as a CRM."""

    text = serializers.CharField(max_length=20_000, trim_whitespace=False)
    made_at = serializers.DateTimeField()
    author = serializers.CharField(max_length=200, required=False)
    system = serializers.CharField(max_length=40)


class DraftSerializer(PointSerializer):
    """A complaint to register. Product and issue on top are those of the main point."""

    contact = ContactSerializer()
    representative = ContactSerializer(required=False)
    authority = AuthoritySerializer(required=False)
    what_happened = serializers.CharField(required=False, trim_whitespace=False)
    wanted = serializers.CharField(required=False, trim_whitespace=False)
    happened_on = serializers.DateField(required=False)
    received_at = serializers.DateTimeField(required=False)
    channel = serializers.ChoiceField(Channel.choices, required=False)
    severity = serializers.ChoiceField(Severity.choices, required=False)
    language = serializers.RegexField(r"^[a-z]{2,3}\Z", required=False)
    region = serializers.CharField(max_length=80, required=False)
    jurisdiction = serializers.CharField(max_length=20, required=False)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, required=False)
    currency = serializers.CharField(max_length=3, required=False)
    complaint_type = serializers.CharField(max_length=120, required=False)
    points = serializers.ListField(child=PointSerializer(), required=False, max_length=MOST_POINTS)
    attempts = serializers.ListField(child=AttemptSerializer(), required=False, max_length=MOST_ATTEMPTS)
    notes = serializers.ListField(child=NoteSerializer(), required=False, max_length=MOST_NOTES)
    restricted_kind = serializers.ChoiceField(RestrictedKind.choices, required=False)
    external_system = serializers.CharField(max_length=40, required=False)
    external_id = serializers.CharField(max_length=100, required=False)
    fields: Any = serializers.DictField(
        required=False, help_text="Values of the organisation's own fields, by the codes that GET /fields/ lists."
    )


SHAPE = DraftSerializer()
"""Made once: making it takes longer than all that it checks, and it keeps nothing of what it is given."""


def draft(data: Any) -> Draft:
    """What was sent, as intake takes it. Raises a ValidationError with everything that is wrong, by field."""
    given = SHAPE.run_validation(data)
    main = {name: given.pop(name, "") for name in POINT_FIELDS}
    points = [main, *given.pop("points", [])]
    kind = given.pop("complaint_type", "")
    choices = _choices([*points, {"complaint_type": kind}])
    attempts = given.pop("attempts", [])
    notes = given.pop("notes", [])
    representative = given.pop("representative", None)
    authority = given.pop("authority", {})
    return Draft(
        **{**given, "contact": Contact(**given["contact"])},
        representative=Contact(**representative) if representative else None,
        authority=AuthorityDraft(**authority),
        complaint_type=choices.get(("complaint_type", kind)),
        points=tuple(_point(point, choices) for point in points),
        attempts=tuple(AttemptDraft(**{"made_at": timezone.now(), **attempt}) for attempt in attempts),
        notes=tuple(NoteDraft(**note) for note in notes),
    )


Choices = dict[tuple[str, str], Choice]


def _point(codes: Mapping[str, str], choices: Choices) -> PointDraft:
    point = PointDraft(**{name: choices.get((name, code)) for name, code in codes.items()})
    for name, part, whole in (
        ("sub_product", point.sub_product, point.product),
        ("sub_issue", point.sub_issue, point.issue),
    ):
        if part and part.parent_id and part.parent_id != (whole.pk if whole else None):
            raise serializers.ValidationError({name: [_("“%s” belongs to another one.") % part.code]})
    return point


_known: Kept[Choices] = Kept(dict)
"""The choices that were asked for a moment ago: a busy channel names the same few again and again."""


def _choices(asked: list[Mapping[str, str]]) -> Choices:
    """The choices that are named, in at most one query; retired ones are not offered any more."""
    wanted = {(name, code) for codes in asked for name, code in codes.items() if code}
    known = _known()
    if unread := wanted - known.keys():
        known.update(_read(unread))
    if missing := wanted - known.keys():
        raise serializers.ValidationError({name: [_unknown(name, code)] for name, code in sorted(missing)})
    return known


def _read(wanted: set[tuple[str, str]]) -> Choices:
    rows = Choice.objects.active().filter(field__code__in={n for n, _c in wanted}, code__in={c for _n, c in wanted})
    return {
        (field, code): Choice(pk=pk, code=code, parent_id=parent)
        for pk, field, code, parent in rows.order_by().values_list("pk", "field__code", "code", "parent_id")
    }


def _unknown(name: str, code: str) -> str:
    codes = Choice.objects.of(name).active().values_list("code", flat=True)
    near = get_close_matches(code, list(codes), n=3, cutoff=0.5)
    if near:
        return _("There is no “%(code)s”. Near it: %(near)s.") % {"code": code, "near": ", ".join(near)}
    return _("There is no “%(code)s”. GET /api/v1/fields/ lists what there is.") % {"code": code}


def answer(complaint: Complaint) -> dict[str, Any]:
    """What the sender is told: the reference, where it stands already, and by when it will hear."""
    return {
        "reference": complaint.reference,
        "state": complaint.state,
        "severity": complaint.severity,
        "received_at": _iso(complaint.received_at),
        "deadlines": list(deadlines(complaint)),
    }


def deadlines(complaint: Complaint) -> Iterator[dict[str, Any]]:
    for clock in complaint.clocks.all():
        yield {
            "kind": clock.kind,
            "due_at": _iso(clock.due_at),
            "met_at": _iso(clock.met_at),
            "missed_at": _iso(clock.missed_at),
        }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
