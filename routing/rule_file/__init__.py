"""A version of the rules as one file, JSON or CSV, and back. docs/rule-files.md describes the format."""

from routing.rule_file.errors import Problem, RuleFileError
from routing.rule_file.loading import checked, declared, load
from routing.rule_file.reading import RuleFile, read
from routing.rule_file.writing import dump_csv, dump_json

__all__ = ["Problem", "RuleFile", "RuleFileError", "checked", "declared", "dump_csv", "dump_json", "load", "read"]
