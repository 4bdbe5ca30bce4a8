"""Real-time authorization: a driver stands at the reader, so the answer is one SELECT away (OCPI 2.2.1, Tokens module; D16)."""
