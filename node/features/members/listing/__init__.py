"""The list of members: looking for, filtering, sorting, counting."""
