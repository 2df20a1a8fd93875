"""From bytes to verified records: one file per noun, with its types and its rules."""
