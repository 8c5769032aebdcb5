"""What the desk does across rooms, one file a subject; every write itself is the kernel's."""
