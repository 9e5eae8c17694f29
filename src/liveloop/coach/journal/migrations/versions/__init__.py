"""Which steps have there been? One file each, in order."""
