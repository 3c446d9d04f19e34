"""Errors of the `eval` package; every message names the file, line and field and says what to do.

PolicyQAError (index/errors.py)
├── DatasetError         a data set that cannot be used (exit code 2)
├── MissingLibraryError  a library that only evaluation needs is not installed (exit code 1)
└── ServerError          a server under load that does not answer as it should (exit code 1)
"""

from __future__ import annotations

from index.errors import PolicyQAError


class DatasetError(PolicyQAError):
    """Seen by whoever names a data set: a line of it does not follow contract.md. Raised before anything is asked."""


class MissingLibraryError(PolicyQAError):
    """Seen by whoever evaluates on an installation without the test extras."""


class ServerError(PolicyQAError):
    """Seen by whoever measures a server: it did not answer a question, or answered another."""
