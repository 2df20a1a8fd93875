"""Acting: one person does things for another, who agreed or can't."""
