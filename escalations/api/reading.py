"""What the API shows of a case. Exactly these keys: a new column of a model shows nowhere by itself."""

import re
from typing import Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.pagination import CursorPagination

from escalations.api.fields import shown
from escalations.api.intake import deadlines
from escalations.api.strict import no_such
from escalations.fields.narrowing import narrowed, offered
from escalations.fields.showing import Reader
from escalations.models import Attempt, Complaint, Event, Message, Party, Point, Remedy, Statement, Trigger
from escalations.states import Channel, Severity, State
from escalations.workflow import Offer
from routing.definitions import Definitions
from routing.models.fields import FACT


def by_code() -> Any:
    """A row of a list of choices, shown by its code."""
    return serializers.SlugRelatedField("code", read_only=True)


class CaseSerializer(serializers.ModelSerializer):
    """A case as a list shows it: codes and moments, nobody's identity and no words."""

    team = by_code()
    handler: Any = serializers.StringRelatedField()
    product = serializers.SerializerMethodField()
    issue = serializers.SerializerMethodField()

    class Meta:
        model = Complaint
        fields = (
            "reference", "state", "closed_as", "tier", "severity", "priority", "channel", "product", "issue",
            "language", "region", "jurisdiction", "amount", "currency", "team", "handler", "happened_on", "received_at",
            "registered_at", "resolved_at", "closed_at", "offer_until", "due_at", "external_system", "external_id",
            "external_outcome", "latest_event",
        )  # fmt: skip
        read_only_fields = fields

    def get_product(self, case: Complaint) -> str | None:
        return _code(case.main_point, "product")

    def get_issue(self, case: Complaint) -> str | None:
        return _code(case.main_point, "issue")


def _code(point: Point | None, name: str) -> str | None:
    choice = getattr(point, name, None)
    return choice.code if choice else None


class PointRow(serializers.ModelSerializer):
    product = by_code()
    sub_product = by_code()
    issue = by_code()
    sub_issue = by_code()
    cause = by_code()
    finding_code = by_code()
    control = by_code()

    class Meta:
        model = Point
        fields = (
            "id", "position", "product", "sub_product", "issue", "sub_issue", "finding", "outcome", "cause",
            "cause_status", "fault", "finding_code", "control", "asked_amount", "asked_currency",
        )  # fmt: skip


class RemedyRow(serializers.ModelSerializer):
    class Meta:
        model = Remedy
        fields = ("id", "kind", "amount", "currency", "state", "due_on", "paid_at", "payment_reference")


class StatementRow(serializers.ModelSerializer):
    class Meta:
        model = Statement
        fields = ("kind", "text", "language", "made_at")


class AttemptRow(serializers.ModelSerializer):
    class Meta:
        model = Attempt
        fields = ("made_at", "what", "result")


class TriggerRow(serializers.ModelSerializer):
    class Meta:
        model = Trigger
        fields = ("kind", "state", "raised_at", "raised_by", "explanation")


class MessageRow(serializers.ModelSerializer):
    """What was said to or by a party. Internal notes are not among these rows."""

    class Meta:
        model = Message
        fields = ("direction", "kind", "channel", "subject", "body", "state", "written_at", "sent_at")


class PartyRow(serializers.ModelSerializer):
    name = serializers.CharField(source="person.name")
    email = serializers.CharField(source="person.email")
    phone = serializers.CharField(source="person.phone")

    class Meta:
        model = Party
        fields = ("role", "name", "email", "phone")


class EventRow(serializers.ModelSerializer):
    """One line of the record. A customer's reason is a statement, and not shown here."""

    class Meta:
        model = Event
        fields = ("number", "at", "action", "from_state", "to_state", "actor_kind", "actor_name", "reason", "data")


def whole(case: Complaint, offers: list[Offer], *, sight: Reader, decision: str) -> dict[str, Any]:
    """One case with what hangs off it, as far as the reader may see who somebody is and what was said."""
    identity, words = sight.identity, sight.words
    said = [row for row in case.messages.all() if row.direction != Message.Direction.INTERNAL]
    return {
        **CaseSerializer(case).data,
        "fields": shown(case, sight),
        "points": PointRow(case.points.all(), many=True).data,
        "deadlines": list(deadlines(case)),
        "remedies": RemedyRow(case.remedies.all(), many=True).data,
        "attempts": AttemptRow(case.attempts.all(), many=True).data if words else None,
        "statements": StatementRow(case.statements.all(), many=True).data if words else None,
        "triggers": TriggerRow(case.triggers.all(), many=True).data if words else None,
        "messages": MessageRow(said, many=True).data if words else None,
        "parties": PartyRow(case.parties.all(), many=True).data if identity else None,
        "allocated_because": decision,
        "actions": [
            {"action": o.action, "label": o.label, "ready": o.ready, "missing": list(o.missing)} for o in offers
        ],
    }


INCIDENT = re.compile(r"I-[0-9]{5,11}")


class CaseFilter(filters.FilterSet):
    """Narrows the list. A value that cannot be meant is refused by name, never ignored."""

    state = filters.MultipleChoiceFilter(choices=State.choices)
    severity = filters.MultipleChoiceFilter(choices=Severity.choices)
    channel = filters.MultipleChoiceFilter(choices=Channel.choices)
    team = filters.CharFilter("team__code")
    product = filters.CharFilter(method="of_main_point")
    issue = filters.CharFilter(method="of_main_point")
    incident = filters.CharFilter(method="of_incident", help_text="I-00007; any: belongs to one; none: to none")
    received_from = filters.IsoDateTimeFilter("received_at", "gte")
    received_until = filters.IsoDateTimeFilter("received_at", "lt")
    external_system = filters.CharFilter()
    external_id = filters.CharFilter()

    class Meta:
        model = Complaint
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        known = dict.fromkeys([*self.base_filters, "cursor", "page_size"])
        if unknown := [name for name in data or () if name not in known and not name.startswith(FACT)]:
            raise serializers.ValidationError({name[:60]: [no_such(name, known)] for name in unknown})
        super().__init__(data, *args, **kwargs)

    def filter_queryset(self, queryset: Any) -> Any:
        """By the organisation's own fields too, as `escalations.fields.narrowing` reads them."""
        rows = super().filter_queryset(queryset)
        asked = {name: self.data.getlist(name) for name in self.data if name.startswith(FACT)}
        if not asked:
            return rows
        found = narrowed(offered(Definitions.load(), Reader.of(self.request.user)), asked)
        if found.problems:
            raise serializers.ValidationError({name: [says] for name, says in found.problems.items()})
        return found.rows(rows)

    def of_incident(self, rows: Any, name: str, asked: str) -> Any:
        if asked in ("any", "none"):
            return rows.filter(incident__isnull=asked == "none")
        if not INCIDENT.fullmatch(asked):
            raise serializers.ValidationError({name: [_("An incident is asked for as I-00007, any, or none.")]})
        return rows.filter(incident=int(asked.removeprefix("I-")))

    def of_main_point(self, rows: Any, name: str, code: str) -> Any:
        points = Point.objects.filter(**{"position": 1, f"{name}__code": code})
        return rows.filter(pk__in=points.values("complaint"))


class CasePages(CursorPagination):
    """The newest registration first. By the key, because it is unique: where more cases share a moment of receipt than
    a cursor can count (an imported file has days, not moments), pages by that moment would repeat and leave out."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-pk"


class EventPages(CursorPagination):
    page_size = 100
    ordering = "number"
