"""Predictions that come from elsewhere: uploaded, from model servers, language models and labeling functions."""
