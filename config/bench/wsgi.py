"""The application as gunicorn serves it for a benchmark."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "config.bench.urls"
settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {}, "DEFAULT_THROTTLE_CLASSES": []}
application = get_wsgi_application()
