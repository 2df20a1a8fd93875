"""How a group decides for itself: which acts one key person does alone, and which need two."""
