"""What the window knows: QObjects and item models, no widgets."""
