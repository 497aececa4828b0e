"""The benchmarks behind `make bench`. A figure is measured on databases of its own, which are thrown away.

Each figure is a function that yields `Figure`s in a process whose DATABASE_URL names such a database; ratios
alternate both sides for at least seven rounds in one run, so that a machine that slows down slows both.
"""
