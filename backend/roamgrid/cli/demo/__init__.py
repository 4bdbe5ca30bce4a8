"""`roamgrid demo`: Roamgrid's main job on real input, every process real, all traffic over HTTP."""

from roamgrid.cli.demo.command import demo

__all__ = ["demo"]
