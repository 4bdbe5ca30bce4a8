"""RFID cards by the thousand: a file of lines, each judged by itself, nothing ever half imported."""
