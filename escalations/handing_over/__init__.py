"""Handing a case over whole: which parts are there, and who is asked for those that are missing."""
