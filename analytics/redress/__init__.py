"""Redress granted: what is asked, what it comes to, as files, and the page."""
