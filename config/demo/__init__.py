"""Northmere Bank: the demo organisation, and a year of its complaints. Everything about it is invented.

`make` builds it, `learn` trains its risk model; `logins` says who can log in, `page_to_try` gives a customer's page:
`manage.py demo` is the way to all of them.
"""

from config.demo.customers_page import PageToTry, page_to_try
from config.demo.learning import learn
from config.demo.making import Refused, exists, make
from config.demo.signing_in import PASSWORD, Login, logins

__all__ = ["PASSWORD", "Login", "PageToTry", "Refused", "exists", "learn", "logins", "make", "page_to_try"]
