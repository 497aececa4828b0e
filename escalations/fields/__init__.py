"""The fields that an organisation defines, as cases hold them: read from what was given, kept as typed rows, shown.

`routing.definitions` says what a field is; here is what becomes of it on a case, whichever way a value came.
"""

from escalations.fields.reading import Given, Read, read, read_drafts
from escalations.fields.rows import having, remember, replaced, written

__all__ = ["Given", "Read", "having", "read", "read_drafts", "remember", "replaced", "written"]
