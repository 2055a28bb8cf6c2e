"""The host's pages for people: marketplace, customers, work-order board, delivery log, time (host page 1 to 3).

One module per group of pages; `site.py` puts them together. Templates, styles and texts lie beside them.
"""
