"""The customer's own page: who gets in, and what a customer can do there."""
