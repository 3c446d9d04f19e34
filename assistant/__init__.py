"""From a question to a verified, cited answer, and the front ends that show it. Imports `index`, never `eval`."""
