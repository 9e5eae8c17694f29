"""Which questions can be put to any attempt? One file each; the folder is the registration."""
