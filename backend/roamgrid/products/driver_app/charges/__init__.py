"""Charges: what a driver started, from the tap on the button to the receipt."""
