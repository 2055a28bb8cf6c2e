"""What the other rooms of the webhooks share: signatures, envelope, parts of messages, answers, refusals."""
