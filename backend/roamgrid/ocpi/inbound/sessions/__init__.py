"""Sessions that operators report (OCPI 2.2.1, Sessions module, Receiver interface): the hottest push."""
