"""Errors of the `assistant` package; every message names the value or place and says what to do.

PolicyQAError (index.errors)
├── SettingsError          a setting in policyqa.toml or POLICYQA_* that cannot be used (exit code 2)
├── PromptError            a prompt file whose variables are not those that the program fills in
├── LanguageModelError     the model server did not answer, or not in the agreed form; `ask()` then answers extractively
└── StateError             the database does not answer, is locked or full; nothing was stored
"""

from __future__ import annotations

from index.errors import PolicyQAError


class SettingsError(PolicyQAError):
    """Seen by whoever runs the program: a setting is unknown or has a wrong value."""


class PromptError(PolicyQAError):
    """Seen by whoever edits a prompt: variables are missing or unused, all of them listed."""


class LanguageModelError(PolicyQAError):
    """Seen only as a notice beside the extractive answer: the language model could not be used."""


class StateError(PolicyQAError):
    """Seen by whoever rates, uploads or signs in: the database cannot be used now."""
