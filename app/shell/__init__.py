"""The program around the pages: entry point, window, theme, single instance, screenshots."""
