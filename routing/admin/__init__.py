"""The back office of this floor. Decisions and assignments are registered by the floor that knows the cases."""

from . import delegations, fields, ladder, people, rules, two_people, users

__all__ = ["delegations", "fields", "ladder", "people", "rules", "two_people", "users"]
