"""Prompt texts with `$variables`, read by `assistant.prompting`; no code."""
