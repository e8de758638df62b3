"""What a run will need, estimated before any weight is read: memory, disk, time, and what to change for a budget."""
