"""What we ask of partners in the optional modules of OCPI 2.3.0: book, activate terminals, tell of invoices, pull all of it."""
