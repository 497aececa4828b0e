"""The template for the generic format: anybody who may register can have it."""

import csv
import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from escalations.importing import template_csv, template_download
from escalations.importing.columns import COLUMNS
from escalations.models import Complaint


def test_the_template_names_every_column_once(db):
    header, example = csv.reader(io.StringIO(template_csv()))
    assert header == [column.name for column in COLUMNS]
    assert len(example) == len(header)


def test_the_template_itself_can_be_imported(bring):
    summary = bring("\ufeff" + template_csv())
    assert (summary.new, summary.rejected) == (1, 0)
    assert Complaint.objects.get().external_system == "crm"


def request_of(user, method="get"):
    request = getattr(RequestFactory(), method)("/import/template.csv")
    request.user = user
    return request


def test_whoever_may_register_downloads_it(house):
    answer = template_download(request_of(house.agent))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="redress-complaints.csv"'
    assert answer.content.decode("utf-8-sig") == template_csv()


def test_others_are_refused_and_strangers_are_sent_to_log_in(house):
    with pytest.raises(PermissionDenied):
        template_download(request_of(house.analyst))
    answer = template_download(request_of(AnonymousUser()))
    assert answer.status_code == 302
    assert template_download(request_of(house.agent, "post")).status_code == 405
