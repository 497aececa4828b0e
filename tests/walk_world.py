"""Four cases with a mark in every text that hangs off them: what a page shows tells which rows it read."""

import datetime
import hashlib
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import SimpleNamespace

from django.apps import apps
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from escalations.actions import HANDLER
from escalations.actors import Actor
from escalations.detection import judgements
from escalations.detection.exchange import draft
from escalations.intake import AttemptDraft, Contact, Draft, PointDraft, register
from escalations.jobs import route_accepted, send_queued
from escalations.models import (
    Complaint,
    CriteriaSet,
    DeadlinePolicy,
    FirstSteps,
    Heartbeat,
    Policy,
    RiskModel,
    RiskModelFile,
    RiskPolicy,
    RiskScore,
)
from escalations.models.party import Need, Party
from escalations.placing.simulating import texts_of
from escalations.workflow import perform
from routing import second_person
from routing.models import AuthorityLimit, Choice, Field, User
from routing.plain import PlainCondition
from routing.simulation.run import ask, run
from tests.criteria import publish, worded
from tests.walk_expected import ROLES
from tests.walk_reading import text_of

PERSONAL = ("Person", "PersonIdentifier", "Need")
MARK = re.compile(r"zz[a-z]+zz")


def mark(case: str, kind: str) -> str:
    return f"zz{case}{kind}zz"


@dataclass
class World:
    """`cases` by name: cards (alex, hana), loans (amal, stan), fresh (amal, waits in triage), sealed (as cards, but
    restricted to a clearance that nobody holds)."""

    house: SimpleNamespace
    cases: dict[str, Complaint] = field(default_factory=dict)

    def marks_in(self, response: HttpResponse) -> set[str]:
        """The marks, and the references of cases, that an answer shows."""
        text = text_of(response)
        numbers = {case.reference for case in self.cases.values() if case.reference in text}
        return set(MARK.findall(text)) | numbers

    def case_of(self, row: models.Model) -> str:
        """The name of the case that a row belongs to; empty for what belongs to none."""
        if type(row).__name__ in PERSONAL:
            person = getattr(row, "person", row)
            row = Party.objects.filter(person=person).select_related("complaint").get()
        references = {case.reference: name for name, case in self.cases.items()}
        over = next((name for name in ("trigger", "point", "request", "link") if hasattr(row, name)), "")
        owner = getattr(row, "complaint", None) or getattr(getattr(row, over, None), "complaint", None)
        if isinstance(row, Complaint):
            owner = row
        return references.get(getattr(owner or row, "reference", ""), "")

    def row(self, model: type[models.Model], case: str = "") -> models.Model | None:
        """A row of this model, of that case where it belongs to one."""
        rows = list(model._base_manager.order_by("pk"))
        return next((row for row in rows if self.case_of(row) in ("", case or "cards")), None)


def build(house: SimpleNamespace) -> World:
    world = World(house)
    _criteria(house)
    _define_fields()
    cards = _case(world, "cards", house.agent, house.card)
    loans = _case(world, "loans", house.other_agent, house.loan)
    sealed = _case(world, "sealed", house.agent, house.card)
    for name, case, holder, agent in (
        ("cards", cards, house.handler, house.agent),
        ("loans", loans, house.stranger, house.other_agent),
        ("sealed", sealed, house.handler, house.agent),
    ):
        _work(world, name, case, holder, agent)
    _do(sealed, house.coordinator, "restrict", mark("sealed", "reason"), kind="discrimination")
    _case(world, "fresh", house.other_agent, house.loan)
    Policy.objects.get_or_create(pk=1)
    DeadlinePolicy.objects.get_or_create(kind="acknowledge", severity=2, defaults={"days": 3})
    Heartbeat.beat()
    _risk(world)
    _simulate(house)
    limit = AuthorityLimit.objects.filter(level__level=2).first()
    limit.amount += 1
    second_person.propose(limit, by=house.administrator, why="Asked for by the board.", at=timezone.now())
    world.cases = {name: Complaint.objects.get(pk=case.pk) for name, case in world.cases.items()}
    return world


def _simulate(house: SimpleNamespace) -> None:
    """A draft that would send every case to the other team, simulated on all of them, the sealed one as well."""
    draft = house.ruleset.copy(house.administrator)
    for rule in draft.rules.all():
        rule.team = house.loans if rule.team == house.cards else house.cards
        rule.save()
    now = timezone.now()
    asked = ask(
        draft, house.supervisor, since=now - datetime.timedelta(1), until=now + datetime.timedelta(1), sample=100
    )
    assert run(asked.pk, texts_of) and asked.cases.count() == 3


def _risk(world: World) -> None:
    """A version in use, and a score of every case that says a word of it."""
    row = RiskModel.objects.create(number=1, state=RiskModel.State.READY, outcomes=["escalated"])
    RiskModelFile.objects.create(model=row, content=b"none")
    RiskPolicy(model=row, mode="suggest").save()
    for name, case in world.cases.items():
        reasons = [{"name": "", "value": mark(name, "words"), "moved": 0.1}]
        RiskScore.objects.create(complaint=case, score=0.5, model=row, scored_at=timezone.now(), reasons=reasons)


def _define_fields() -> None:
    """One that everybody may read who may see the case, and one that holds somebody's words."""
    Field.objects.create(code="remark", label="Remark", kind="text")
    branch = Field.objects.create(code="branch", label="Branch", kind="choice")
    Choice.objects.create(field=branch, code="leeds", label="Leeds")


def _criteria(house: SimpleNamespace) -> None:
    """One version in force that finds the ombudsman, and a draft with a row of everything that a criterion has."""
    named = worded("regulator", "ombudsman")
    publish([named], house.administrator, house.supervisor)
    severe = (PlainCondition("severity", "at_least", "3"),)
    draft([replace(named, code="severe", conditions=severe)], house.supervisor)
    FirstSteps.objects.create(kind="safety", call="The duty lead")
    judgements.ask(CriteriaSet.objects.published(), house.supervisor, 100)


def _case(world: World, name: str, agent: User, product: object) -> Complaint:
    """Flagged by the criterion as it comes in; the further marks are what only people write."""
    contact = Contact(
        name=f"Mx {mark(name, 'identity')}", email=f"{mark(name, 'identity')}@example.org",
        address=mark(name, "identity"), external_id=mark(name, "identity"),
    )  # fmt: skip
    attempt = AttemptDraft(what=mark(name, "words"), result="declined", made_at=timezone.now(), made_by=agent)
    draft = Draft(
        contact=contact, channel="phone", attempts=(attempt,), amount=Decimal(80), currency="GBP",
        wanted=mark(name, "words"), fields={"remark": mark(name, "words"), "branch": "leeds"},
        what_happened=f"{mark(name, 'words')} The ombudsman will hear of this.",
        points=(PointDraft(product=product, issue=world.house.fees),),
    )  # fmt: skip
    case = register(draft, actor=Actor.of(agent))
    world.cases[name] = case
    person = Party.objects.get(complaint=case).person
    Need.objects.create(person=person, driver="health", adjustment=mark(name, "identity"))
    return case


def _work(world: World, name: str, case: Complaint, holder: User, agent: User) -> None:
    house, words, reason = world.house, mark(name, "words"), mark(name, "reason")
    _do(case, house.coordinator, "accept", reason)
    route_accepted()
    case.refresh_from_db()
    if case.handler != holder.handler:
        _do(case, house.coordinator, "reassign", reason, handler=holder.handler)
    _do(case, holder, "investigate", reason)
    point = case.main_point
    _do(case, holder, "record_finding", reason, point=point, finding="happened", outcome="upheld", text=words)
    _do(case, holder, "confirm_cause", point=point, cause=house.cause, status="confirmed")
    _do(case, holder, "propose_remedy", reason, kind="refund", amount=4000, currency="GBP", point=point)
    _do(case, holder, "note", body=mark(name, "note"))
    _do(case, holder, "note", body=mark(name, "secret"), sealed=True)
    _do(case, holder, "wait", on="third_party", note=words)
    _do(case, holder, "request_evidence", kind="recording", what=words)
    _do(case, holder, "answer_evidence", request=case.evidence_requests.last(), result="received", answer=words)
    _do(case, holder, "listen_evidence", request=case.evidence_requests.last(), heard=words)
    _do(case, holder, "record_outcome", point=point, contributing=[house.hand_off], asked=words)
    _do(case, holder, "receive", body=f"{words}, says {mark(name, 'identity')}")
    _do(case, holder, "write", kind="acknowledgement", subject=words, body=words)
    _do(case, agent, "edit", reason, region="Wales")
    _do(case, house.second_coordinator, "set_aside", reason, kind="out_of_scope", letter=words)
    send_queued()


def _do(case: Complaint, user: User, action: str, reason: str = "", **data: object) -> None:
    perform(case, action, actor=Actor.of(user), reason=reason, **data)


def browser(world: World, who: str, **options: object) -> Client:
    """A browser in which this visitor is logged in. A failing page is an answer to it, not an exception."""
    client = Client(raise_request_exception=False, **options)
    person = account(world, who)
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def account(world: World, who: str) -> User | None:
    if who == "X":
        return User.objects.create_superuser("root")
    if who == "N":
        leaver = User.objects.create_user("nora")
        leaver.groups.add(Group.objects.get(name=HANDLER))
        return leaver
    return list(world.house.by_role.values())[ROLES.index(who)] if who in ROLES else None


# --- what is written ---------------------------------------------------------------------------------------------

ACCESS = {"sessions.session", "analytics.download", "escalations.fileaccess", "escalations.linkopening"}
"""Who was here and who took which figures along: written by a GET too, and meant to be."""


def contents() -> dict[str, str]:
    """A digest of the rows of every table, but for those of access."""
    tables = apps.get_models(include_auto_created=True)
    return {
        model._meta.label: _digest(model)
        for model in tables
        if model._meta.label_lower not in ACCESS and model._meta.app_label != "axes" and model._meta.managed
    }


def _digest(model: type[models.Model]) -> str:
    columns = [column.attname for column in model._meta.concrete_fields if column.name != "last_login"]
    rows = model._base_manager.order_by("pk").values_list(*columns)
    return hashlib.sha256(repr([tuple(map(_plain, row)) for row in rows]).encode()).hexdigest()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime.datetime) else value


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The tables whose rows are not what they were."""
    return {name for name in after if before.get(name) != after[name]}
