"""Semantic tables, which tell models what words mean: fetched, built once, kept for the site."""
