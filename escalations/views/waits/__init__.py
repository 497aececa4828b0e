"""Waits and holds: all that run, on one page; and one step on several of them."""
