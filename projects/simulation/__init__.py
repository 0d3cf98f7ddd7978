"""A team that labels over HTTP as people do in a browser, from known answers with some errors."""
