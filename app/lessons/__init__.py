"""The lessons, a folder each; how they are found, and what is made of them for a browser."""
