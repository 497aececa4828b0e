"""The choices of product, issue and type that an import meets: known ones are found, unknown ones are added."""

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256

from django.utils.text import slugify
from django.utils.translation import gettext as _

from escalations.importing.columns import CHOICES
from routing.models import Choice, Field

CODE_LIMIT, LABEL_LIMIT = 120, 255
NEW_LIMIT = 5000
"""Most choices that one import may add. A column with more different values is no list to choose from."""


class Vocabulary:
    """All choices of the built-in fields, read once, and those that are new. New ones are unsaved until `keep`."""

    def __init__(self) -> None:
        self.added: dict[str, list[Choice]] = defaultdict(list)
        self._fields: dict[str, Field] = {}
        self._labels: dict[tuple[str, str, str], Choice] = {}
        self._codes: dict[tuple[str, str], Choice] = {}
        self._new = 0
        for choice in Choice.objects.filter(field__code__in=CHOICES).select_related("field", "parent"):
            self._know(choice)

    def find(self, field: str, text: str, parent: Choice | None = None) -> Choice | None:
        """The choice with that name or code, within its parent; a new one when there is none. None for no text.

        Raises ValueError, in words, when it can be none.
        """
        label = " ".join(text.split())
        if not label:
            return None
        folded = label.casefold()
        return (
            self._labels.get((field, parent.code if parent else "", folded))
            or self._codes.get((field, label))
            or (self._labels.get((field, "", folded)) if parent else None)
            or self._renamed(field, label, parent)
            or self._make(field, label, parent)
        )

    @staticmethod
    def has_new(choices: Iterable[Choice]) -> bool:
        """Whether one of them is not saved yet."""
        return any(choice._state.adding for choice in choices)

    def keep(self, choices: Iterable[Choice]) -> None:
        """Save those that are new, parents first. Another import may have been quicker: then its row is taken."""
        for choice in choices:
            if not self.has_new([choice]):
                continue
            self.keep([choice.parent] if choice.parent else [])
            saved, made = Choice.objects.get_or_create(
                field=self._field(choice.field.code),
                code=choice.code,
                defaults={"label": choice.label, "parent": choice.parent},
            )
            choice.pk, choice._state.adding = saved.pk, False
            if made:
                self.added[choice.field.code].append(choice)

    def note(self, choices: Iterable[Choice]) -> None:
        """Count those that are new as added, and save nothing: for a trial run."""
        for choice in choices:
            added = self.added[choice.field.code]
            if self.has_new([choice]) and not any(choice is other for other in added):
                added.append(choice)

    def _make(self, field: str, label: str, parent: Choice | None) -> Choice:
        if len(label) > LABEL_LIMIT:
            raise ValueError(_("A choice has at most %d letters.") % LABEL_LIMIT)
        if self._new >= NEW_LIMIT:
            raise ValueError(
                _("This import would add more than %d choices. Is this a column of free text? Map it elsewhere.")
                % NEW_LIMIT
            )
        self._new += 1
        code = self._code(field, label, parent)
        choice = Choice(field=Field(code=field), code=code, label=label, parent=parent)
        self._know(choice)
        return choice

    def _renamed(self, field: str, label: str, parent: Choice | None) -> Choice | None:
        """The choice that an earlier import made of this name, and somebody has renamed since."""
        found = self._codes.get((field, _slug(label, parent)))
        return found if found and not found.code.endswith(slugify(found.label)) else None

    def _code(self, field: str, label: str, parent: Choice | None) -> str:
        """The label as a slug, behind its parent's; where that is cut, taken or empty, a digest makes it its own."""
        code = _slug(label, parent)
        if slugify(label) and len(code) <= CODE_LIMIT and (field, code) not in self._codes:
            return code
        digest = sha256(f"{parent.code if parent else ''}\n{label.casefold()}".encode()).hexdigest()[:8]
        return f"{code[: CODE_LIMIT - 9]}-{digest}".lstrip("-")

    def _know(self, choice: Choice) -> None:
        field = choice.field.code
        parent = choice.parent.code if choice.parent else ""
        self._labels.setdefault((field, parent, " ".join(choice.label.split()).casefold()), choice)
        self._codes[field, choice.code] = choice

    def _field(self, code: str) -> Field:
        if code not in self._fields:
            self._fields[code] = Field.objects.built_in(code)
        return self._fields[code]


def _slug(label: str, parent: Choice | None) -> str:
    return f"{parent.code}--{slugify(label)}" if parent else slugify(label)
