"""What a run will need, estimated before any weight is read: memory, disk, time, and what to change for a budget."""

from lowbit_core.plan.estimate import CUDA_CONTEXT, DataStatistics, plan
from lowbit_core.plan.lines import Line, Place, Plan, StageName, Verdict
from lowbit_core.plan.sampling import sample_batch
from lowbit_core.plan.seconds import Rates, default_rates
from lowbit_core.plan.shape import Shape, shape_of
from lowbit_core.plan.stored import StoredCodes, as_stored, stored_codes
from lowbit_core.plan.suggest import Suggestion, resolve_bits, suggest, with_changes, within

__all__ = [
    "CUDA_CONTEXT",
    "DataStatistics",
    "Line",
    "Place",
    "Plan",
    "Rates",
    "Shape",
    "StageName",
    "StoredCodes",
    "Suggestion",
    "Verdict",
    "as_stored",
    "default_rates",
    "plan",
    "resolve_bits",
    "sample_batch",
    "shape_of",
    "stored_codes",
    "suggest",
    "with_changes",
    "within",
]
