"""Files of spreadsheets and address books as rows of text. Knows no noun.

What others wrote is read in a process of its own that may have little memory and time (`reader`,
`child`); what comes back is text (`book`). Formulas are never computed, macros are refused.
"""
