"""Layer 4, money: every CDR is checked, classified, priced for the driver, journaled and receipted, or it is said why not."""
