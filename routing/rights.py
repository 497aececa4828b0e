"""What somebody is in this house: roles, permissions, clearances, their place as a handler. Read in one query."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Group, Permission
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat

if TYPE_CHECKING:
    pass

BETWEEN = "\x1f"
"""Stands between two names; no name has it. The number 31 below."""


class Joined(Subquery):
    """The column `joined` of a query as one text, its rows parted by BETWEEN; None where there is no row."""

    output_field = TextField()
    template = "(SELECT group_concat(joined, char(31)) FROM (%(subquery)s) AS listed)"

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        template = "(SELECT string_agg(joined, chr(31)) FROM (%(subquery)s) AS listed)"
        return self.as_sql(compiler, connection, template=template)


@dataclass(frozen=True)
class Rights:
    """`handler_id`, `team_id` and `level` are of an active handler; None, None and 0 for anybody else."""

    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    clearances: frozenset[str] = frozenset()
    handler_id: int | None = None
    team_id: int | None = None
    level: int = 0

    @classmethod
    def read(cls, user_id: int) -> "Rights":
        """Of somebody by their key; nothing for whom there is not."""
        from routing.models import User

        row = User.objects.filter(pk=user_id).values(**columns()).first()
        return cls.of_row(row) if row else cls()

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "Rights":
        """From a row that `columns` were added to."""
        works = bool(row["rights_works"])
        return cls(
            roles=_names(row["rights_roles"]),
            permissions=_names(row["rights_permissions"]),
            clearances=_names(row["rights_clearances"]),
            handler_id=row["rights_handler"] if works else None,
            team_id=row["rights_team"] if works else None,
            level=row["rights_level"] if works else 0,
        )


def columns() -> dict[str, Any]:
    """What a query over users adds to be asked for their rights."""
    from routing.models import Clearance

    me = OuterRef("pk")
    whole = Concat(F("content_type__app_label"), Value("."), F("codename"), output_field=TextField())
    held = Permission.objects.filter(Q(user=me) | Q(group__user=me)).annotate(joined=whole)
    return {
        "rights_roles": _joined(Group.objects.filter(user=me).annotate(joined=F("name"))),
        "rights_permissions": _joined(held.distinct()),
        "rights_clearances": _joined(Clearance.objects.filter(holders=me).annotate(joined=F("kind"))),
        "rights_handler": F("handler__pk"),
        "rights_team": F("handler__team"),
        "rights_level": F("handler__authority__level"),
        "rights_works": F("handler__is_active"),
    }


def _joined(rows: QuerySet[Any]) -> Joined:
    return Joined(rows.order_by().values("joined"))


def _names(joined: str | None) -> frozenset[str]:
    names: Iterable[str] = joined.split(BETWEEN) if joined else ()
    return frozenset(names)
