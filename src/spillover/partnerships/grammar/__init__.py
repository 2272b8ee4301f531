"""The grammar that reads figures out of news text; `spillover.partnerships.figures` is its door."""
