"""`roamgrid bench`: how fast each path is, beside the fastest that anything could be on the same machine."""

from roamgrid.cli.bench.command import bench

__all__ = ["bench"]
