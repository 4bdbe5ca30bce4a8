"""Drivers' money: held before a charge, captured with the receipt, released when nothing came of it."""
