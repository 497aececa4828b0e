"""What is due to a customer: interest to the penny, and the calculation behind it."""
