"""An adversary who is given sections of law and writes claims of them, right and wrong, that look alike."""
