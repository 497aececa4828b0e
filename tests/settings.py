"""The real settings; only what would make a test slow, or send something, differs."""

import os

# Whatever this machine's own installation says must not leak into the tests.
for name in (
    "REDRESS_SECRET_KEY_FILE",
    "REDRESS_BASE_URL",
    "EMAIL_URL",
    "REDRESS_PROXIES",
    "REDRESS_POOLER",
    "REDRESS_TIME_ZONE",
):
    os.environ[name] = ""
os.environ |= {
    "REDRESS_DEBUG": "0",
    "REDRESS_SECRET_KEY": "tests-only-0123456789-0123456789-0123456789-0123456789",
    "REDRESS_ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
}

from config.settings import *  # noqa: E402, F403 - they read the environment that is set above, and all of them hold

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405 - one of theirs
WHITENOISE_AUTOREFRESH = True
HOUSE_KEPT_SECONDS = 0  # what one test sets, the next must not find
