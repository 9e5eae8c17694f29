"""In which worlds, whose truth is known, is a method at home, and in which does it lie? One file for each family."""
