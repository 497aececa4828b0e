"""What is said when Redress starts: settings that could only fail later, out of sight."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string


def scanner_is_there(app_configs: Any, **_more: Any) -> list[checks.CheckMessage]:
    """A virus scanner that is named wrongly would hold every file, and only the log would say why."""
    if not settings.SCANNER_FUNCTION:
        return []
    try:
        found = import_string(settings.SCANNER_FUNCTION)
    except ImportError as error:
        return [checks.Error(f"REDRESS_SCANNER_FUNCTION cannot be found: {error}", id="escalations.E001")]
    if callable(found):
        return []
    return [checks.Error("REDRESS_SCANNER_FUNCTION names something that is no function.", id="escalations.E001")]
