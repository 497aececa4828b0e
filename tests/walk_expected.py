"""Who may open what, written by hand. One letter a visitor; whoever is not named is refused.

F frontline agent, C escalation coordinator, H handler, M manager, S routing supervisor, Q quality analyst,
O compliance officer, A administrator, X a superuser without a role, N somebody with the role of a handler who is
no member of staff any more, - nobody logged in.
"""

from http import HTTPStatus
from typing import NamedTuple

ROLES = "FCHMSQOA"
STAFF = ROLES + "X"
VISITORS = STAFF + "N-"

OK, FOUND, REFUSED, MISSING = HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND
CONFLICT = HTTPStatus.CONFLICT
UNKNOWN, GET_REFUSED = HTTPStatus.UNAUTHORIZED, HTTPStatus.METHOD_NOT_ALLOWED

SEES = {
    "F": ("cards",), "C": ("cards", "loans", "fresh"), "H": ("cards",), "M": ("cards", "loans", "fresh"), "S": (),
    "Q": ("cards", "loans", "fresh"), "O": ("cards", "loans", "fresh"), "A": (), "X": (), "N": (), "-": (),
}  # fmt: skip
"""The cases of `walk_world` that each may see. Nobody holds the clearance for the sealed one."""

READS = dict.fromkeys("FCHMO", ("identity", "words", "note", "reason")) | {"Q": ("reason",)}
READS |= {who: (*READS[who], "secret") for who in "HMO"}
"""Of those cases: who the customer is, what was said and noted, why staff took a step; what is never disclosed."""

DECISIONS_SEEN = {"S": ("cards", "loans")}
LEDGER = ("routing.decision", "routing.assignment", "routing.simulatedcase")
"""Supervisors read why routing placed a case and who held it, by its reference, without the case."""


class Pages(NamedTuple):
    """The admin's pages of one model: who views, adds, changes and deletes. Whoever views gets the page of a row too:
    it can be saved by those who change."""

    view: str
    add: str = ""
    change: str = ""
    delete: str = ""

    def expected(self, verb: str) -> tuple[str, int]:
        """Who gets what status from a GET."""
        by_verb = {"list": self.view, "history": self.view, "change": self.view, "add": self.add, "delete": self.delete}
        return (STAFF, FOUND) if verb == "redirect" else (by_verb[verb], OK)


FACTS, SAID = "FCHMQOX", "FCHMOX"

ADMIN = {
    "routing.team": Pages(STAFF, "AX", "AX", "X"),
    "routing.handler": Pages("CHMSOAX", "AX", "AX", "AX"),
    "routing.skill": Pages("CHMSQOAX", "AX", "AX", "AX"),
    "routing.clearance": Pages("SOAX", "AX", "AX", "AX"),
    "routing.absence": Pages("CMSOAX", "MAX", "MAX", "AX"),
    "routing.field": Pages(STAFF, "AX", "AX"),
    "routing.choice": Pages(STAFF, "AX", "AX", "X"),
    "routing.authoritylevel": Pages("MSOAX", "AX", "AX", "X"),
    "routing.authoritylimit": Pages("MOAX", "AX", "AX", "AX"),
    "routing.approvalstep": Pages("MOAX", "AX", "AX", "AX"),
    "routing.delegation": Pages("HMOAX", "HMAX", "HMAX", "AX"),
    "routing.authoritychange": Pages("MOAX"),
    "routing.ruleset": Pages("SOAX", "SX"),
    "routing.rule": Pages("SOAX", "SX"),
    "routing.caseweight": Pages("SOAX", "SAX", "SAX"),
    "routing.user": Pages("OAX", "AX", "AX", "X"),
    "routing.simulation": Pages("SOX"),
    "routing.simulatedcase": Pages("SOX"),
    "routing.decision": Pages("FCHMSQOX"),
    "routing.assignment": Pages("FCHMSOX"),
    "escalations.complaint": Pages(FACTS, "FCM"),
    "escalations.point": Pages(FACTS),
    "escalations.fieldvalue": Pages(FACTS),
    "escalations.attempt": Pages(FACTS),
    "escalations.lastlook": Pages("X"),
    "escalations.namedstaff": Pages(SAID),
    "escalations.attachment": Pages(SAID),
    "escalations.fileaccess": Pages("OX"),
    "escalations.task": Pages(SAID),
    "escalations.customerlink": Pages(SAID),
    "escalations.linkopening": Pages(SAID),
    "escalations.linkcode": Pages("X"),
    "escalations.notice": Pages(SAID),
    "escalations.checklisttick": Pages(SAID),
    "escalations.checklistitem": Pages("FCHMOAX", "AX", "AX"),
    "escalations.unsenttext": Pages("X"),
    "escalations.trigger": Pages(FACTS),
    "escalations.event": Pages(FACTS),
    "escalations.clock": Pages(FACTS),
    "escalations.remedy": Pages(FACTS),
    "escalations.waiting": Pages(SAID),
    "escalations.evidencerequest": Pages(SAID),
    "escalations.listening": Pages(SAID),
    "escalations.contributingcause": Pages(FACTS),
    "escalations.sealednote": Pages("HMOX"),
    "escalations.findingcode": Pages("FCHMQOAX", "QAX", "QAX"),
    "escalations.control": Pages("FCHMQOAX", "QAX", "QAX"),
    "escalations.approval": Pages(SAID),
    "escalations.approvalnotice": Pages("X"),
    "escalations.authorisation": Pages(SAID),
    "escalations.calculation": Pages(SAID),
    "escalations.calculationline": Pages(SAID),
    "escalations.calculationcheck": Pages(SAID),
    "escalations.interestrate": Pages("OAX", "AX", "AX"),
    "escalations.look": Pages("OX"),
    "escalations.confirmation": Pages(SAID),
    "escalations.caselink": Pages(SAID),
    "escalations.similarcase": Pages(SAID),
    "escalations.casevector": Pages("X"),
    "escalations.riskmodel": Pages("SQOAX"),
    "escalations.riskmodelfile": Pages("X"),
    "escalations.riskpolicy": Pages("SQOAX", "", "AX"),
    "escalations.riskscore": Pages(FACTS),
    "escalations.triageanswer": Pages(SAID),
    "escalations.referral": Pages(SAID),
    "escalations.incident": Pages(SAID),
    "escalations.incidentfinding": Pages("X"),
    "escalations.incidentrun": Pages("X"),
    "escalations.incidentline": Pages("X"),
    "escalations.setasidereview": Pages("QOX"),
    "escalations.mention": Pages("X"),
    "escalations.leftempty": Pages(SAID),
    "escalations.handoverrequest": Pages(SAID),
    "escalations.handoverpolicy": Pages("FCHMOAX", "AX", "AX"),
    "escalations.statement": Pages(SAID),
    "escalations.systemnote": Pages(SAID),
    "escalations.triggerevidence": Pages(SAID),
    "escalations.message": Pages(SAID),
    "escalations.party": Pages(SAID),
    "escalations.person": Pages(SAID),
    "escalations.need": Pages(SAID),
    "escalations.personidentifier": Pages(SAID),
    "escalations.criteriaset": Pages(STAFF, "SX"),
    "escalations.criterion": Pages(STAFF, "SX"),
    "escalations.phraselist": Pages(STAFF),
    "escalations.criterioncondition": Pages(STAFF),
    "escalations.firststeps": Pages(STAFF, "SAX", "SAX"),
    "escalations.reexamination": Pages("SAX"),
    "escalations.judgement": Pages("SOX"),
    "escalations.cause": Pages("FCHMQOAX", "QAX", "QAX"),
    "escalations.deadlinepolicy": Pages("OAX", "AX", "AX"),
    "escalations.policy": Pages("OAX", "", "AX"),
    "escalations.referencenumber": Pages("AX"),
    "escalations.idempotencykey": Pages("AX"),
    "escalations.heartbeat": Pages("AX"),
    "escalations.presence": Pages("X"),
    "escalations.savedview": Pages("X"),
    "analytics.download": Pages("OX"),
    "auth.group": Pages("X", "X", "X", "X"),
    "knox.authtoken": Pages("X", "X", "X", "X"),
    "django_q.schedule": Pages("X", "X", "X", "X"),
    "django_q.success": Pages("X", "", "", "X"),
    "django_q.failure": Pages("X", "", "", "X"),
    "django_q.ormq": Pages("X", "", "", "X"),
    "axes.accessattempt": Pages("X", "", "", "X"),
    "axes.accesslog": Pages("X", "", "", "X"),
    "axes.accessfailurelog": Pages("X", "", "", "X"),
}

CUSTOMERS = {
    "escalations:open", "escalations:customer", "escalations:leave", "escalations:customer_writes",
    "escalations:customers_file", "escalations:customers_step", "escalations:answer",
}  # fmt: skip
"""What a link opens: a login of staff opens none of it, nor does it show anything without a link."""

OPEN = {"healthz", "readyz", "admin:login"} | CUSTOMERS
"""What needs no login."""

PAGES: dict[str, tuple[str, int]] = {
    "healthz": (VISITORS, OK),
    "readyz": (VISITORS, OK),
    "start": (STAFF, FOUND),
    "admin:index": (STAFF, OK),
    "admin:search": (STAFF, OK),
    "admin:logout": (STAFF, GET_REFUSED),
    "admin:password_change": (STAFF, OK),
    "admin:password_change_done": (STAFF, OK),
    "admin:autocomplete": ("", OK),  # without saying of which field; test_autocomplete says it
    "admin:jsi18n": (STAFF, OK),
    "admin:view_on_site": (STAFF, MISSING),  # no row has an address of its own
    "admin:app_list": (STAFF, OK),
    "admin:": (STAFF, MISSING),
    "escalations.policy list": ("OAX", FOUND),  # one row: leads to it
    "routing.rule add": ("SX", FOUND),  # nobody has a draft: leads to the versions
    "routing.ruleset <path:object_id>/do/": ("SOAX", GET_REFUSED),
    "routing.ruleset <path:object_id>/publish/": ("SX", OK),
    "routing.ruleset <path:object_id>/copy/": ("SX", OK),
    "routing.ruleset <path:object_id>/differences/": ("SOAX", OK),
    "routing.ruleset <path:object_id>/download/": ("SOAX", OK),
    "routing.ruleset upload/": ("SX", OK),
    "routing.authoritychange <path:object_id>/confirm/": ("MOAX", GET_REFUSED),
    "routing.authoritychange <path:object_id>/refuse/": ("MOAX", GET_REFUSED),
    "escalations:simulate": ("SOAX", OK),
    "escalations:try_case": ("SOAX", OK),
    "escalations:simulation": ("SOX", OK),
    "escalations:cancel_simulation": ("SX", GET_REFUSED),
    "escalations:again_simulation": ("SX", GET_REFUSED),
    "escalations:simulated_cases": ("SOX", OK),
    "escalations:simulated_cases_csv": ("SOX", OK),
    "escalations.criteriaset <path:object_id>/publish/": ("SX", OK),
    "escalations.criteriaset <path:object_id>/export/": (STAFF, OK),
    "escalations.criteriaset <path:object_id>/rejected/": (STAFF, OK),
    "escalations.criteriaset upload/": ("SX", OK),
    "escalations:judge": ("SOX", OK),
    "escalations:judgement": ("SOX", OK),
    "escalations:cancel_judgement": ("SX", GET_REFUSED),
    "escalations.criteriaset <path:object_id>/copy/": ("SX", OK),
    "routing.user <id>/password/": ("AX", OK),
    "escalations.complaint export/": (FACTS, OK),
    "escalations.complaint <path:object_id>/do/<slug:action>/": (SAID, OK),
    "escalations.riskpolicy list": ("SQOAX", FOUND),  # one row: leads to it
    "escalations.riskmodel train/": ("SQX", OK),
    "escalations.riskmodel mode/": ("SAX", OK),
    "escalations.riskmodel <path:object_id>/use/": ("SAX", OK),
    "escalations:queue": (FACTS, OK),
    "escalations:take_next": ("HX", GET_REFUSED),
    "escalations:bulk": (SAID, OK),
    "escalations:waits": (SAID, OK),
    "escalations:several_waits": (SAID, OK),
    "escalations:save_view": (FACTS, GET_REFUSED),
    "escalations:view": (FACTS, MISSING),  # nobody has saved one
    "escalations:watch": (FACTS, MISSING),  # without what a page was given to ask
    "escalations:new": ("FCMX", OK),
    "escalations:case": (FACTS, OK),
    "escalations:panel": (FACTS, OK),
    "escalations:keep_unsent": (FACTS, GET_REFUSED),
    "escalations:colleagues": (SAID, OK),
    "escalations:file": (FACTS, MISSING),  # no file there; test_files says who gets one
    "escalations:notices": (SAID, OK),
    "escalations:notice_seen": (SAID, GET_REFUSED),
    "escalations:open": (VISITORS, OK),  # the same for every link, an unknown one as well
    "escalations:customer": ("", OK),
    "escalations:customer_writes": ("", OK),
    "escalations:customers_file": ("", OK),
    "escalations:customers_step": ("", OK),
    "escalations:leave": (VISITORS, GET_REFUSED),
    "escalations:answer": (VISITORS, MISSING),  # of an unknown link
    "escalations:history": (FACTS, OK),
    "escalations:routing": (FACTS, OK),
    "escalations:act": (SAID, OK),
    "escalations:point": (FACTS, OK),
    "escalations:summary": (FACTS, OK),
    "escalations:letter": ("FCHMX", OK),
    "escalations:incidents": (SAID, OK),
    "escalations:open_incident": ("CHMX", GET_REFUSED),
    "escalations:incident": (SAID, MISSING),
    "escalations:find_incident": ("CHMX", GET_REFUSED),
    "escalations:close_incident": ("CHMX", GET_REFUSED),
    "escalations:run_incident": ("CHMX", GET_REFUSED),
    "escalations:sample": ("QOX", OK),
    "escalations:review": ("QX", GET_REFUSED),
    "escalations:escalate": ("FX", CONFLICT),
    "escalations:import_template": ("FCMX", OK),
    "escalations:triage": ("CMX", OK),
    "escalations:approvals": ("HMX", OK),
    "escalations:management": ("MX", OK),
    "escalations:move": ("MX", GET_REFUSED),
    "escalations:move_back": ("MX", GET_REFUSED),
    "api:complaint-list": (FACTS + "N", OK),
    "api:complaint-detail": (FACTS + "N", OK),
    "api:complaint-events": (FACTS + "N", OK),
    "api:complaint-routing": (FACTS + "N", OK),
    "api:complaint-act": (STAFF + "N", GET_REFUSED),
    "api:fields": (STAFF + "N", OK),
    "api:choices": (STAFF + "N", OK),
    "api:schema": (STAFF, OK),
    "api:docs": (STAFF, OK),
    "api:nowhere": (STAFF + "N", MISSING),
    "analytics:trends": ("MQOX", OK),
    "analytics:redress": ("MQOX", OK),
    "analytics:redress_csv": ("MQOX", OK),
    "analytics:redress_xlsx": ("MQOX", OK),
    "analytics:first_sign": ("MQOX", OK),
    "analytics:first_sign_csv": ("MQOX", OK),
    "analytics:trends_csv": ("MQOX", OK),
    "analytics:trends_xlsx": ("MQOX", OK),
}
"""Every other page. A row's page is MISSING to whoever may open such pages, but not see that case."""
