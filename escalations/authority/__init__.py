"""What somebody may grant on a case, by themselves or with others: amounts, and acts beyond money."""
