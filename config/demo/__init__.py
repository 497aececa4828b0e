"""Northmere Bank: the demo organisation, and a year of its complaints. Everything about it is invented.

`make` builds it; `logins` says who can log in. `manage.py demo` is the way to both.
"""

from config.demo.making import Refused, exists, make
from config.demo.signing_in import PASSWORD, Login, logins

__all__ = ["PASSWORD", "Login", "Refused", "exists", "logins", "make"]
