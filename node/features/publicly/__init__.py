"""What public pages show besides: partners' meetings, news for feed readers, data for machines."""
