"""What everything uses: errors, logs, formats, addresses. Knows no noun."""
