"""Errors of the `index` package; every message names the file, line or value and says what to do.

PolicyQAError            anything a user should read as one line
├── InputError           a file, page or line that cannot be taken (exit code 2)
├── IndexUnusableError   no index, a damaged one, or one of another version (exit code 2)
├── EmbeddingError       an embedding model that cannot be loaded (exit code 2)
└── RerankerError        a cross-encoder that cannot be loaded or used (exit code 2)
"""

from __future__ import annotations


class PolicyQAError(Exception):
    """Base of all errors that a user should see as one clear line."""


class InputError(PolicyQAError):
    """Seen by whoever names a file: it cannot be read as a policy text."""


class IndexUnusableError(PolicyQAError):
    """Seen by whoever searches: there is no index, or it is damaged or foreign."""


class EmbeddingError(PolicyQAError):
    """Seen by whoever builds: the named embedding model cannot be loaded."""


class RerankerError(PolicyQAError):
    """Seen by whoever names a cross-encoder in the settings: it cannot be loaded, or is none."""
