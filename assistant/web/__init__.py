"""The web chat: it only translates records into HTML and clicks into calls of `ask()`."""
