"""One step on a case: what it is told, what it still needs, which other case it is about, how it is written down.

`escalations.workflow` performs steps; nothing here decides who may.
"""
