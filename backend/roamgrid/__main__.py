"""`python -m roamgrid` is the `roamgrid` command."""

from roamgrid.cli import main

main()
