"""Lay words and the policy words that they stand for: text files, read by `assistant.wording`."""
