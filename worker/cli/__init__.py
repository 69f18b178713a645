"""The command line: arguments in, one use case, a sentence or JSON out.

A command opens and ends its own transaction and prints; it decides nothing. Open first: `worker/cli/main.py`.
"""
