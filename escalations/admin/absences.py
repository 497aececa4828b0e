"""Absences are entered on the floor below; whoever enters one that has begun sees its cases covered at once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django_q.tasks import async_task

from escalations.actions import COVER_JOB
from routing.admin.people import AbsenceAdmin
from routing.models import Absence


@admin.register(Absence)
class CoveredAbsenceAdmin(AbsenceAdmin):
    def save_model(self, request: HttpRequest, obj: Absence, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        async_task(COVER_JOB)
