"""The part of Complaint that is its files: added, released when the virus check was wrong, erased."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from escalations.errors import Invalid, NotAllowed, WrongState
from escalations.models.attachment import Attachment
from escalations.models.case_words import CaseWords, own_row
from escalations.models.message import Message

if TYPE_CHECKING:
    from escalations.files import Stored
    from escalations.steps.step import Rows, Step


class CaseFiles(CaseWords):
    """Each file is a row; its bytes lie on the disk and go when the row says that they are erased."""

    if TYPE_CHECKING:
        attachments: Any
        open_holds: Any
        peers: Any

    def attach(self, step: "Step", *, files: Sequence["Stored"] = ()) -> "Rows":
        """Files that came by themselves: evidence, scans."""
        if not files:
            raise Invalid({"files": [_("Choose a file.")]})
        step.note(files=len(files))
        return [*self.filed(step, files)]

    def filed(self, step: "Step", files: Sequence["Stored"], message: Message | None = None) -> list[Attachment]:
        return [
            Attachment(
                complaint=self.itself, message=message, name=one.name, kind=one.kind, size=one.size, digest=one.digest,
                original_digest=one.original or one.digest, path=one.path, state=one.state, found=one.found,
                added_by=step.actor.user, added_at=step.at,
            )
            for one in files
        ]  # fmt: skip

    def release_file(self, step: "Step", *, file: Attachment) -> "Rows":
        """Somebody answers for a file that the virus check holds: it is handed out from now on."""
        file = own_row(self.attachments, file)
        if not file.is_held:
            raise WrongState(_("This file is not held (any more)."))
        if file.added_by_id == step.person.pk:
            raise NotAllowed(_("You added this file yourself: somebody else must release it."))
        step.note(file=file.pk, was=file.state)
        file.state, file.scan_at = Attachment.State.RELEASED, None
        return [file]

    def erase_file(self, step: "Step", *, file: Attachment) -> "Rows":
        """Its content and its name go for good; digest, size, when and why stay. Not while the case is on hold."""
        file = own_row(self.attachments, file)
        if file.state == Attachment.State.ERASED:
            raise WrongState(_("This file was erased already."))
        self.check_no_hold()
        step.note(file=file.pk, was=file.state, digest=file.digest)
        return [self.erased(step, file)]

    def erased(self, step: "Step", file: Attachment) -> Attachment:
        """The bytes go after the commit; should the process end before, the sweep finds them without a row."""
        from escalations.files import remove

        if file.path:
            transaction.on_commit(partial(remove, file.path), robust=True)
        ending = file.name.rpartition(".")[2] if "." in file.name else ""
        file.name = f"{_('erased')}.{ending}" if ending else _("erased")
        file.path, file.state, file.scan_at = None, Attachment.State.ERASED, None
        file.erased_at, file.erased_because = step.at, step.reason
        return file

    def check_no_hold(self) -> None:
        """Raises WrongState while a court, the police or a regulator may ask for what the case holds."""
        if self.open_holds:
            grounds = get_text_list([str(row.get_on_display()) for row in self.open_holds], _("and"))
            raise WrongState(_("Nothing is erased while the case is on hold: %s.") % grounds)

    @property
    def held_files(self) -> list[Attachment]:
        return [file for file in self._files if file.is_held]

    @property
    def has_content(self) -> bool:
        """Whether some file is not erased yet."""
        return any(file.state != Attachment.State.ERASED for file in self._files)

    @property
    def _files(self) -> list[Attachment]:
        prefetch_related_objects(self.peers, "attachments")
        return list(self.attachments.all())
