"""Sessions as operators report them, and the grants under which they were started."""
