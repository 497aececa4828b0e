"""One Django form for each action: what a page posts and what the API sends are checked by the same one.

`doing` runs an action with its form; `unsent` keeps what is typed until then.
"""
