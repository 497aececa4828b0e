"""The customer's own page: plain HTML behind a private link, without an account and without a script."""
