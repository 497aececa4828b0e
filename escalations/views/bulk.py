"""One step on several cases of the list: only such as decide nothing about an outcome. Each case answers for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from escalations.actions import ACTIONS
from escalations.actors import Actor
from escalations.errors import Incomplete, Invalid, Refusal
from escalations.forms.action import ActionForm
from escalations.forms.doing import StepForm
from escalations.forms.steps import FORMS
from escalations.happened import happened
from escalations.looking import looked
from escalations.models import Complaint, Look
from escalations.permissions import can
from escalations.views.pages import page, person, see_other, staff_page
from escalations.views.rows import Sight, listed, opening
from escalations.workflow import Result, perform_many
from routing.models import User

SAFE = ("take", "reassign", "wait", "stop_waiting", "hold", "lift_hold", "note")
"""What may be done to many at once. An outcome, a remedy or a letter is decided case by case."""
MOST = 100
KEPT = "bulk"
"""Where the session keeps what came of the last one, so that a reload repeats nothing."""


def offered(user: User) -> list[tuple[str, str]]:
    """The buttons under the list: name and label. Without dots, a step asks for nothing and is done at once."""
    actor = Actor.of(user)
    rules = [ACTIONS[name] for name in SAFE if can(actor, name)]
    return [(rule.name, f"{capfirst(str(rule.label))}{'…' if _asks(rule.name) else ''}") for rule in rules]


def _asks(action: str) -> bool:
    return bool(FORMS[action].base_fields) or ACTIONS[action].reason_required


@dataclass(frozen=True)
class Answer:
    """What became of one case, in words."""

    reference: str
    says: str
    done: bool


@staff_page(*(f"{name}_complaint" for name in SAFE))
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """On GET the form of the step with the cases it is for, or what came of the last one; on POST it is done."""
    user = person(request)
    asked: QueryDict = request.POST if request.method == "POST" else request.GET
    action, cases = asked.get("do", ""), _cases(user, asked.getlist("case"))
    if action not in SAFE or not can(Actor.of(user), action) or not cases:
        return came_of_it(request)
    step = StepForm(request.POST if request.method == "POST" else None, rule=ACTIONS[action])
    form = FORMS[action](request.POST if request.method == "POST" else None, complaint=cases[0], reader=user)
    if request.method == "POST" and all([form.is_valid(), step.is_valid()]):
        request.session[KEPT] = told(
            capfirst(str(ACTIONS[action].label)), _do(cases, action, user, form, step), asked.get("back", "")
        )
        return see_other("bulk")
    looked(user, cases, Look.Place.STEP)
    sight, rule = Sight.of(user), ACTIONS[action]
    context = {
        "action": action,
        "label": capfirst(str(rule.label)),
        "lead": _lead(rule.label, len(cases)),
        "cases": [(case.reference, opening(case, sight)) for case in cases],
        "form": form,
        "reason": step["reason"],
        "back": asked.get("back", ""),
        "back_url": _way_back(asked.get("back", ""))[0],
        "asks_reason": rule.reason_required,
    }
    status = 422 if form.errors or step.errors else 200
    return page(request, "queue/bulk.html", str(context["label"]), context, status=status)


def _lead(label: Any, count: int) -> str:
    what = ngettext("%d case", "%d cases", count) % count
    return _("%(label)s: %(what)s") % {"label": capfirst(str(label)), "what": what}


def _cases(user: User, references: Sequence[str]) -> list[Any]:
    """Those that they may see, in the order of the list."""
    wanted = list(dict.fromkeys(references))[:MOST]
    found = {case.reference: case for case in listed(Complaint.objects.visible_to(user).filter(reference__in=wanted))}
    return [found[reference] for reference in wanted if reference in found]


def _do(cases: Sequence[Complaint], action: str, user: User, form: ActionForm, step: forms.Form) -> list[Answer]:
    results = perform_many(cases, action, actor=Actor.of(user), reason=step.cleaned_data["reason"], **form.cleaned_data)
    return [answer_of(result, action) for result in results]


def told(label: str, answers: Sequence[Answer], back: str) -> dict[str, Any]:
    """What the session keeps for the page that says what came of it; `back` names the list that it leads back to."""
    return {
        "lead": _said(label, sum(answer.done for answer in answers), len(answers)),
        "answers": [(answer.reference, answer.says, answer.done) for answer in answers],
        "back": back,
    }


def _way_back(back: str) -> tuple[str, str]:
    if back == "waits":
        return reverse("escalations:waits"), _("Back to waits and holds")
    return reverse("escalations:queue"), _("Back to my work")


def answer_of(result: Result, action: str) -> Answer:
    if result.event is not None:
        return Answer(result.complaint.reference, _("you %s") % happened(action), done=True)
    return Answer(result.complaint.reference, _why_not(result.refusal), done=False)


def _why_not(refusal: Refusal | None) -> str:
    if isinstance(refusal, Incomplete):
        return " ".join(refusal.sentences)
    if isinstance(refusal, Invalid):
        return " ".join(text for texts in refusal.errors.values() for text in texts)
    return refusal.message if refusal else _("This case does not exist.")


def _said(label: str, done: int, total: int) -> str:
    if done == total:
        return _("%(label)s: done.") % {"label": label} if done == 1 else _("%(label)s: done, all %(done)d.") % {
            "label": label, "done": done,
        }  # fmt: skip
    left = total - done
    return ngettext(
        "%(done)d of %(total)d done; %(left)d case stands as it was, and says why.",
        "%(done)d of %(total)d done; %(left)d cases stand as they were, and say why.",
        left,
    ) % {"done": done, "total": total, "left": left}


def came_of_it(request: HttpRequest) -> HttpResponse:
    kept = request.session.get(KEPT, {})
    back_url, back_says = _way_back(kept.get("back", ""))
    context = {
        "lead": kept.get("lead", _("No case is chosen.")),
        "answers": kept.get("answers", []),
        "back_url": back_url,
        "back_says": back_says,
    }
    return page(request, "queue/bulk_done.html", _("Several cases at once"), context)
