"""Trains the default embedding: data -> batches -> InfoNCE -> int8 folder -> held-out figures. Needs PyTorch."""
