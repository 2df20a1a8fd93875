"""Records on their way in and out: intake, publishing, what follows from them."""
