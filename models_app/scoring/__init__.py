"""How good answers of any kind are, how sure we are of that, and what more labels would give. No Django here."""
