"""What Northmere writes: short letters in the customer's language, each with a few ways of saying the same."""

from decimal import Decimal
from random import Random

from config.demo.bank import Case
from config.demo.wording import CHOICE
from escalations.models import Complaint, Point, Remedy

GREETING = {"en": "Dear {name},", "pt": "Exmo./a. {name},", "pl": "Szanowni Państwo, {name},", "cy": "Annwyl {name},"}
RECEIVED = {
    "en": "[Thank you for telling us about this.|Thank you for getting in touch. I am sorry that you had reason to.|We have "
    "your complaint and are sorry that it came to this.] [Its number is {reference}.|We have given it the number {reference}; "
    "please name it when you write or ring.] [You will hear from us by {due} at the latest.|We aim to answer in full by {due}.]",
    "pt": "Recebemos a sua reclamação, com o número {reference}. Terá a nossa resposta o mais tardar a {due}.",
    "pl": "Otrzymaliśmy Państwa reklamację; jej numer to {reference}. Odpowiemy najpóźniej do {due}.",
    "cy": "Diolch am eich cwyn; ei rhif yw {reference}. Cewch ateb erbyn {due} fan bellaf.",
}
OUTCOME = {
    "en": {
        "upheld": "[We uphold your complaint.|You are right, and we uphold your complaint.|We got this wrong.]",
        "partly": "[We uphold your complaint in part.|Part of this we got wrong, and part of it we did not.]",
        "not_upheld": "[We have looked at it with care and do not uphold your complaint.|I know that this is not what you hoped "
        "for: we do not uphold your complaint.]",
    },
    "pt": {
        "upheld": "Damos razão à sua reclamação.",
        "partly": "Damos razão, em parte, à sua reclamação.",
        "not_upheld": "Não damos razão à sua reclamação.",
    },
    "pl": {
        "upheld": "Uznajemy reklamację.",
        "partly": "Uznajemy reklamację częściowo.",
        "not_upheld": "Nie uznajemy reklamacji.",
    },
    "cy": {
        "upheld": "Rydym yn cadarnhau eich cwyn.",
        "partly": "Rydym yn cadarnhau rhan o'ch cwyn.",
        "not_upheld": "Nid ydym yn cadarnhau eich cwyn.",
    },
}
OFFER = {"en": "We offer you:", "pt": "Propomos:", "pl": "Proponujemy:", "cy": "Rydym yn cynnig:"}
RIGHTS = {
    "en": "This is our final response. If you are not content, you can ask the Financial Ombudsman Service to look at it, free of "
    "charge, within six months of this letter.",
    "pt": "Esta é a nossa resposta final. Pode pedir ao Financial Ombudsman Service, sem custos e no prazo de seis meses, que a analise.",
    "pl": "To nasza ostateczna odpowiedź. W ciągu sześciu miesięcy można bezpłatnie zwrócić się do Financial Ombudsman Service.",
    "cy": "Dyma ein hymateb terfynol. Gallwch ofyn i'r Financial Ombudsman Service edrych arno, am ddim, o fewn chwe mis.",
}
SUMMARY = (
    "[You rang us and we were able to put this right.|I am glad that we could settle this with you.|Thank you for giving us the "
    "chance to put this right.]\n\nWhat we did: {what}\n\n[We take it that the matter is settled.|We have closed the matter on that "
    "basis.] You can still ask the Financial Ombudsman Service to look at it, free of charge, within six months."
)
CLOSING = {
    "en": "[Yours sincerely|With kind regards],",
    "pt": "Com os melhores cumprimentos,",
    "pl": "Z poważaniem,",
    "cy": "Yn gywir,",
}
PASSED_ON = "this complaint is about you and not about us. With the customer's consent we pass it on in their words:"
SIGNED = "Northmere Bank, complaints"


def acknowledgement(case: Case, row: Complaint) -> str:
    clock = row.clocks.get(kind="final_response")
    due = f"{clock.due_at.day} {clock.due_at:%B %Y}" if _language(case) == "en" else f"{clock.due_at:%d.%m.%Y}"
    return _letter(case, RECEIVED[_language(case)], reference=row.reference, due=due)


def summary(case: Case, row: Complaint, what: str) -> str:
    return _letter(case, SUMMARY, what=what)


def final_response(case: Case, row: Complaint) -> str:
    """What was found on each point, the outcome, the remedies that were granted, and where to go from here."""
    language = _language(case)
    points = row.own_points
    found = [said.text for said in row.statements.filter(kind="finding").order_by("pk")] if language == "en" else []
    granted = [remedy for remedy in row.remedies.order_by("pk") if remedy.stands]
    offer = [OFFER[language], *(f"- {_named(remedy)}" for remedy in granted)] if granted else []
    parts = [_pick(OUTCOME[language][_outcome(points)], case.rng), *found, "\n".join(offer), RIGHTS[language]]
    return _letter(case, "\n\n".join(part for part in parts if part))


def with_name(case: Case, body: str) -> str:
    """A letter with greeting and closing around the body; nothing where there is no body."""
    return _letter(case, body) if body else ""


def to_firm(case: Case, part: str = "") -> str:
    """To the complaints team of another firm, with the customer's consent: all of it, or the part named."""
    what = f"{part} With our customer's consent we pass it on to you:" if part else PASSED_ON
    return f"To the complaints team,\n\n{what}\n\n“{case.draft.what_happened}”\n\n{case.draft.contact.name}\n\n{SIGNED}"


def _letter(case: Case, body: str, **values: str) -> str:
    speaker = case.draft.representative or case.draft.contact
    language = _language(case)
    text = f"{GREETING[language]}\n\n{body}\n\n{CLOSING[language]}\n{SIGNED}"
    return _pick(text, case.rng).format(name=speaker.name, **values)


def _pick(text: str, rng: Random) -> str:
    return CHOICE.sub(lambda match: rng.choice(match[1].split("|")), text)


def _language(case: Case) -> str:
    return case.draft.language if case.draft.language in GREETING else "en"


def _outcome(points: list[Point]) -> str:
    outcomes = {point.outcome for point in points}
    return outcomes.pop() if len(outcomes) == 1 else "partly"


def _named(remedy: Remedy) -> str:
    if remedy.amount is None:
        return str(remedy.get_kind_display())
    return f"{remedy.get_kind_display()}: {Decimal(remedy.amount):,.2f} {remedy.currency}"
