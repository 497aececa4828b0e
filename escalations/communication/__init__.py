"""What is said to people: mail that goes out, colleagues who are named, departments that are asked."""
