"""From a received CDR to exactly one disposition: billed, exempt, disputed or error."""
