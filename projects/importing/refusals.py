"""Why a whole file cannot be imported, or one row of it."""

from labelplatform.refusals import Refusal


class FileRefused(Refusal):
    """The file as a whole cannot be read; the message says what it is, where it fails and what to do.

    ``wrong_type`` tells files that are something else (a ZIP, a picture) from files of a known format with a fault.
    """

    title = "This file cannot be imported."

    def __init__(self, message: str, *, path: str = "file", wrong_type: bool = False) -> None:
        super().__init__(message, errors=[{"path": path, "message": message}])
        self.message = message
        self.path = path
        self.wrong_type = wrong_type
        self.status_code = 415 if wrong_type else 422


class RowRefused(Exception):
    """This row cannot become a task; the message says which column and why."""


class FileBroken(Exception):
    """The file cannot be read further: damaged or cut-off compression, or larger than allowed when unpacked."""
