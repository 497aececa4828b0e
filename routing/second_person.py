"""Who may decide what is changed by two people: one proposes, another puts it in force.

Neither does so for themselves, nor beyond what they may do themselves where they stand on the ladder. Whoever confirms
has that authority as a handler, as long as anybody does who could confirm; what nobody on the ladder has (the limits of
the highest level) is confirmed by somebody who stands beside it. While the house is set up, before the first case was
given to anybody, changes hold at once: there is nobody yet to ask. Where nobody else could confirm, whoever runs the
server does, at its console (`manage.py confirm_change`); the change says so.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.authority import level_of, may
from routing.locking import lock
from routing.models import ApprovalStep, Assignment, AuthorityLimit, Delegation, Handler, User
from routing.models.authority_change import AuthorityChange

Subject, State = AuthorityChange.Subject, AuthorityChange.State
SUBJECTS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    Subject.LIMIT: (
        AuthorityLimit, ("level", "kind", "product", "per", "amount", "currency", "valid_from", "valid_until"),
    ),
    Subject.STEP: (ApprovalStep, ("level", "kind", "product", "above", "currency", "valid_from", "valid_until")),
    Subject.LEVEL: (Handler, ("authority",)),
    Subject.DELEGATION: (Delegation, ("giver", "taker", "level", "starts_at", "ends_at", "reason")),
}  # fmt: skip
"""What takes two people, and which of its fields."""
CONFIRMS = "routing.confirm_authoritychange"
MOST_NAMED, MOST_SHOWN = 3, 10
WAITS = gettext_lazy("A change of it waits already: it is answered or taken back first.")


@dataclass(frozen=True)
class Line:
    """One field in words: what it says before and after."""

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def setting_up() -> bool:
    """Whether the house has not begun to work: no case was ever given to anybody."""
    return not Assignment.objects.exists()


def waiting(row: models.Model) -> AuthorityChange | None:
    """The change of this row that nobody has answered yet."""
    if row.pk is None:
        return None
    return AuthorityChange.objects.filter(subject=row._meta.model_name, row=row.pk, state=State.PROPOSED).first()


def propose(row: Any, *, by: User, why: str, at: datetime, removes: bool = False) -> AuthorityChange:
    """Note what that row would become, or that it goes. Raises ValidationError where one waits already, and
    PermissionDenied where this person may not stand behind it."""
    model, _fields = SUBJECTS[row._meta.model_name]
    stored = model._default_manager.filter(pk=row.pk).first() if row.pk else None
    if waiting(row):
        raise ValidationError(WAITS)
    change = AuthorityChange(
        subject=row._meta.model_name, row=row.pk, title=_title(row, removes)[:300], reason=why, proposed_by=by,
        proposed_at=at, before=_values(stored) if stored else None, after=None if removes else _values(row),
    )  # fmt: skip
    if sentence := _bars(change, by):
        raise PermissionDenied(sentence)
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError:
        raise ValidationError(WAITS) from None
    return change


def confirm(change: AuthorityChange, *, by: User, at: datetime) -> None:
    """Put it in force. Raises PermissionDenied with the reason, or ValidationError where it can hold no more."""
    with transaction.atomic():
        change = _open(change)
        if sentence := why_not(change, by):
            raise PermissionDenied(sentence)
        _put_in_force(change, by, at, "")


def confirm_at_console(change: AuthorityChange, *, account: str, why: str, at: datetime) -> None:
    """Put it in force by whoever runs the server (`account` is their name on it), where nobody else could. Raises as
    `confirm` does, and PermissionDenied with the names where somebody could."""
    with transaction.atomic():
        change = _open(change)
        if others := who_else(change):
            raise PermissionDenied(_("%s can confirm it, on its page.") % ", ".join(map(str, others[:MOST_NAMED])))
        if not why.strip():
            raise ValidationError(_("Say why it is confirmed here."))
        said = _("At the server's console, by %(account)s, because nobody else could: %(why)s")
        _put_in_force(change, None, at, (said % {"account": account, "why": why.strip()})[:500])


def who_else(change: AuthorityChange) -> list[User]:
    """Everybody who could confirm it."""
    codename = CONFIRMS.partition(".")[2]
    right = Q(groups__permissions__codename=codename) | Q(user_permissions__codename=codename) | Q(is_superuser=True)
    people = User.objects.filter(right, is_active=True).exclude(pk=change.proposed_by_id).distinct().order_by("pk")
    return [user for user in people if not why_not(change, user)]


def _put_in_force(change: AuthorityChange, by: User | None, at: datetime, answer: str) -> None:
    if _bars(change, change.proposed_by):
        raise ValidationError(_("%(who)s may not stand behind this any more.") % {"who": change.proposed_by})
    row = _target(change)
    row._history_user = by
    said = _("Proposed by %(who)s: %(why)s") % {"who": change.proposed_by, "why": change.reason}
    row._change_reason = " ".join(part for part in (said, answer) if part)
    if change.removes:
        row.delete()
    else:
        row.full_clean()
        row.save()
    _answered(change, State.CONFIRMED, by, at, answer)


def refuse(change: AuthorityChange, *, by: User, why: str, at: datetime) -> None:
    """By whoever could confirm it, with a reason; whoever proposed it takes it back."""
    with transaction.atomic():
        change = _open(change)
        if change.proposed_by_id == by.pk:
            _answered(change, State.WITHDRAWN, by, at, why)
            return
        if sentence := why_not(change, by):
            raise PermissionDenied(sentence)
        if not why.strip():
            raise ValidationError(_("Say why you refuse it."))
        _answered(change, State.REFUSED, by, at, why)


def changes_for(user: User) -> list[AuthorityChange]:
    """Those that wait and that this person can confirm; the oldest first."""
    if not user.has_perm(CONFIRMS):
        return []
    open_changes = AuthorityChange.objects.filter(state=State.PROPOSED).select_related("proposed_by").order_by("pk")
    return [change for change in open_changes[:MOST_SHOWN] if not why_not(change, user)]


def why_not(change: AuthorityChange, user: User) -> str:
    """Why this person cannot confirm it, in a sentence; empty when they can."""
    if not change.waits:
        return _("This change is “%s” already.") % change.get_state_display()
    if change.proposed_by_id == user.pk:
        return _("You proposed this yourself: a second person confirms it.")
    if not user.has_perm(CONFIRMS):
        return _("A manager or an administrator confirms it.")
    if sentence := _bars(change, user):
        return sentence
    if level_of(user) is None and not _is_giver(change, user) and (names := _names_of_holders(change)):
        return _("Somebody who has this authority confirms it: %(who)s.") % {"who": names}
    return ""


def _bars(change: AuthorityChange, user: User) -> str:
    """Why this person may neither propose nor confirm it: it is about them, or more than they have."""
    if user.pk in _people(change):
        return _("Nobody changes what they may do themselves.")
    own = level_of(user)
    if own is None or _is_giver(change, user) or _reaches(change, own):
        return ""
    return _("That is more than you may do yourself, or not below you. Ask someone with more authority.")


def _reaches(change: AuthorityChange, own: int) -> bool:
    """Whether a handler of that level could give and take this."""
    rows = [_row(change, values) for values in (change.before, change.after) if values is not None]
    if change.subject == Subject.LEVEL:
        return all(row.authority.level <= own for row in rows)
    if change.subject == Subject.DELEGATION:
        return all((level_of(row.giver) or 0) < own for row in rows)
    if not all(row.level.level < own for row in rows):
        return False
    return change.subject == Subject.STEP or change.removes or _may_grant(rows[-1], own)


def _may_grant(limit: AuthorityLimit, own: int) -> bool:
    product = limit.product.code if limit.product else None
    return may(own, limit.kind, limit.amount, limit.currency, product, limit.per).allowed


def _people(change: AuthorityChange) -> set[int]:
    """Whom it gives authority to, or takes it from."""
    if change.subject == Subject.LEVEL:
        return set(Handler.objects.filter(pk=change.row).values_list("user", flat=True))
    if change.subject == Subject.DELEGATION:
        return {values["taker_id"] for values in (change.before, change.after) if values}
    return set()


def _is_giver(change: AuthorityChange, user: User) -> bool:
    return change.subject == Subject.DELEGATION and all(
        values["giver_id"] == user.pk for values in (change.before, change.after) if values
    )


def _names_of_holders(change: AuthorityChange) -> str:
    """A few on the ladder who could confirm it, the lowest first; empty where nobody can."""
    codename = CONFIRMS.partition(".")[2]
    right = Q(user__groups__permissions__codename=codename) | Q(user__user_permissions__codename=codename)
    people = Handler.objects.active().filter(right | Q(user__is_superuser=True)).exclude(user=change.proposed_by_id)
    found = people.exclude(user__in=_people(change)).select_related("authority").distinct()
    able: dict[int, bool] = {}
    names = []
    for one in found.order_by("authority__level", "pk"):
        level = one.authority.level
        if level not in able:
            able[level] = _reaches(change, level)
        names += [str(one)] if able[level] or _is_giver(change, one.user) else []
    return ", ".join(names[:MOST_NAMED])


def lines(change: AuthorityChange) -> list[Line]:
    """Field by field in words, what differs and what stays."""
    before, after = (dict(_words(change, values)) for values in (change.before, change.after))
    return [Line(label, before.get(label, "–"), after.get(label, "–")) for label in after or before]


def _words(change: AuthorityChange, values: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    if values is None:
        return
    row = _row(change, values)
    for name in SUBJECTS[change.subject][1]:
        field: Any = row._meta.get_field(name)
        value = getattr(row, f"get_{name}_display")() if field.choices else getattr(row, name)
        yield capfirst(str(field.verbose_name)), _said(value)


def _said(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return str(localize(timezone.localtime(value) if isinstance(value, datetime) else value))


def _title(row: Any, removes: bool) -> str:
    said = _("%(who)s: %(level)s") % {"who": row, "level": row.authority} if isinstance(row, Handler) else str(row)
    return _("taken away: %s") % said if removes else said


def _values(row: Any) -> dict[str, Any]:
    fields = (row._meta.get_field(name) for name in SUBJECTS[row._meta.model_name][1])
    return {field.attname: getattr(row, field.attname) for field in fields}


def _row(change: AuthorityChange, values: Mapping[str, Any], onto: Any = None) -> Any:
    """The row as it would stand, unsaved: `onto` the stored one where it is at hand. Of a handler only the level is the
    change's."""
    model, fields = SUBJECTS[change.subject]
    row = onto or (Handler.objects.get(pk=change.row) if change.subject == Subject.LEVEL else model(pk=change.row))
    for name in fields:
        field: Any = model._meta.get_field(name)
        setattr(row, field.attname, field.to_python(values[field.attname]))
    return row


def _target(change: AuthorityChange) -> Any:
    """What it is about, locked, with the new values. Refused where it is not any more what it was."""
    if change.row is None:
        return _row(change, change.after or {})
    stored = lock(SUBJECTS[change.subject][0]._default_manager.filter(pk=change.row))
    if not stored or _as_json(_values(stored[0])) != change.before:
        raise ValidationError(_("It was changed meanwhile: take this back and propose it anew."))
    return stored[0] if change.after is None else _row(change, change.after, stored[0])


def _as_json(values: dict[str, Any]) -> Any:
    """As they come back from a column of JSON."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def _open(change: AuthorityChange) -> AuthorityChange:
    (locked,) = lock(AuthorityChange.objects.filter(pk=change.pk))
    if not locked.waits:
        raise ValidationError(_("This change is “%s” already.") % locked.get_state_display())
    return locked


def _answered(change: AuthorityChange, state: str, by: User | None, at: datetime, why: str) -> None:
    change.state, change.decided_by, change.decided_at, change.answer = state, by, at, why
    change.save(update_fields=["state", "decided_by", "decided_at", "answer"])
