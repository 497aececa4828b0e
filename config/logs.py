"""Logging: one JSON object a line, so that a line break in a name cannot forge a second entry."""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRET = {
    "password",
    "token",
    "secret",
    "authorization",
    "cookie",
    "csrfmiddlewaretoken",
    "body",
    "text",
    "description",
}


LINK = re.compile(r"/(answer|open)/[\w-]{20,}")
"""An address that lets whoever has it in."""


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop the values of fields that may hold a secret or what a person wrote, and the tokens of links."""
    return {key: "[left out]" if key.lower() in SECRET else _without_links(value) for key, value in event.items()}


def _without_links(value: Any) -> Any:
    return LINK.sub(r"/\1/[left out]", value) if isinstance(value, str) else value


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    without_secrets,
]


def configuration(level: str) -> dict[str, Any]:
    """Django's LOGGING; also sets up structlog, whose loggers end in the same handler."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "django.db.backends": {"level": "INFO"},
            "django-q": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "axes": {"level": "WARNING"},
            "redress": {"level": level},
        },
    }
