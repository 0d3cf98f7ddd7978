"""Labels that come along with an import."""
