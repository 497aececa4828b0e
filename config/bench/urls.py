"""The site's addresses, and beside them the bare endpoint that intake is measured against."""

from typing import Any

from django.urls import include, path
from rest_framework import serializers
from rest_framework.generics import CreateAPIView
from rest_framework.permissions import IsAuthenticated

from escalations.models import Complaint


class BareSerializer(serializers.ModelSerializer):
    class Meta:
        model = Complaint
        fields = ("reference", "severity", "channel", "received_at", "registered_at", "amount", "currency")


class BareCreate(CreateAPIView):
    """What DRF does by itself: check the fields, insert the complaint, and its history row by simple-history."""

    serializer_class = BareSerializer
    permission_classes = (IsAuthenticated,)
    throttle_classes: tuple[Any, ...] = ()


urlpatterns = [path("bench/bare/", BareCreate.as_view()), path("", include("config.urls"))]
