"""What the specification says, one package a version: pure data and readers, no I/O."""
