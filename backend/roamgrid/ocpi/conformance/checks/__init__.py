"""The questions, by what they are about; `catalogue` lists them all."""
