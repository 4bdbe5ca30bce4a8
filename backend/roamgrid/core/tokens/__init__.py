"""Tokens of our drivers: RFID cards are shared with every partner, app tokens exist once per partner (D8)."""
