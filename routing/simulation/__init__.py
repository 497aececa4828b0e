"""Simulation: the rules of a draft and those in force on the same past cases, and what would be different.

`run.py` does it, step by step and so that it can be left, cancelled and taken up again; `replay.py` decides and
compares; `texts.py` says what is not known because a text was erased; `load.py` gives the cases to handlers again.
"""
