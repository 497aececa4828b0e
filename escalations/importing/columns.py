"""The columns of the generic format: what each means, and an example. Template, documentation and mappings use them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Column:
    """One documented column. `joins`: several columns of a file may be put together in it, with an empty line."""

    name: str
    about: str | Promise
    example: str = ""
    required: bool = False
    joins: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("external_id", _("Its number in the other system; decides whether it is here already."), "C-1001", True),
    Column("external_system", _("The name of that system. Empty: the mapping's, or “import”."), "crm"),
    Column("received_at", _("When it was first received. A date alone: its beginning."), "2026-03-02 14:30", True),
    Column("happened_on", _("The date on which it happened."), "2026-02-27"),
    Column(
        "channel",
        _("phone, email, web, app, chat, letter, branch, social, referral, portal, other (if empty)."),
        "email",
    ),
    Column("severity", _("1 low, 2 medium, 3 high, 4 critical; the number or the word. Empty: medium."), "2"),
    Column("language", _("The complaint's language as its code, such as en or pt. Empty: that of the house."), "en"),
    Column("region", _("Where the customer lives."), "Leeds"),
    Column("jurisdiction", _("Whose law and regulator apply."), "UK"),
    Column("name", _("Who complains."), "Ana Silva"),
    Column("email", _("Their e-mail address."), "ana@example.org"),
    Column("phone", _("Their phone number."), ""),
    Column("address", _("Their postal address."), ""),
    Column("postcode", _("Their postcode."), "LS1 4DY"),
    Column("segment", _("A group of customers, as routing rules name it."), "personal"),
    Column("customer_since", _("The date since which they are a customer."), ""),
    Column("customer_number", _("Their number in the other system: the same number is the same person."), "778812"),
    Column("representative_name", _("Who speaks for them, if somebody does."), ""),
    Column("representative_email", _("The e-mail address of whoever speaks for them."), ""),
    Column("authority_document", _("By what paper they speak for them. Empty: none; they are shown nothing."), ""),
    Column("authority_scope", _("For what it holds. Empty: for the whole complaint."), ""),
    Column("authority_until", _("The last date on which it holds. Empty: no end."), ""),
    Column("what_happened", _("What happened, in their own words, verbatim."), "You charged me twice.", joins=True),
    Column("wanted", _("What they want, in their own words."), "My money back.", joins=True),
    Column("product", _("The product: its code or its name. An unknown one is added to the choices."), "Credit card"),
    Column("sub_product", _("The kind of product, within the product."), ""),
    Column("issue", _("What it is about: code or name. An unknown one is added."), "Charged twice"),
    Column("sub_issue", _("More exactly, within the issue."), ""),
    Column("complaint_type", _("The type of complaint: code or name. An unknown one is added."), ""),
    Column("amount", _("The amount in dispute, with a point before the decimals, at most two."), "184.20"),
    Column("currency", _("Its currency: three capital letters."), "GBP"),
    Column("restricted_kind", _("conduct, discrimination, whistleblowing, financial_crime, or empty."), ""),
    Column("note", _("What somebody had noted about it there; not the customer's words."), "", joins=True),
    Column("note_at", _("When that was noted. Empty: when it was received."), ""),
    Column("note_by", _("Who noted it."), ""),
    Column("status", _("open or closed: whether the other system has answered it. Empty: open."), "closed"),
    Column("outcome_there", _("The outcome in the other system's own words, at most 100 letters."), "Refunded"),
    Column("outcome", _("Of a closed one: upheld, partly or not_upheld. Empty: not known."), "upheld"),
    Column("closed_at", _("Of a closed one: when. Empty: not known; it is never guessed."), "2026-03-20"),
)  # fmt: skip

BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
CHOICES = ("product", "sub_product", "issue", "sub_issue", "complaint_type")
DATES = ("received_at", "happened_on", "customer_since", "closed_at", "note_at", "authority_until")
