"""Price display in the European Union: Regulation (EU) 2023/1804 (AFIR), Article 5. Draft, not legal advice."""

from roamgrid_jurisdiction_eu_afir.plugin import EuAfir

plugin = EuAfir()

__all__ = ["EuAfir", "plugin"]
