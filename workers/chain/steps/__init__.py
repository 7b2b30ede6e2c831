"""The steps of the chain, a module each; order and retries are not their business."""
