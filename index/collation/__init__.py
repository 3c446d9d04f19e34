"""Collation (校勘): several flawed printings of one document -> one text, and an apparatus that says what they differ in."""
