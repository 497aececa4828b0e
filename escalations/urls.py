from django.urls import path

from escalations.importing import template_download
from escalations.views import actions, approvals, case, escalate, intake, queue, record, triage

app_name = "escalations"

urlpatterns = [
    path("cases/", queue.queue, name="queue"),
    path("cases/next/", queue.take_next, name="take_next"),
    path("cases/new/", intake.new, name="new"),
    path("cases/<str:reference>/", case.case_page, name="case"),
    path("cases/<str:reference>/history/", record.history, name="history"),
    path("cases/<str:reference>/routing/", record.routing, name="routing"),
    path("cases/<str:reference>/escalate/", escalate.escalate, name="escalate"),
    path("cases/<str:reference>/do/<str:action>/", actions.act, name="act"),
    path("import/template.csv", template_download, name="import_template"),
    path("triage/", triage.triage, name="triage"),
    path("approvals/", approvals.approvals, name="approvals"),
]
