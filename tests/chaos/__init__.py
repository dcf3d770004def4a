"""Faults against whole campaigns: nothing may be lost, nothing doubled, and the end is as if nothing had happened.

python -m tests.chaos --help
"""
