"""Which complaints are like each other: similar past cases for the brief, and what may belong together.

A job compares what is new or has changed (`comparing`); pages read what it stored. Nothing here decides anything.
"""
