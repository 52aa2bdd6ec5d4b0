"""Why a file or a request for a part of it is refused.

OifitsError
├── Malformed    the bytes are no sound FITS file, or its tables are no sound OIFITS
├── Unsupported  sound, but of a kind that cannot be cut here
└── NothingLeft  no row of the files meets the conditions
"""


class OifitsError(Exception):
    """A refusal; the message says what is wrong, and in which table."""


class Malformed(OifitsError):
    """The bytes are no sound FITS file, or its tables are no sound OIFITS."""


class Unsupported(OifitsError):
    """The file is sound, but of a kind that cannot be cut here."""


class NothingLeft(OifitsError):
    """No row of the files meets the conditions."""
