"""What the library holds and what an administrator is about to change of it."""
