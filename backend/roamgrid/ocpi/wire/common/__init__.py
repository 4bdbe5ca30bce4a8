"""What all versions share: how objects are declared and read, the envelope, page links, the versions endpoints."""
