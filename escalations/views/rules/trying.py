"""Try a case: by its reference, as a decision saw it, or with facts that somebody types."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from escalations.looking import looked_at_references
from escalations.models import Complaint, Look
from escalations.permissions import Scope
from escalations.placing.facts import facts_of
from escalations.views.pages import page, person, staff_page
from routing.engine import compile_ruleset
from routing.explaining import facts_in_words
from routing.facts import Facts
from routing.models import Decision, Ruleset, Team, User
from routing.trying import questions, try_on, typed_facts
from routing.vocabulary import Vocabulary


@staff_page("routing.view_ruleset")
@require_GET
def try_case(request: HttpRequest, number: int) -> HttpResponse:
    """Which rule of this version catches a case, and at which condition each earlier one failed. Changes nothing."""
    ruleset = get_object_or_404(Ruleset, number=number)
    compiled, vocabulary = compile_ruleset(ruleset), Vocabulary.load()
    user, reference = person(request), request.GET.get("case", "").strip().upper()
    decision = _decision(user, request.GET.get("decision", ""))
    facts = _facts(user, reference, decision) if reference or decision else None
    typed = any(name.startswith("fact-") for name in request.GET)
    if facts is None and typed:
        facts = typed_facts(request.GET, vocabulary)
    if facts and not typed:
        looked_at_references(user, [decision.reference if decision else reference], Look.Place.RULES)
    trial = try_on(compiled, facts) if facts else None
    context = {
        "ruleset": ruleset,
        "reference": decision.reference if decision else reference,
        "decision": decision,
        "is_missing": bool(reference) and facts is None,
        "trial": trial,
        "team": _team(trial.match.outcome.team) if trial else None,
        "facts": facts_in_words(facts.stored(trial.match.found), vocabulary) if facts and trial else [],
        "questions": questions(compiled, request.GET, vocabulary),
        "is_typed": typed,
    }
    return page(request, "rules/try.html", _("Try a case on version %d") % ruleset.number, context)


def _team(pk: int | None) -> Team | None:
    return Team.objects.filter(pk=pk).first() if pk else None


def _decision(user: User, said: str) -> Decision | None:
    """A stored decision whose facts they may read."""
    if not (said.isascii() and said.isdecimal() and len(said) < 19 and user.has_perm("routing.view_decision")):
        return None
    seen = Complaint.objects.filter(Scope.of(user).rows_of_facts(), reference=OuterRef("reference"))
    return Decision.objects.filter(Exists(seen), pk=int(said)).first()


def _facts(user: User, reference: str, decision: Decision | None) -> Facts | None:
    """As that decision saw them; else as they stand now. None when there is no such case, or not for them."""
    if decision:
        return Facts.from_stored(decision.facts)
    if not user.has_perm("routing.view_decision"):
        return None
    rows = Complaint.objects.filter(Scope.of(user).rows_of_facts(), reference=reference)
    case = rows.first() if "\x00" not in reference else None
    return facts_of([case])[0] if case else None
