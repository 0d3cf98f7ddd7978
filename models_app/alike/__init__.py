"""Tasks that are alike: similar ones, groups, labeled neighbours."""
