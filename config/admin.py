from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite


class Site(UnfoldAdminSite):
    """The back office: its titles, menu and dashboard."""

    site_title = _("Redress")
    site_header = _("Redress")
    index_title = _("Today")
