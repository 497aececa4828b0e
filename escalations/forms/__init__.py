"""One Django form for each action: what a page posts and what the API sends are checked by the same one."""
