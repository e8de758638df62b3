"""The desktop app: shell > pages > state | views > engine. The GUI process never loads torch."""
