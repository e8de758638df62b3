"""Jobs: a recipe's stages driven in a run folder, with events, saving, resume, pause and cancel."""
