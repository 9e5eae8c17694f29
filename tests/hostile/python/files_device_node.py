# tries: make a device node of the disk; expect: told mknod
def answer():
    import os
    import stat

    os.mknod('disk', 0o600 | stat.S_IFBLK, os.makedev(254, 0))
