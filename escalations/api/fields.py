"""The fields that a complaint can have, and their choices: what a program must know before it registers one."""

from typing import TYPE_CHECKING, Any

from django.db.models import F, Prefetch, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from escalations.fields import showing
from escalations.fields.record import plain
from escalations.models.field_value import values_of
from routing.models import Choice, Field

if TYPE_CHECKING:
    from escalations.models import Complaint

MOST_INLINE = 1000
"""Of more choices than this a list of all fields gives only the address."""


class ChoiceRow(serializers.ModelSerializer):
    parent: Any = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = Choice
        fields = ("code", "label", "parent")


class FieldRow(serializers.ModelSerializer):
    """One field. `needed`: from which step on; `complaint_types`: codes, none means all; `choices` is null where there
    are none or too many, which `choices_at` gives in pages."""

    help: Any = serializers.CharField(source="help_text")
    complaint_types: Any = serializers.SlugRelatedField("code", many=True, read_only=True)
    choices = serializers.SerializerMethodField()
    choices_at = serializers.SerializerMethodField()

    class Meta:
        model = Field
        fields = (
            "code", "label", "kind", "built_in", "help", "needed", "complaint_types", "personal", "minimum", "maximum",
            "unit", "choices", "choices_at",
        )  # fmt: skip

    def get_choices(self, field: Field) -> list[dict[str, Any]] | None:
        rows, told = field.choices.all(), ChoiceRow()
        if not field.has_choices or len(rows) > MOST_INLINE:
            return None
        return [told.to_representation(row) for row in rows]

    def get_choices_at(self, field: Field) -> str | None:
        return reverse("api:choices", args=[field.code], request=self.context["request"]) if field.has_choices else None


class Fields(APIView):
    """The fields in use, built in ones (product, issue, …) first, each with what a value of it may be."""

    @extend_schema(responses=FieldRow(many=True))
    def get(self, request: Request) -> Response:
        place = Window(RowNumber(), partition_by=F("field"), order_by=["position", "label", "pk"])
        listed = Choice.objects.active().annotate(place=place).filter(place__lte=MOST_INLINE + 1)
        choices = Prefetch("choices", listed.select_related("parent").order_by("position", "label"))
        rows = Field.objects.filter(is_active=True).prefetch_related(choices, "complaint_types")
        return Response({row["code"]: row for row in FieldRow(rows, many=True, context={"request": request}).data})


class ChoicePages(CursorPagination):
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
    ordering = ("label", "pk")


class Choices(generics.ListAPIView):
    """The choices in use of one field; `q` finds those whose name contains it or whose code begins with it."""

    queryset = Choice.objects.none()
    serializer_class = ChoiceRow
    pagination_class = ChoicePages
    filter_backends = ()

    @extend_schema(parameters=[OpenApiParameter("q", str)])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Choice]:
        if getattr(self, "swagger_fake_view", False):
            return Choice.objects.none()
        field = Field.objects.filter(code=self.kwargs["code"], is_active=True).first()
        if field is None or not field.has_choices:
            raise Http404
        asked = self.request.query_params.get("q", "").replace("\x00", "").strip()[:255]
        rows = Choice.objects.active().filter(field=field).select_related("parent")
        return rows.filter(Q(label__icontains=asked) | Q(code__startswith=asked)) if asked else rows


def shown(case: "Complaint", sight: showing.Sight) -> dict[str, Any]:
    """The values of a case by code, as POST takes them; null for what this reader may not see."""
    rows = case.field_values.all()
    hidden = {row.field.code for row in rows if not showing.may_read(row.field, sight)}
    return {code: None if code in hidden else _as_json(value) for code, value in values_of(rows).items()}


def _as_json(value: Any) -> Any:
    return {"amount": str(value[0]), "currency": value[1]} if isinstance(value, tuple) else plain(value)
