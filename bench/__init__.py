"""Benchmarks: `python -m bench [NAME …]`. Each prints one JSON object a line; prose goes to stderr.

The comparison always runs in the same run, in turns with what it is compared to: machines are
noisy, ratios are not. Figures are medians.
"""
