"""The proof of what the product promises."""
