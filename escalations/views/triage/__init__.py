"""Triage, laid out like a mail program: what waits on the left, the case on the right."""
