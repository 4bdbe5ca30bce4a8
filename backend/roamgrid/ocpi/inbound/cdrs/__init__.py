"""Charge detail records (OCPI 2.2.1, CDRs module, Receiver interface): stored before they are read (D6)."""
