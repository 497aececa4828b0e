"""Settings, all from the environment: `.env.example` says what each variable means."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import environment as env
from config import local, logs
from config.back_office import UNFOLD as UNFOLD

BASE_DIR = local.BASE_DIR
local.fill_in()

# --- What kind of installation this is
DEBUG = env.flag("REDRESS_DEBUG")
DATA_DIR = env.directory("REDRESS_DATA_DIR", BASE_DIR / "var")
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
SECRET_KEY = (
    env.value("REDRESS_SECRET_KEY", "only-for-debugging-never-for-real-complaints-0123456789")
    if DEBUG
    else env.required("REDRESS_SECRET_KEY", "give it (or REDRESS_SECRET_KEY_FILE) fifty random characters or more.")
)
ALLOWED_HOSTS = env.names("REDRESS_ALLOWED_HOSTS") or (LOOPBACK if DEBUG else [])
if not ALLOWED_HOSTS:
    env.required("REDRESS_ALLOWED_HOSTS", "name the hosts that staff and customers use, with commas between them.")
SITE_HOST = ALLOWED_HOSTS[0].lstrip("*.") or "localhost"
BASE_URL = env.address("REDRESS_BASE_URL", "http://127.0.0.1:8000" if SITE_HOST in LOOPBACK else f"https://{SITE_HOST}")
ENCRYPTED = urlsplit(BASE_URL).scheme == "https"
# How many reverse proxies stand in front. Only then are X-Forwarded-For and -Proto believed: anybody can
# send those headers.
PROXIES = env.number("REDRESS_PROXIES", 0)

# --- Parts
AUTH_USER_MODEL = "routing.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
INSTALLED_APPS = [
    "config.apps.RedressConfig",  # first: its commands and templates win
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "config.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "simple_history",
    "django_fsm",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_q",
    "axes",
    "csp",
    "routing",
    "escalations",
    "analytics",
]
MIDDLEWARE = [
    "config.limits.BodyLimit",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.preferences.OwnZoneAndLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Database. No ATOMIC_REQUESTS: the verbs open their own transactions, and reads need none.
DATABASE: dict[str, Any] = env.database("DATABASE_URL", DATA_DIR / "redress.sqlite3")
DATABASE |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
if DATABASE["ENGINE"] == env.SQLITE:
    # IMMEDIATE takes the write lock at BEGIN, so that a transaction that read first cannot fail with
    # "database is locked" when it writes. With WAL, NORMAL loses no consistency, only the last commits in a
    # power cut.
    DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
        # 32 MB: the pages that every complaint touches are then written back once for hundreds of them.
        "PRAGMA wal_autocheckpoint=8000;",
    }
    DATABASE["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # A statement that comes again and again is planned once a connection. A pooler that hands out connections by
    # transaction can keep neither that nor a cursor.
    pooled = env.flag("REDRESS_POOLER")
    prepared = {"server_side_binding": True, "prepare_threshold": None if pooled else 5}
    DATABASE |= {"OPTIONS": {**DATABASE.get("OPTIONS", {}), **prepared}, "DISABLE_SERVER_SIDE_CURSORS": pooled}
    DATABASE["TEST"] = {"NAME": env.value("REDRESS_TEST_DB", "test_redress")}
DATABASES = {"default": DATABASE}

# --- Work in the background. The lock of a fetched task runs from the fetch: so few are fetched ahead, and
# `retry` is longer than the wait plus the longest task.
Q_CLUSTER = {
    "name": "redress",
    "orm": "default",
    "workers": 2,
    "queue_limit": 2,
    "bulk": 1,
    "timeout": 120,
    "retry": 600,
    "max_attempts": 5,
    "ack_failures": False,
    "catch_up": False,
    "poll": 1,
    "save_limit": 500,
}

# --- Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("pt", _("Portuguese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.zone("REDRESS_TIME_ZONE", "Europe/London")

# --- Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# A description of 2 MB must reach the form that says it is too long; a body beyond this is refused with 413.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_MAX_MB = env.number("REDRESS_FILE_MAX_MB", 25)
# Several files at once, and one that is too large must still reach the form that says so.
UPLOAD_MAX_SIZE = 4 * max(FILE_MAX_MB, 8) * 1024 * 1024
# More files than a step takes must still reach the form that says so, with what was typed beside them.
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "escalations.files.receiving.Handler",
]
# What looks for viruses: a command, or a function of Python (see docs/install.md).
SCANNER = env.value("REDRESS_SCANNER")
SCANNER_FUNCTION = env.value("REDRESS_SCANNER_FUNCTION")
if SCANNER and SCANNER_FUNCTION:
    raise ImproperlyConfigured("REDRESS_SCANNER and REDRESS_SCANNER_FUNCTION are both set: one of them looks.")

# --- Mail. Without EMAIL_URL every message becomes a file that can be looked at.
globals().update(env.mail("EMAIL_URL", DATA_DIR / "mail"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.value("REDRESS_MAIL_FROM", f"Complaints <complaints@{SITE_HOST.strip('[]')}>")

# --- Who is there
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/"
# Pages that join rules with cases: the editor of the rules, one floor below them, leads there.
RULE_PAGES = {"try": "escalations:try_case", "simulate": "escalations:simulate", "simulation": "escalations:simulation"}
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "config.addresses.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENCRYPTED
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if ENCRYPTED else "redress-session"
CSRF_COOKIE_NAME = "__Host-csrf" if ENCRYPTED else "redress-csrf"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- Headers. Unfold's Alpine needs 'unsafe-eval'; nothing is ever loaded from another host.
SECURE_SSL_REDIRECT = ENCRYPTED
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if ENCRYPTED else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
X_FRAME_OPTIONS = "DENY"
# Sub-domains and the browsers' preload lists are the organisation's to decide, not ours.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "escalations.api.authentication.Token",  # first: so that nobody unknown gets 401, not 403
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["escalations.api.strict.BoundedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "60/min", "user": "1200/min", "wrong_token": "30/min"},
    "NUM_PROXIES": PROXIES,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "escalations.api.problems.handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_PREFIX": "rdr_", "TOKEN_TTL": timedelta(days=365)}
SPECTACULAR_SETTINGS = {
    "TITLE": "Redress",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAdminUser"],
    "ENUM_NAME_OVERRIDES": {"CaseState": "escalations.states.State"},
    "SWAGGER_UI_DIST": "SIDECAR",  # the files are served from here: nothing is loaded from another host
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- The organisation's own fields: on busy ways their definitions are this old at most, so that asking costs nothing.
FIELDS_KEPT_SECONDS = 5
# --- What the house has decided about every new complaint is this old at most where complaints are taken in.
HOUSE_KEPT_SECONDS = 1

# --- History: reasons of any length on both databases, and no reverting past the workflow.
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True

LOGGING = logs.configuration(level="DEBUG" if DEBUG else "INFO")
