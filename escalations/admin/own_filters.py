"""The organisation's own fields as filters of the list of complaints."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from escalations.fields.inputs import Offered
from escalations.fields.narrowing import (
    EMPTY,
    FILLED,
    Narrowed,
    is_range,
    names_of,
    narrowed,
    narrowers,
    offered,
    options_of,
)
from escalations.fields.showing import Reader
from routing.definitions import Definition, Definitions
from routing.signed_in import person


def own_filters(request: HttpRequest) -> list[type[admin.ListFilter]]:
    """One for each field that this person may read; one query for the choices of all."""
    definitions = offered(Definitions.load(), Reader.of(person(request)))
    choices = Offered.load(definitions) if definitions else None
    return [_filter_of(one, choices) for one in definitions if choices]


def _filter_of(definition: Definition, choices: Offered) -> type[admin.ListFilter]:
    typed = is_range(definition) or definition.pk in choices.many
    base = TypedFilter if typed else ChosenFilter
    known = {"definition": definition, "offered": choices, "title": definition.label}
    return type("OwnFilter", (base,), known | ({} if typed else {"parameter_name": definition.name}))


def _read(definition: Definition, asked: Mapping[str, list[str]]) -> Narrowed:
    found = narrowed([definition], asked)
    if found.problems:
        raise IncorrectLookupParameters(" ".join(found.problems.values()))
    return found


class ChosenFilter(admin.SimpleListFilter):
    """By one of a few values."""

    definition: Definition
    offered: Offered

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(options_of(self.definition, self.offered))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return _read(self.definition, {self.definition.name: [self.value() or ""]}).rows(queryset)


class TypedFilter(admin.ListFilter):
    """By what is typed: the ends of a range, or the name of one of thousands of choices."""

    definition: Definition
    offered: Offered
    title = ""
    template = "admin/escalations/complaint/typed_filter.html"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.asked = {name: params.pop(name) for name in self.expected_parameters() if name in params}
        self.others = [pair for pair in _pairs(request) if pair[0] not in self.expected_parameters()]
        self.used_parameters = {name: texts[-1] for name, texts in self.asked.items()}

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return [*names_of(self.definition)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return _read(self.definition, self.asked).rows(queryset)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        """First the inputs, then the lists of cases with and without a value."""
        (one,) = narrowers([self.definition], self.offered, self.asked, Narrowed())
        yield {"one": one, "others": self.others}
        for value, label in ((None, _("All")), (FILLED, _("(filled in)")), (EMPTY, _("(empty)"))):
            yield {
                "selected": one.value == (value or "") and not (value is None and (one.low or one.high)),
                "query_string": changelist.get_query_string(
                    {self.definition.name: value} if value else {}, [*names_of(self.definition)]
                ),
                "display": label,
            }


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in request.GET.lists() for text in texts if name != "p"]
