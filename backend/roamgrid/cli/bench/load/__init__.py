"""A small load generator, a process of its own, so that what is measured and what measures do not share an interpreter."""
