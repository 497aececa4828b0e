from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class EscalationsConfig(AppConfig):
    name = "escalations"
    verbose_name = _("Complaints")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tells routing which codes its facts can have, so that a rule with any other is refused by name, and Django
        what to check at the start."""
        from escalations.checks import scanner_is_there
        from escalations.models import Need
        from escalations.states import Channel, RestrictedKind, TriggerKind
        from routing.facts import declare

        register(scanner_is_there, Tags.security)
        declare("channel", dict(Channel.choices))
        declare("trigger_kinds", dict(TriggerKind.choices))
        declare("restricted_kind", dict(RestrictedKind.choices))
        declare("vulnerabilities", dict(Need.Driver.choices))
