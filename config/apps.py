from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class RedressConfig(AppConfig):
    """The installation itself: settings, addresses, and the commands that join all floors."""

    name = "config"
    verbose_name = "Redress"


class BackOfficeConfig(AdminConfig):
    """The admin, with our own site. Plain "unfold" in INSTALLED_APPS would silently replace it."""

    default_site = "config.admin.Site"
