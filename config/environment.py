"""Reads the environment. A value that cannot be meant stops the start, and the message names the variable."""

import os
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
YES, NO = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}
SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"


def value(name: str, default: str = "") -> str:
    """The variable, or what the file named by NAME_FILE holds; an empty one counts as not given."""
    path = os.environ.get(f"{name}_FILE", "")
    try:
        found = Path(path).read_text(encoding="utf-8") if path else os.environ.get(name, "")
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return found.strip() or default


def required(name: str, why: str) -> str:
    if found := value(name):
        return found
    raise ImproperlyConfigured(f"{name} is not set: {why}")


def parsed(name: str, text: str, parse: Callable[[str], T], wanted: str) -> T:
    """What `parse` makes of the text; the value itself is not repeated, it may hold a password."""
    try:
        return parse(text)
    except (ValueError, LookupError, TypeError, ImproperlyConfigured) as error:
        raise ImproperlyConfigured(f"{name} is not {wanted}.") from error


def flag(name: str, default: bool = False) -> bool:
    text = value(name, "1" if default else "0").lower()
    if text not in YES | NO:
        raise ImproperlyConfigured(f"{name} is {text!r}, which is neither yes (1, true, on) nor no (0, false, off).")
    return text in YES


def number(name: str, default: int) -> int:
    found = parsed(name, value(name, str(default)), int, "a whole number")
    if found < 0:
        raise ImproperlyConfigured(f"{name} is {found}, which is less than nothing.")
    return found


def names(name: str) -> list[str]:
    return [part.strip() for part in value(name).split(",") if part.strip()]


def zone(name: str, default: str) -> str:
    """An IANA time zone name, such as Europe/Lisbon."""
    return parsed(name, value(name, default), lambda text: zoneinfo.ZoneInfo(text).key, "a known time zone")


def address(name: str, default: str) -> str:
    """An http or https address without a path, query or trailing slash."""
    text = value(name, default).rstrip("/")
    parts = parsed(name, text, urlsplit, "an address")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(f"{name} is {text!r}, not an address such as https://complaints.example.org")
    return text


def directory(name: str, default: Path) -> Path:
    """A folder that this process may write to; made when absent. Relative paths count from the checkout."""
    path = (default.parent / value(name, default.name)).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} cannot be used: {error}") from error
    if not os.access(path, os.W_OK):
        raise ImproperlyConfigured(f"{name} cannot be used: {path} is not writable")
    return path


def database(name: str, default: Path) -> dict[str, Any]:
    """Django's settings for a postgres:// or sqlite:/// address; without one, the file `default`."""
    wanted = "postgres://user:password@host:5432/name or sqlite:////absolute/path"
    if not (text := value(name)):
        return {"ENGINE": SQLITE, "NAME": str(default)}
    found: dict[str, Any] = parsed(name, text, environ.Env.db_url_config, wanted)
    if found["ENGINE"] not in (SQLITE, POSTGRESQL) or not found["NAME"]:
        raise ImproperlyConfigured(f"{name} is not {wanted}.")
    return found


def mail(name: str, default: Path) -> dict[str, Any]:
    """Django's EMAIL_ settings for an address such as smtp+tls://user:password@host:587.

    Without one every message becomes a file in the folder `default`.
    """
    if not (text := value(name)):
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(default),
        }
    wanted = "a mail address such as smtp+tls://user:password@host:587"
    found: dict[str, Any] = parsed(name, text, environ.Env.email_url_config, wanted)
    found.pop("OPTIONS", None)
    if found["EMAIL_BACKEND"].endswith("smtp.EmailBackend") and not found["EMAIL_HOST"]:
        raise ImproperlyConfigured(f"{name} is not {wanted}.")
    return {key: setting for key, setting in found.items() if setting is not None}
