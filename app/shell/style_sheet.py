"""The style sheet, made from a look. Controls keep their native behaviour; only colours, edges and space are ours."""

from __future__ import annotations

from string import Template

from app.views.look import RADIUS, Look, type_size

_SHEET = Template("""
QWidget { color: $text; }
QMainWindow, QDialog { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $border_strong; padding: 6px; }
QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="heading"] { font-size: ${heading}pt; font-weight: 600; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: ${small}pt; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="good"] { color: $good; font-weight: 600; }
QLabel[role="warning"] { color: $warning; font-weight: 600; }
QLabel[role="error"] { color: $error; font-weight: 600; }
QLabel[role^="badge"] { border-radius: 6px; padding: 2px 8px; font-size: ${small}pt; font-weight: 600; }
QLabel[role="badge-good"] { background: $good_soft; color: $good; }
QLabel[role="badge-warning"] { background: $warning_soft; color: $warning; }
QLabel[role="badge-error"] { background: $error_soft; color: $error; }
QLabel[role="badge-plain"] { background: $sunken; color: $muted; }

QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: ${radius}px; }
QFrame[role="panel"] { background: $surface; border: none; border-left: 1px solid $border; }
QFrame[role="strip"] { background: $surface; border: none; border-top: 1px solid $border; }
QFrame[role="rail"] { background: $surface; border: none; border-right: 1px solid $border; }
QFrame[role="drop"] { background: $raised; border: 1px dashed $border_strong; border-radius: ${radius}px; }
QFrame[role="drop-hot"] { background: $accent_soft; border: 2px solid $accent; border-radius: ${radius}px; }
QFrame[role="choice"] { background: $surface; border: 1px solid $border; border-radius: ${radius}px; }
QFrame[role="notice-info"] { background: $accent_soft; border: 1px solid $border; border-radius: ${radius}px; }
QFrame[role="notice-warning"] { background: $warning_soft; border: 1px solid $warning; border-radius: ${radius}px; }
QFrame[role="notice-error"] { background: $error_soft; border: 1px solid $error; border-radius: ${radius}px; }
QFrame[role="head"] { background: $surface; border: none; border-bottom: 1px solid $border; }
QFrame[role="side"] { background: $surface; border: none; border-right: 1px solid $border; }
QFrame[role="question"] { background: $accent_soft; border: 1px solid transparent; border-radius: ${radius}px; }
QFrame[role="answer"] { background: $surface; border: 1px solid $border; border-radius: ${radius}px; }
QFrame[role="question"]:focus, QFrame[role="answer"]:focus { border: 1px solid $focus; }
QFrame[role="code"] { background: $sunken; border: 1px solid $border; border-radius: 6px; }
QPlainTextEdit[role="code-text"], QPlainTextEdit[role="code-text"]:focus { background: transparent; border: none;
    padding: 0; border-radius: 0; }
QFrame[role="quote"] { border: none; border-left: 3px solid $border_strong; }
QFrame[role="table"] { border: 1px solid $border; border-radius: 4px; }
QLabel[role="cell"], QLabel[role="cell-head"] { padding: 4px 8px; border-bottom: 1px solid $border; }
QLabel[role="cell-head"] { background: $sunken; font-weight: 600; }
QToolButton[role="quiet-small"] { background: transparent; border: 1px solid transparent; padding: 3px; }
QToolButton[role="quiet-small"]:hover { background: $sunken; border-color: $border; }
QToolButton[role="quiet-small"]:disabled { border-color: transparent; }
QToolButton[role="quiet-small"]:focus { border: 2px solid $focus; padding: 2px; }
QFrame[role="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }

QPushButton, QToolButton { background: $surface; border: 1px solid $border_strong; border-radius: 6px;
    padding: 5px 12px; }
QPushButton:hover, QToolButton:hover { background: $raised; border-color: $accent; }
QPushButton:pressed, QToolButton:pressed { background: $sunken; }
QPushButton:disabled, QToolButton:disabled { color: $muted; border-color: $border; }
QPushButton:focus, QToolButton:focus { border: 2px solid $focus; padding: 4px 11px; }
QPushButton:checked, QToolButton:checked { background: $accent_soft; border-color: $accent; }
QPushButton[role="primary"] { background: $accent; color: $accent_text; border-color: $accent; font-weight: 600; }
QPushButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:disabled { background: $sunken; color: $muted; border-color: $border; }
QPushButton[role="primary"]:focus { border: 2px solid $text; }
QPushButton[role="quiet"], QToolButton[role="quiet"] { background: transparent; border-color: transparent; }
QPushButton[role="quiet"]:hover, QToolButton[role="quiet"]:hover { background: $sunken; border-color: $border; }
QPushButton[role="quiet"]:focus, QToolButton[role="quiet"]:focus { border: 2px solid $focus; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: $accent; padding: 3px 4px;
    text-align: left; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border: 2px solid $focus; padding: 2px 3px; }
QPushButton[role="danger"] { color: $error; border-color: $error; }
QPushButton[role="choice"], QPushButton[role="choice"]:focus { text-align: left; padding: 11px; }
QPushButton[role="segment"] { border-radius: 6px; padding: 5px 14px; }
QPushButton[role="segment"]:checked { background: $accent_soft; border: 2px solid $accent; font-weight: 600;
    padding: 4px 13px; }
QPushButton[role="card-button"] { text-align: left; padding: 12px; border: 1px solid $border;
    border-radius: ${radius}px; }
QPushButton[role="card-button"]:checked { border: 2px solid $accent; background: $accent_soft; padding: 11px; }
QPushButton[role="card-button"]:focus { border: 2px solid $focus; padding: 11px; }
QPushButton::menu-indicator, QToolButton::menu-indicator { image: none; }

QToolButton[role="rail"] { background: transparent; border: 2px solid transparent; border-radius: ${radius}px;
    padding: 6px 2px; color: $muted; font-size: ${small}pt; }
QToolButton[role="rail"]:hover { background: $raised; color: $text; }
QToolButton[role="rail"]:checked { background: $accent_soft; color: $text; font-weight: 600; }
QToolButton[role="rail"]:focus { border: 2px solid $focus; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox { background: $surface; color: $text;
    border: 1px solid $border_strong; border-radius: 6px; padding: 4px 8px; selection-background-color: $accent;
    selection-color: $accent_text; }
QPlainTextEdit, QTextEdit { padding: 2px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border: 2px solid $focus; padding: 3px 7px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 1px; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $muted;
    border-color: $border; background: $raised; }
QLineEdit[invalid="true"], QComboBox[invalid="true"] { border: 2px solid $error; padding: 3px 7px; }
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-origin: border; subcontrol-position: top right;
    width: 20px; border: none; background: transparent; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-origin: border; subcontrol-position: bottom right;
    width: 20px; border: none; background: transparent; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$arrow_up"); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$arrow"); width: 10px; height: 10px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url("$arrow"); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border_strong;
    selection-background-color: $accent; selection-color: $accent_text; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; padding: 2px; border: 2px solid transparent;
    border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border-color: $focus; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $border_strong;
    border-radius: 4px; background: $surface; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QRadioButton::indicator { border-radius: 8px; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; background: $accent_text; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $border; background: $raised; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget[role="scrolled"] { background: transparent; }
QAbstractItemView { background: $surface; alternate-background-color: $raised; border: 1px solid $border;
    border-radius: 6px; selection-background-color: $accent_soft; selection-color: $text; gridline-color: $grid; }
QAbstractItemView:focus { border: 2px solid $focus; }
QTableView::item { padding: 0 8px; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; border: none; border-bottom: 1px solid $border;
    padding: 6px 8px; font-weight: 600; }
QTableCornerButton::section { background: $surface; border: none; }
QSplitter::handle { background: $border; }
QMenu { background: $surface; border: 1px solid $border_strong; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QTabWidget::pane { border: none; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 12px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; font-weight: 600; }
QTabBar::tab:focus { border-bottom: 2px solid $focus; color: $text; }
QSlider::groove:horizontal { height: 6px; background: $sunken; border: 1px solid $border; border-radius: 3px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 3px; }
QSlider::handle:horizontal { background: $accent; border: 3px solid $surface; width: 16px; height: 16px;
    margin: -8px 0; border-radius: 11px; }
QSlider::handle:horizontal:focus { border-color: $focus; background: $surface; }
QProgressBar { background: $sunken; border: 1px solid $border; border-radius: 4px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $border_strong; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def style_sheet(look: Look) -> str:
    """The whole application's style sheet in a look."""
    from app.views.icons import icon_file

    sizes = {kind: f"{type_size(kind):.1f}" for kind in ("title", "heading", "small")}
    arrows = {
        "arrow": icon_file("chevron-down", "muted", look),
        "arrow_up": icon_file("chevron-up", "muted", look),
        "tick": icon_file("check", "accent_text", look),
    }
    return _SHEET.substitute(look.colours, radius=RADIUS, **arrows, **sizes)
