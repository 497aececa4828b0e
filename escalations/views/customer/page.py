"""The page itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from escalations.models import CustomerLink
from escalations.views.customer.guard import with_open_link


@with_open_link
@require_safe
def page(request: HttpRequest, link: CustomerLink) -> HttpResponse:
    return render(request, "escalations/customer/page.html", {"case": link.complaint})
