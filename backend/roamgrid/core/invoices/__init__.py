"""Invoices between roaming partners: whether we hold the CDRs that an invoice is about, and what they come to."""
