"""Why an action was refused. People read the message, clients the code, the API the status."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


class Refusal(Exception):
    """A step that did not happen. `message` is for the person who asked; nothing was written."""

    code = "refused"
    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class WrongState(Refusal):
    """The case stands elsewhere by now, or never could take this step from where it stands. HTTP 409."""

    code = "wrong_state"
    status = 409


class NotAllowed(Refusal, PermissionDenied):
    """The case could take the step, but not by this actor. Says who can. HTTP 403."""

    code = "not_allowed"
    status = 403

    def __init__(self, message: str, who: str = "") -> None:
        super().__init__(f"{message} {who}".strip())
        self.who = who


class Incomplete(Refusal):
    """Something is still missing; `sentences` is the whole list. HTTP 422."""

    code = "incomplete"
    status = 422

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(_("Still needed: %s") % " ".join(sentences))
        self.sentences = list(sentences)


class Invalid(Refusal):
    """What was given cannot be taken; `errors` says what and why, by field. HTTP 422."""

    code = "invalid"
    status = 422

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(" ".join(f"{name}: {' '.join(texts)}" for name, texts in errors.items()))
        self.errors = errors
