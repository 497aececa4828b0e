"""Finding the Person behind a contact, so that one human being is one row over all complaints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from escalations.models.party import Person, PersonIdentifier
from routing.inserting import insert


@dataclass(frozen=True)
class Contact:
    """Who complains and how to reach them, as a channel brought it. `external_id` is their number in
    `external_system` (customer number in the CRM)."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    postcode: str = ""
    region: str = ""
    language: str = ""
    segment: str = ""
    since: date | None = None
    external_system: str = ""
    external_id: str = ""

    @property
    def identifier(self) -> tuple[str, str] | None:
        return (self.external_system, self.external_id) if self.external_id else None

    @property
    def mailbox(self) -> tuple[str, str] | None:
        """Name and address together: a shared address alone does not make two people one."""
        return (self.email.casefold(), self.name.casefold()) if self.email else None


def find_or_create(contacts: Sequence[Contact]) -> list[Person]:
    """The person of each contact: known by another system's number, else by name and address, else new.

    A constant number of queries for any number of contacts.
    """
    by_identifier = _by_identifier(contacts)
    by_mailbox = _by_mailbox(contacts)
    new: list[Person] = []
    numbers: list[PersonIdentifier] = []
    found: list[Person] = []
    for contact in contacts:
        person = by_identifier.get(contact.identifier) if contact.identifier else None
        if person is None and contact.mailbox:
            person = by_mailbox.get(contact.mailbox)
        if person is None:
            person = _person(contact)
            new.append(person)
        if contact.identifier and contact.identifier not in by_identifier:
            by_identifier[contact.identifier] = person
            numbers.append(PersonIdentifier(person=person, system=contact.external_system, value=contact.external_id))
        if contact.mailbox:
            by_mailbox.setdefault(contact.mailbox, person)
        found.append(person)
    insert(new)
    insert(numbers)
    return found


def found_or_new(contact: Contact) -> Person:
    """The person of one contact, not saved where it is somebody new. By an address as well as by a number."""
    known = _by_mailbox([contact]).get(contact.mailbox) if contact.mailbox else None
    return known or _person(contact)


def _person(contact: Contact) -> Person:
    # No mailbox that we write to tells capitals apart, and the next mail may come without them.
    return Person(
        name=contact.name, email=contact.email.casefold(), phone=contact.phone, address=contact.address,
        postcode=contact.postcode, region=contact.region, language=contact.language, segment=contact.segment,
        since=contact.since,
    )  # fmt: skip


def _by_identifier(contacts: Sequence[Contact]) -> dict[tuple[str, str], Person]:
    wanted = {contact.identifier for contact in contacts if contact.identifier}
    if not wanted:
        return {}
    rows = PersonIdentifier.objects.filter(
        system__in={system for system, _value in wanted}, value__in={value for _system, value in wanted}
    ).select_related("person")
    return {(row.system, row.value): row.person for row in rows}


def _by_mailbox(contacts: Sequence[Contact]) -> dict[tuple[str, str], Person]:
    emails = {contact.email for contact in contacts if contact.email}
    if not emails:
        return {}
    rows = Person.objects.filter(email__in=emails | {email.casefold() for email in emails}).order_by("-pk")
    return {(row.email.casefold(), row.name.casefold()): row for row in rows}
