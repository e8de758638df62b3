"""Pages join state to views. Each module has ``make_page(services) -> QWidget``."""
