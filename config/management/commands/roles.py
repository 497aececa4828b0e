"""`manage.py roles`: makes the staff roles, with what each app says its rows need. Safe to run again."""

from collections import defaultdict
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from analytics.roles import NEEDS as ANALYTICS
from escalations.actions import STAFF_ROLES
from escalations.permissions import NEEDS as ESCALATIONS
from routing.roles import NEEDS as ROUTING


def needed() -> dict[str, set[str]]:
    """The permissions of each role over all apps, as "app.codename"."""
    roles: dict[str, set[str]] = {role: set() for role in STAFF_ROLES}
    for needs in (ROUTING, ESCALATIONS, ANALYTICS):
        for role, names in needs.items():
            roles[role].update(names)
    return roles


class Command(BaseCommand):
    help = "Make the staff roles and grant each what it needs. Takes back what a role no longer needs."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        found: dict[str, dict[str, Permission]] = defaultdict(dict)
        for permission in Permission.objects.select_related("content_type"):
            found[permission.content_type.app_label][permission.codename] = permission
        for role, names in needed().items():
            group, _created = Group.objects.get_or_create(name=role)
            try:
                group.permissions.set(found[app][code] for app, code in (name.split(".") for name in names))
            except KeyError as error:
                raise CommandError(
                    f"The role {role} needs the unknown permission {error}. Run migrate first."
                ) from error
        self.stdout.write(f"{len(STAFF_ROLES)} roles are in place.")
