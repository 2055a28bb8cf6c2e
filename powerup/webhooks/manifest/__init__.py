"""What is published of the contract: the manifest, and the schemas of messages and answers (webhooks page, 1)."""
