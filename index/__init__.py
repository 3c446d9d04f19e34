"""From pages to articles to a searchable index. Imports nothing of `assistant`, `eval` or `tests`."""
