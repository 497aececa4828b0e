"""What may belong together: proposed to people, who link, merge, or turn it down. Nothing is proposed twice."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Q

from escalations.likeness import mentions
from escalations.likeness.corpus import Corpus
from escalations.likeness.mentions import Named
from escalations.models import CaseLink, Complaint, Mention, Party, Person

Kind, Why = CaseLink.Kind, CaseLink.Why

SAME_WORDS = 0.5
"""Of one customer: from here on it is most likely the same complaint again."""
SAME_STORY = 0.55
"""Of different customers. Letters after a template are liker than that, see `TEMPLATE`."""
SAME_DAY_STORY = 0.3
"""Of different customers on the same day about the same issue."""
TEMPLATE, MOST_AFTER_ONE_TEMPLATE = 0.8, 20
"""So many so like each other were written after a template: they are no one event."""
A_WEEK, TWO_WEEKS, LONG_AGO = timedelta(days=7), timedelta(days=14), timedelta(days=400)
MOST_OF_A_KIND = 3
NAMED_BY_MANY = 20
"""A number or address that so many complaints name is the house's own, or everybody's."""


@dataclass
class Pair:
    """What is known of two complaints together."""

    case: Complaint
    other: Complaint
    same_customer: bool = False
    accounts: bool = False
    named: bool = False
    words: float = 0.0
    template: bool = False
    why: list[str] = field(default_factory=list)

    @cached_property
    def apart(self) -> timedelta:
        return abs(self.case.received_at - self.other.received_at)

    @cached_property
    def same_product(self) -> bool:
        one, two = self.case.main_point, self.other.main_point
        return bool(one and two and one.product_id and one.product_id == two.product_id)

    @cached_property
    def same_issue(self) -> bool:
        one, two = self.case.main_point, self.other.main_point
        return self.same_product and bool(one.issue_id) and one.issue_id == two.issue_id

    @cached_property
    def issue_not_known(self) -> bool:
        return any(not (point and point.issue_id) for point in (self.case.main_point, self.other.main_point))

    @cached_property
    def same_day(self) -> bool:
        one, two = self.case.happened_on, self.other.happened_on
        return one is not None and two is not None and abs(one - two) <= timedelta(days=1)

    @property
    def kind(self) -> str:
        """How they may belong together; empty where nothing speaks for it."""
        return self._of_one_customer() if self.same_customer else self._of_two()

    def _of_one_customer(self) -> str:
        if not self.other.is_open:
            return Kind.EARLIER_CASE if self.same_product and self.apart <= LONG_AGO else ""
        # Whoever asks again about what is still open may do so months later, and intake may not know the issue yet.
        again = (self.same_issue or self.issue_not_known) and self.words >= SAME_WORDS / 2
        return Kind.DUPLICATE if self.words >= SAME_WORDS or again else ""

    def _of_two(self) -> str:
        if self.accounts:
            return Kind.SAME_PAYEE
        if self.named:
            return Kind.COUNTER_COMPLAINT
        if self.template or not self.same_issue or self.apart > TWO_WEEKS:
            return ""
        same = self.words >= SAME_STORY or (self.same_day and self.words >= SAME_DAY_STORY)
        return Kind.SAME_EVENT if same else ""

    @property
    def reasons(self) -> list[str]:
        """The codes of what it rests on."""
        found = {
            Why.SAME_PERSON: self.same_customer,
            Why.SAME_ACCOUNT: self.accounts,
            Why.NAMED_THERE: self.named,
            Why.SAME_WORDS: self.words >= SAME_DAY_STORY,
            Why.SAME_ISSUE: self.same_issue,
            Why.SAME_DAYS: self.apart <= A_WEEK,
        }
        return [str(code) for code, holds in found.items() if holds]


def propose(cases: Sequence[Complaint], known: Corpus, at: datetime) -> int:
    """Propose what each of these may belong to; in a constant number of queries. Returns how many are new."""
    signs = _Signs(cases, known)
    settled = _linked_already(cases)
    rows: dict[tuple[int, int], CaseLink] = {}
    for case in cases:
        for pair in _best(signs.pairs(case)):
            key = max(case.pk, pair.other.pk), min(case.pk, pair.other.pk)
            if key not in settled:
                rows.setdefault(
                    key,
                    CaseLink(
                        complaint_id=key[0], other_id=key[1], kind=pair.kind, why=pair.reasons, proposed_at=at,
                        likeness=round(pair.words, 3),
                    ),
                )  # fmt: skip
    CaseLink.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return len(rows)


def _best(pairs: Iterable[Pair]) -> Iterator[Pair]:
    """A few of each kind, the likest first."""
    taken: Counter[str] = Counter()
    for pair in sorted(pairs, key=lambda pair: (-pair.words, pair.apart, pair.other.pk)):
        if pair.kind and taken[pair.kind] < MOST_OF_A_KIND:
            taken[pair.kind] += 1
            yield pair


def _linked_already(cases: Sequence[Complaint]) -> set[tuple[int, int]]:
    """The pairs of which somebody has said something, or to whom it was proposed."""
    said = CaseLink.objects.filter(Q(complaint__in=cases) | Q(other__in=cases))
    return set(said.values_list("complaint", "other"))


class _Signs:
    """What speaks for belonging together, read for all cases at once."""

    def __init__(self, cases: Sequence[Complaint], known: Corpus) -> None:
        self.words: dict[int, dict[int, float]] = {}
        self.template: dict[int, bool] = {}
        for case in cases:
            near = known.near(case.pk, most=60, least=0.1)
            self.words[case.pk] = {one.key: one.words for one in near}
            self.template[case.pk] = sum(one.words >= TEMPLATE for one in near) > MOST_AFTER_ONE_TEMPLATE
        self.customers = _same_customers(cases)
        self.accounts = _same_accounts(cases)
        self.named = _named_in_each_other(cases)
        near_by = (self.words, self.customers, self.accounts, self.named)
        keys = {key for found in near_by for others in found.values() for key in others}
        rows = Complaint.objects.filter(pk__in=keys, merged_into=None).prefetch_related("points")
        self.others = {row.pk: row for row in rows}

    def pairs(self, case: Complaint) -> Iterator[Pair]:
        words = self.words[case.pk]
        keys = {*words, *self.customers[case.pk], *self.accounts[case.pk], *self.named[case.pk]} - {case.pk}
        for key in sorted(keys & self.others.keys()):
            yield Pair(
                case, self.others[key], same_customer=key in self.customers[case.pk],
                accounts=key in self.accounts[case.pk], named=key in self.named[case.pk],
                words=words.get(key, 0.0), template=self.template[case.pk],
            )  # fmt: skip


Near = defaultdict[int, set[int]]
"""Other complaints by complaint."""


def _same_customers(cases: Sequence[Complaint]) -> Near:
    """Other complaints of the same person, or of somebody with the same mailbox or phone: a joint holder."""
    persons = {party.person_id: party.person for case in cases for party in _complainants(case)}
    mailboxes = {person.email for person in persons.values()} - {""}
    phones = {person.phone for person in persons.values()} - {""}
    house = Person.objects.filter(Q(pk__in=persons) | Q(email__in=mailboxes) | Q(phone__in=phones))
    members = list(house.values_list("pk", "email", "phone"))
    filed: Near = defaultdict(set)
    parties = Party.objects.filter(person__in=[pk for pk, _email, _phone in members])
    for person, complaint in parties.exclude(role=Party.Role.REPRESENTATIVE).values_list("person", "complaint"):
        filed[person].add(complaint)
    found: Near = defaultdict(set)
    for case in cases:
        own = [party.person for party in _complainants(case)]
        for pk, email, phone in members:
            if any(pk == one.pk or (email and email == one.email) or (phone and phone == one.phone) for one in own):
                found[case.pk] |= filed[pk]
    return found


def _complainants(case: Complaint) -> list[Party]:
    return [party for party in case.parties.all() if party.role != Party.Role.REPRESENTATIVE]


def _same_accounts(cases: Sequence[Complaint]) -> Near:
    """Complaints that name the same number or address, as long as few do."""
    own: Near = defaultdict(set)
    by_digest: dict[str, set[int]] = defaultdict(set)
    digests = {one.digest for case in cases for one in named_in(case)}
    for digest, complaint in Mention.objects.filter(digest__in=digests).values_list("digest", "complaint"):
        by_digest[digest].add(complaint)
    for case in cases:
        for one in named_in(case):
            if len(by_digest[one.digest]) <= NAMED_BY_MANY:
                own[case.pk] |= by_digest[one.digest]
    return own


def _named_in_each_other(cases: Sequence[Complaint]) -> Near:
    """Complaints of whoever is named in one of these, and complaints in which these customers are named."""
    found: Near = defaultdict(set)
    own = {digest: case.pk for case in cases for digest in own_digests(case)}
    for digest, complaint in Mention.objects.filter(digest__in=own).values_list("digest", "complaint"):
        found[own[digest]].add(complaint)
    named = {
        one.value.casefold() if one.kind == "email" else one.value: one for case in cases for one in named_in(case)
    }
    persons = Person.objects.filter(
        Q(email__in=named) | Q(phone__in=named) | Q(identifiers__value__in=named)
    ).prefetch_related("identifiers")
    theirs = {person.pk: digests_of(person) for person in persons}
    parties = Party.objects.filter(person__in=theirs).exclude(role=Party.Role.REPRESENTATIVE)
    for person, complaint in parties.values_list("person", "complaint"):
        for case in cases:
            if theirs[person] & {one.digest for one in named_in(case)}:
                found[case.pk].add(complaint)
    return found


# --- numbers and addresses -----------------------------------------------------------------------------------------


def digests_of(person: Person) -> set[str]:
    """By what somebody can be named."""
    numbers = [person.phone, *(row.value for row in person.identifiers.all())]
    found = {mentions.digest("number", number) for number in numbers if number}
    return found | ({mentions.digest("email", person.email)} if person.email else set())


def own_digests(case: Complaint) -> set[str]:
    """By what the people of this case can be named."""
    return {digest for party in case.parties.all() for digest in digests_of(party.person)}


def named_in(case: Complaint) -> list[Named]:
    """What a complaint names, but for its own people; found once."""
    kept: list[Named] | None = case.__dict__.get("_named")
    if kept is None:
        own = own_digests(case)
        texts = [
            *(row.text for row in case.statements.all()),
            *(row.body for row in case.messages.all()),
            *(row.what for row in case.attempts.all()),
        ]
        kept = case.__dict__["_named"] = [one for one in mentions.found_in(texts) if one.digest not in own]
    return kept
