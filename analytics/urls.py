from django.urls import path

from analytics import first_sign, views
from analytics.redress import views as redress

app_name = "analytics"
urlpatterns = [
    path("trends/first-sign/", first_sign.page, name="first_sign"),
    path("trends/first-sign.csv", first_sign.download, name="first_sign_csv"),
    path("trends/redress/", redress.page, name="redress"),
    path("trends/redress.csv", redress.download, {"form": "csv"}, name="redress_csv"),
    path("trends/redress.xlsx", redress.download, {"form": "xlsx"}, name="redress_xlsx"),
    path("trends/", views.page, name="trends"),
    path("trends/complaints.csv", views.download, {"form": "csv"}, name="trends_csv"),
    path("trends/complaints.xlsx", views.download, {"form": "xlsx"}, name="trends_xlsx"),
]
