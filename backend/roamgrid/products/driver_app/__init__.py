"""The driver app: find a station, see the price, charge, watch, and get a receipt."""
