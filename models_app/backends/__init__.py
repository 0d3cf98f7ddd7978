"""Models that run elsewhere: servers that speak Label Studio's protocol, and language models."""
