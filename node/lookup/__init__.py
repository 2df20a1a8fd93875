"""What a viewer may see, finding things by name, typed input."""
