from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from escalations.api import description  # noqa: F401 - registers how tokens are described
from escalations.api.fields import Choices, Fields
from escalations.api.views import Complaints, Nowhere

app_name = "api"
router = SimpleRouter()
router.register("complaints", Complaints, basename="complaint")
urlpatterns = [
    *router.urls,
    path("fields/", Fields.as_view(), name="fields"),
    path("fields/<slug:code>/choices/", Choices.as_view(), name="choices"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    path("<path:url>", Nowhere.as_view(), name="nowhere"),
]
