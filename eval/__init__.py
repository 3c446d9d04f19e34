"""Measures the product: answers against gold questions, and retrieval against gold articles (docs/architecture.md)."""
