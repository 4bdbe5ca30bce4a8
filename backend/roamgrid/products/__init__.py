"""Product interfaces: one package a product, each built on core, settlement and pricing, none on a protocol."""
