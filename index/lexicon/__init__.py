"""Everyday words and the policy words that they stand for: a text file, read by `index.lay_words`."""
