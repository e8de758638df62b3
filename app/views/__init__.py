"""Widgets that hold layout and paint: set_x methods in, signals out, no logic."""
