"""Where criteria meet past complaints: judging a draft, watching it, and what came of it."""
