"""Model versions: their files, figures, promotion, download, and what they got wrong."""
