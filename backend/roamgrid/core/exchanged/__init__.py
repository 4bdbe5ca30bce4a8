"""Objects of optional modules, as partners and we tell them to each other: terminals, captures, bookings, invoice records."""
