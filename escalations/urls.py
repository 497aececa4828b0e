from django.urls import path

from escalations.importing import template_download
from escalations.views import (
    actions,
    answer,
    approvals,
    attachments,
    bulk,
    case,
    escalate,
    incidents,
    intake,
    letter,
    management,
    notices,
    point,
    queue,
    record,
    sample,
    saved_views,
    summary,
    watching,
    writing,
)
from escalations.views.criteria import judging
from escalations.views.customer import door
from escalations.views.customer import page as customer
from escalations.views.customer import steps as customers_steps
from escalations.views.rules import simulated, simulations, trying
from escalations.views.triage import desk
from escalations.views.waits import desk as waits
from escalations.views.waits import several

app_name = "escalations"

urlpatterns = [
    path("cases/", queue.queue, name="queue"),
    path("cases/next/", queue.take_next, name="take_next"),
    path("cases/new/", intake.new, name="new"),
    path("cases/several/", bulk.bulk, name="bulk"),
    path("cases/waits/", waits.waits, name="waits"),
    path("cases/waits/several/", several.several, name="several_waits"),
    path("cases/views/", saved_views.save, name="save_view"),
    path("cases/views/<int:pk>/", saved_views.view, name="view"),
    path("watch/", watching.watch, name="watch"),
    path("cases/<str:reference>/", case.case_page, name="case"),
    path("cases/<str:reference>/panel/<slug:panel>/", case.panel_page, name="panel"),
    path("cases/<str:reference>/unsent/<str:action>/", writing.keep, name="keep_unsent"),
    path("cases/<str:reference>/colleagues/", writing.colleagues, name="colleagues"),
    path("cases/<str:reference>/files/<int:file>/", attachments.download, name="file"),
    path("notices/", notices.inbox, name="notices"),
    path("notices/<int:pk>/seen/", notices.seen, name="notice_seen"),
    path("open/<str:token>/", door.open_page, name="open"),
    path("complaint/", customer.page, name="customer"),
    path("complaint/leave/", door.leave, name="leave"),
    path("complaint/write/", customer.write, name="customer_writes"),
    path("complaint/files/<int:file>/", customer.file, name="customers_file"),
    path("complaint/step/<slug:name>/", customers_steps.step, name="customers_step"),
    path("answer/<str:token>/", answer.answer, name="answer"),
    path("cases/<str:reference>/points/<int:pk>/", point.point_page, name="point"),
    path("cases/<str:reference>/history/", record.history, name="history"),
    path("cases/<str:reference>/routing/", record.routing, name="routing"),
    path("cases/<str:reference>/summary/", summary.summary, name="summary"),
    path("cases/<str:reference>/letter/", letter.letter, name="letter"),
    path("cases/<str:reference>/review/", sample.review, name="review"),
    path("incidents/", incidents.incident_list, name="incidents"),
    path("incidents/open/", incidents.open_incident, name="open_incident"),
    path("incidents/<int:pk>/", incidents.incident, name="incident"),
    path("incidents/<int:pk>/find/", incidents.find, name="find_incident"),
    path("incidents/<int:pk>/close/", incidents.close, name="close_incident"),
    path("incidents/<int:pk>/run/", incidents.run, name="run_incident"),
    path("set-aside/", sample.sample, name="sample"),
    path("cases/<str:reference>/escalate/", escalate.escalate, name="escalate"),
    path("cases/<str:reference>/do/<str:action>/", actions.act, name="act"),
    path("import/template.csv", template_download, name="import_template"),
    path("rules/<int:number>/simulate/", simulations.simulate, name="simulate"),
    path("rules/<int:number>/try/", trying.try_case, name="try_case"),
    path("rules/simulations/<int:pk>/", simulations.simulation, name="simulation"),
    path("rules/simulations/<int:pk>/cancel/", simulations.cancel, name="cancel_simulation"),
    path("rules/simulations/<int:pk>/again/", simulations.again, name="again_simulation"),
    path("rules/simulations/<int:pk>/cases/", simulated.cases, name="simulated_cases"),
    path("rules/simulations/<int:pk>/cases.csv", simulated.cases_csv, name="simulated_cases_csv"),
    path("criteria/<int:number>/judge/", judging.judge, name="judge"),
    path("criteria/judgements/<int:pk>/", judging.judgement, name="judgement"),
    path("criteria/judgements/<int:pk>/cancel/", judging.cancel, name="cancel_judgement"),
    path("triage/", desk.triage, name="triage"),
    path("management/", management.management, name="management"),
    path("management/move/", management.move, name="move"),
    path("management/move/back/", management.move_back, name="move_back"),
    path("approvals/", approvals.approvals, name="approvals"),
]
