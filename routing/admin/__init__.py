"""The back office of this floor. Decisions and assignments are registered by the floor that knows the cases."""

from . import fields, ladder, people, rules, users

__all__ = ["fields", "ladder", "people", "rules", "users"]
