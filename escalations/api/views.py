"""The endpoints. Each parses, calls intake or the workflow, and shows what came back."""

from typing import Any, cast

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, OpenApiTypes, extend_schema
from rest_framework import exceptions, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from escalations.actions import ACTIONS
from escalations.actors import Actor
from escalations.api.intake import DraftSerializer, answer, draft
from escalations.api.once import once
from escalations.api.reading import CaseFilter, CasePages, CaseSerializer, EventPages, EventRow, whole
from escalations.api.strict import as_typed, mapping
from escalations.fields.showing import Reader
from escalations.forms.doing import StepForm
from escalations.forms.steps import FORMS, NoData
from escalations.intake import register
from escalations.looking import looked
from escalations.models import Complaint, Look, Point
from escalations.models.field_value import FIELD_VALUES
from escalations.permissions import can
from escalations.workflow import CASE, check_open, offers, open_confirmation, perform
from routing.explaining import as_data
from routing.models import Decision, User

KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)
OWN_FIELDS = OpenApiParameter(
    "field:CODE",
    OpenApiTypes.STR,
    description="By a field of the organisation's own: a code (several: any of them), yes or no; of any field * (has a "
    "value) or ! (has none). Numbers, amounts and dates: field:CODE.from and field:CODE.to, with field:CODE.currency.",
)


def person(request: Request) -> User:
    """Who shows the token, or is logged in."""
    if not isinstance(request.user, User):
        raise exceptions.NotAuthenticated
    return request.user


@method_decorator(never_cache, name="dispatch")
class Complaints(viewsets.GenericViewSet):
    """The cases that whoever asks may see; registering; and every step of the workflow."""

    queryset = Complaint.objects.none()  # for the description of the API; `get_queryset` says what somebody sees
    serializer_class = CaseSerializer
    filterset_class = CaseFilter
    pagination_class = CasePages
    lookup_field = "reference"
    lookup_value_regex = r"R-\d{4}-\d{6,12}"

    def get_queryset(self) -> QuerySet[Complaint]:
        if getattr(self, "swagger_fake_view", False):
            return Complaint.objects.none()
        if not person(self.request).has_perm("escalations.view_complaint"):
            raise exceptions.PermissionDenied
        points = Prefetch("points", Point.objects.select_related("product", "issue"))
        seen = Complaint.objects.visible_to(person(self.request))
        return seen.select_related("team", "handler__user").prefetch_related(points)

    @extend_schema(parameters=[OWN_FIELDS])
    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        looked(person(request), page or (), Look.Place.API)
        return self.get_paginated_response(CaseSerializer(page, many=True).data)

    def get_object(self) -> Complaint:
        case: Complaint = super().get_object()
        looked(person(self.request), [case], Look.Place.API)
        return case

    @extend_schema(request=DraftSerializer, parameters=[KEY])
    def create(self, request: Request) -> Response:
        """Register a complaint. With an `Idempotency-Key`, a repeat gets the first answer."""
        actor = Actor.of(person(request))
        if not can(actor, "register"):
            raise exceptions.PermissionDenied

        def do() -> tuple[int, dict[str, Any]]:
            # Read in here: a repeat gets the first answer even where a code of it was retired since.
            return 201, answer(register(draft(request.data), actor=actor))

        status, body = once(person(request), request.headers.get("Idempotency-Key", ""), request.data, do)
        return Response(body, status=status)

    def retrieve(self, request: Request, reference: str) -> Response:
        case, user = self.get_object(), person(request)
        prefetch_related_objects(
            [case], *CASE, FIELD_VALUES, "points__sub_product", "points__sub_issue", "points__cause"
        )
        decision = Decision.objects.latest_of(case.reference)
        body = whole(
            case,
            [offer for offer in offers(case, Actor.of(user)) if offer.action in FORMS],
            sight=Reader.of(user),
            decision=decision.reason if decision else "",
        )
        return Response(body)

    @extend_schema(responses=EventRow(many=True))
    @action(detail=True, methods=["get"])
    def events(self, request: Request, reference: str) -> Response:
        """The record of the case, oldest first."""
        if not person(request).has_perm("escalations.view_event"):
            raise exceptions.PermissionDenied
        pages = EventPages()
        page: Any = pages.paginate_queryset(self.get_object().events.all(), request, view=self)
        return pages.get_paginated_response(EventRow(page, many=True).data)

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, methods=["get"])
    def routing(self, request: Request, reference: str) -> Response:
        """Why the case went where it went, the latest decision first: the rules asked, where each failed, who could
        have had it and why it was not them."""
        if not person(request).has_perm("routing.view_decision"):
            raise exceptions.PermissionDenied
        rows = Decision.objects.filter(reference=self.get_object().reference).order_by("-pk")
        rows = rows.select_related("ruleset", "team", "handler__user", "chosen_by")
        return Response([as_data(decision) for decision in rows])

    @extend_schema(request=OpenApiTypes.OBJECT, responses=EventRow)
    @action(detail=True, methods=["post"], url_path=r"actions/(?P<name>[a-z_]+)", url_name="act")
    def act(self, request: Request, reference: str, name: str) -> Response:
        """One step: `reason`, `seen` (number of the latest event you know of) and the step's own data."""
        case, rule = self.get_object(), ACTIONS.get(name)
        if rule is None or name not in FORMS:
            raise Http404
        actor = Actor.of(person(request))
        check_open(case, rule, actor)
        form_class = NoData if open_confirmation(case, name) else FORMS[name]
        fields = {**StepForm(rule=rule).fields, **form_class(complaint=case, reader=actor.user).fields}
        nested = form_class.nested
        data = as_typed(mapping(request.data, besides=nested), fields, besides=nested)
        form, step = form_class(data, complaint=case, reader=actor.user), StepForm(data, rule=rule)
        if not (form.is_valid() & step.is_valid()):
            raise serializers.ValidationError(cast(dict[str, Any], dict([*form.errors.items(), *step.errors.items()])))
        event = perform(case, name, actor=actor, **step.cleaned_data, **form.cleaned_data)
        return Response({"reference": case.reference, "state": event.complaint.state, "event": EventRow(event).data})


class Nowhere(APIView):
    """Below the API's address a wrong path is answered as a problem too."""

    @extend_schema(exclude=True)
    def get(self, request: Request, url: str) -> Response:
        raise Http404

    post = put = patch = delete = get
