"""Northmere's codes of what can be found and which control should have prevented it; and the steps of an inquiry that
are about evidence, about waiting, and about what is never disclosed."""

from datetime import datetime, timedelta
from typing import Any

from config.demo.bank import Bank, Case
from config.demo.script import Script
from config.demo.steps import Step
from escalations.models import Control, EvidenceRequest, FindingCode, Policy

FINDINGS = {
    "charged-wrongly": "Charged wrongly",
    "promise-not-kept": "Promise not kept",
    "told-wrongly": "Told something wrong",
    "treated-badly": "Treated badly",
    "records-missing": "Records or recording missing",
    "service-down": "Service was down",
    "fraud-not-stopped": "Fraud not stopped",
    "as-agreed": "As agreed with the customer",
}
CONTROLS = {
    "call-back": "Call back within two days",
    "second-look": "Second look at instructions",
    "one-owner": "One owner from first call to answer",
    "retention": "Recordings kept for seven years",
    "release-check": "Check before a release",
    "care-marker": "Care marker on every account",
    "payment-warning": "Warning before a new payee",
    "plain-words": "Plain words in letters and on screens",
}
FOUND_AS = {
    "wrong-information": ("told-wrongly", "plain-words"), "conduct": ("treated-badly", "one-owner"),
    "keyed-wrong": ("charged-wrongly", "second-look"), "vulnerability-missed": ("treated-badly", "care-marker"),
    "hand-off-lost": ("promise-not-kept", "one-owner"), "no-chaser": ("promise-not-kept", "call-back"),
    "evidence-not-kept": ("records-missing", "retention"), "call-back-not-made": ("promise-not-kept", "call-back"),
    "urgent-line": ("fraud-not-stopped", "payment-warning"), "faulty-release": ("service-down", "release-check"),
    "marker-not-passed": ("treated-badly", "care-marker"), "lock-out": ("service-down", "release-check"),
    "warning-ineffective": ("fraud-not-stopped", "payment-warning"), "fee-unclear": ("charged-wrongly", "plain-words"),
    "policy-rigid": ("treated-badly", "one-owner"), "contact-harmful": ("treated-badly", "care-marker"),
    "no-reasons": ("told-wrongly", "plain-words"), "merchant": ("charged-wrongly", "second-look"),
    "other-bank": ("promise-not-kept", "one-owner"), "our-wording": ("as-agreed", "plain-words"),
}  # fmt: skip
"""What is usually found where this was the cause, and the control that failed."""


def make() -> None:
    for model, entries in ((FindingCode, FINDINGS), (Control, CONTROLS)):
        for code, name in entries.items():
            model.objects.create(code=code, name=name)
    policy = Policy.current()
    policy.point_needs = ["fault"]
    policy.calculation_above = {"interest": "0", "loss": "500.00"}
    policy.save()


def found_as(cause: str, outcome: str) -> dict[str, Any]:
    """The finding code, and the control where something was upheld."""
    finding, control = FOUND_AS[cause]
    codes: dict[str, Any] = {"finding_code": FindingCode.objects.get(code=finding)}
    if outcome in ("upheld", "partly"):
        codes["control"] = Control.objects.get(code=control)
    return codes


# --- steps -----------------------------------------------------------------------------------------------------------


def wait(on: str, days: int, note: str = "") -> Step:
    """We wait for somebody, and chase after so many days."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        until = (at + timedelta(days=days)).date()
        bank.do(case, "wait", bank.holder(case, at), at, on=on, until=until, note=note)

    return step


def hold(on: str, days: int, reason: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "hold", bank.holder(case, at), at, reason, on=on, until=(at + timedelta(days=days)).date())

    return step


def lift(reason: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "lift_hold", bank.holder(case, at), at, reason)

    return step


def ask_for(kind: str, what: str, *, deleted_in: int | None = None, **details: Any) -> Step:
    """A request; `deleted_in` so many days its system deletes it."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        gone: dict[str, Any] = {"delete_on": (at + timedelta(days=deleted_in)).date()} if deleted_in is not None else {}
        bank.do(case, "request_evidence", bank.holder(case, at), at, kind=kind, what=what, **gone, **details)

    return step


def came(result: str, answer: str) -> Step:
    """To the oldest request that is outstanding."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        request = case.row().evidence_requests.filter(result="").order_by("pk").first()
        bank.do(case, "answer_evidence", bank.holder(case, at), at, request=request, result=result, answer=answer)

    return step


def listened(mark: str, heard: str) -> Step:
    def step(bank: Bank, case: Case, at: datetime) -> None:
        request = EvidenceRequest.objects.filter(complaint=case.pk, result="received").last()
        bank.do(case, "listen_evidence", bank.holder(case, at), at, request=request, mark=mark, heard=heard)

    return step


def sealed(body: str) -> Step:
    """A note that is never disclosed."""

    def step(bank: Bank, case: Case, at: datetime) -> None:
        bank.do(case, "note", bank.holder(case, at), at, body=body, sealed=True)

    return step


# --- of the ten cases ------------------------------------------------------------------------------------------------


def recording_found_late(script: Script) -> None:
    """Not found under the customer's number, which is a finding; then under the adviser's old extension, in time."""
    script.on(
        72, "09:40",
        ask_for("recording", "The call of March with the adviser", system="CallVault", external_id="customer number",
                asked_of="Telephony", due_on=script.day(68).date(), deleted_in=40),
        wait("evidence", 7, "Telephony looks by the customer's number."),
    )  # fmt: skip
    script.on(66, "14:40", came("not_found", "No call of March under the customer's number."))
    script.on(
        66, "15:20",
        ask_for("recording", "The same call by the adviser's line", system="CallVault", external_id="CV-0093117",
                asked_of="Telephony", minutes=11, keep=True),
    )  # fmt: skip
    script.on(60, "11:10", came("received", "Filed under the adviser's old extension."))
    script.on(60, "11:20", listened("07:42", "“Fifteen thousand, no charge, that is fine.”"))


def police_ask_to_hold(script: Script) -> None:
    script.on(9, "10:40", ask_for("recording", "The call to the fraud line", system="CallVault",
                                  external_id="CV-0127741", minutes=46, keep=True))  # fmt: skip
    script.on(8, "09:15", hold("police", 21, "The police ask that nothing is decided while they trace the receiver."))
    script.on(
        7, "14:10", sealed("Our own report on the receiver went to the authorities today. Not a word of it outside.")
    )
    script.on(5, "16:00", came("received", "Call found: forty minutes on hold, then six with Ewan."))
    script.on(5, "16:40", listened("40:12", "“I rang the moment I knew.”"))


def waits_for_the_customer(script: Script) -> None:
    """The closing file is deleted next week if nobody asks to keep it."""
    script.on(4, "15:30", ask_for("document", "The closing file with its reasons", system="ArchiveOne",
                                  external_id="BA-88213", asked_of="Business accounts", deleted_in=9))  # fmt: skip
    script.on(1, "11:00", wait("customer", 4, "Which of his two accounts the salaries are paid from."))
