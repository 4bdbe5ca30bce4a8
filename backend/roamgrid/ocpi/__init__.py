"""Layer 2: the only room that knows a protocol version or a partner.

`wire` says what the specification says, `mapping` turns it into canonical values and back, `dialects` say what single
partners do differently, `adapter` ties the three together, `outbound` calls partners, `inbound` answers them.
"""
