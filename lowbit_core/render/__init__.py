"""Examples as the model sees them: chat templates, loss masks, token rows, batches, packing, calibration blocks."""

from lowbit_core.render.batch import IGNORED, Batch, collate, length_grouped, pack
from lowbit_core.render.blocks import token_blocks
from lowbit_core.render.preview import Piece, Preview, PreviewRow, pieces, preview
from lowbit_core.render.rendered import Rendered, render, render_rows
from lowbit_core.render.rows import RenderReport, TokenRow, TokenRows, render_all
from lowbit_core.render.spans import LossOn
from lowbit_core.render.template import (
    PLAIN_TEMPLATE,
    ChatTemplate,
    EndOfTurn,
    RenderRefusedError,
    chat_template,
    stop_token_ids,
)

__all__ = [
    "IGNORED",
    "PLAIN_TEMPLATE",
    "Batch",
    "ChatTemplate",
    "EndOfTurn",
    "LossOn",
    "Piece",
    "Preview",
    "PreviewRow",
    "RenderRefusedError",
    "RenderReport",
    "Rendered",
    "TokenRow",
    "TokenRows",
    "chat_template",
    "collate",
    "length_grouped",
    "pack",
    "pieces",
    "preview",
    "render",
    "render_all",
    "render_rows",
    "stop_token_ids",
    "token_blocks",
]
