import pytest

from escalations.likeness import kept


@pytest.fixture(autouse=True)
def another_database():
    """What this process kept of the last test's complaints is none of this one's."""
    kept.forget()
