#!/usr/bin/env python
import os
import sys

ON_FILES_ALONE = ("train_risk", "score_risk", "flag_texts", "route_facts")
"""Commands that need neither a database nor an installation."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Before the settings are read: they refuse to start without what these fill in.
    if sys.argv[1:2] == ["run"]:
        from config.local import keep

        keep()
    elif sys.argv[1:2] and sys.argv[1] in ON_FILES_ALONE:
        from config.local import spare

        spare()
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except BrokenPipeError:  # whoever reads what is printed (head, less) has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
