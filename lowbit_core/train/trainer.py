"""Transformers' Trainer with our loss, batches, optimizer, checkpoints and events in the places it leaves open.

Only methods that are the same in transformers 5.17 and 5.23 are overridden. Its own checkpoints, logging, evaluation
loop and data loading are out of the way; what stays is the loop over steps, accumulation, clipping, mixed precision
and the wrapping for several devices.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader
from transformers import PrinterCallback, TrainerCallback, TrainerControl, TrainerState
from transformers import Trainer as TransformersTrainer

from lowbit_core import processes
from lowbit_core.context import Context
from lowbit_core.errors import Interrupted, UserError
from lowbit_core.train import checkpoint, launch, state
from lowbit_core.train.arguments import arguments_for
from lowbit_core.train.objective import counted_tokens
from lowbit_core.train.optimizer import build_optimizer, build_schedule
from lowbit_core.train.report import Reporter
from lowbit_core.train.rows import Collate, Row, TrainingRows
from lowbit_core.train.sampler import EpochBatches
from lowbit_core.train.settings import TrainSettings
from lowbit_core.train.watch import Finding, LossWatch

_FINDINGS: dict[Finding, tuple[str, str]] = {
    "loss-rising": ("The loss is rising.", "A lower learning rate or a longer warm-up usually helps."),
    "loss-plateau": ("The loss has hardly moved for a while.", "You may stop here and keep what is trained."),
}


class Trainer(TransformersTrainer):
    """Trains the parameters of ``model`` that require gradients.

    The model's forward must return a loss (see `objective.objective_inside`). Use `run.train`, which puts it together.

    Args:
        model: causal model, usually inside PEFT's wrapper, on its device.
        rows: training rows.
        validation: rows to measure on, or none.
        collate: rows -> batch.
        settings: of the run.
        total_steps: optimizer steps of the whole run.
        batches: order of the rows.
        folder: where checkpoints go.
        fingerprint: what a checkpoint must have been made with to be resumed.
        context: reports and interruptions.
        look: see `run.train`.
        parts: what the loss is made of since it was last asked, by metric name, a token; reported with every step.
    """

    optimizer: Any
    lr_scheduler: Any

    def __init__(
        self,
        model: nn.Module,
        *,
        rows: Sequence[Row],
        validation: Sequence[Row],
        collate: Collate,
        settings: TrainSettings,
        total_steps: int,
        batches: EpochBatches,
        folder: Path,
        fingerprint: Mapping[str, str | int | float],
        context: Context,
        look: Callable[[int], None] | None = None,
        parts: Callable[[], Mapping[str, float]] | None = None,
    ) -> None:
        device = next(model.parameters()).device
        super().__init__(
            model=model,
            args=arguments_for(settings, total_steps, folder, device, model),
            train_dataset=TrainingRows(rows),
            data_collator=collate,
            callbacks=[_Hooks()],
        )
        self.remove_callback(PrinterCallback)
        self.model_accepts_loss_kwargs = True
        self.validation, self.collate = validation, collate
        self.settings, self.total_steps, self.batches = settings, total_steps, batches
        self.folder, self.fingerprint, self.context = folder, dict(fingerprint), context
        self.look = look if processes.rank() == 0 else None
        self.parts = parts
        self.progress = state.Progress()
        self.carried: state.Progress | None = None
        self.watch = LossWatch(total_steps)
        self.reporter = Reporter(context, settings.stage, total_steps, speaks=processes.rank() == 0)
        self.random_before_step: dict[str, Any] = {}
        self.step_loss: Tensor | None = None
        self.step_tokens = 0
        hooks = next(item for item in self.callback_handler.callbacks if isinstance(item, _Hooks))
        hooks.trainer = self

    # ---- what is computed ----------------------------------------------------------------------------------------

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches of this process; a generator of its own, so that loading draws nothing from the global one."""
        return DataLoader(
            self.train_dataset,
            batch_sampler=self.batches,
            collate_fn=self.collate,
            pin_memory=self.args.device.type == "cuda",
            generator=torch.Generator(),
        )

    def get_batch_samples(
        self, epoch_iterator: Iterator[Any], num_batches: int, device: torch.device
    ) -> tuple[list[Any], Tensor]:
        """The batches of one optimizer step, and how many tokens count in it over all devices."""
        samples = [batch for _, batch in zip(range(num_batches), epoch_iterator, strict=False)]
        items = sum(int(counted_tokens(batch["labels"])) for batch in samples)
        tokens = sum(_tokens_read(batch) for batch in samples)
        both = launch.add_up(torch.tensor([items, tokens], device=device))
        self.step_tokens = int(both[1])
        return samples, both[0].clamp(min=1)

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:
        """This process's share of the mean over the step's tokens, times the processes (gradients get averaged)."""
        outputs = model(**inputs, num_items_in_batch=num_items_in_batch)
        loss = outputs["loss"] * max(1, self.args.world_size)
        return (loss, outputs) if return_outputs else loss

    def training_step(self, *args: Any, **kwargs: Any) -> Tensor:
        """Forward and backward of one batch; the loss is also summed for the check before the optimizer."""
        loss: Tensor = super().training_step(*args, **kwargs)
        self.step_loss = loss.clone() if self.step_loss is None else self.step_loss + loss
        return loss

    def check_loss(self) -> None:
        """Before the optimizer: stop while the parameters are still good.

        Raises:
            UserError: ``nan-loss``, on every process at once.
        """
        assert self.step_loss is not None
        loss = float(launch.add_up(self.step_loss.detach().clone())) / max(1, self.args.world_size)
        self.step_loss = None
        if not math.isfinite(loss):
            raise self._not_finite("loss", loss)

    def _not_finite(self, what: str, value: float) -> UserError:
        step, rate = self.state.global_step + 1, self._get_learning_rate()
        return UserError(
            "nan-loss",
            f"The {what} became {value} at step {step} (learning rate {rate:.2e}).",
            hint="The last checkpoint is kept. Start again with a lower learning rate, or with precision bf16 or fp32.",
            where=f"{self.settings.stage}, step {step}",
            arguments={"step": step, "learning_rate": rate},
        )

    def floating_point_ops(self, inputs: Any) -> int:
        """Not counted: the estimate walks all parameters at every batch."""
        return 0

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """AdamW as the settings and the device have it."""
        if self.optimizer is None:
            self.optimizer = build_optimizer(
                self.model if model is None else model,
                self.settings.optimizer,
                learning_rate=self.settings.learning_rate,
                weight_decay=self.settings.weight_decay,
                device=self.args.device,
                rate_factors=self.settings.rate_factors,
                beta2=self.settings.beta2,
            )
        return self.optimizer

    def create_scheduler(self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None) -> LambdaLR:
        """The learning rate over the steps."""
        if self.lr_scheduler is None:
            chosen = self.optimizer if optimizer is None else optimizer
            self.lr_scheduler = build_schedule(chosen, num_training_steps, self.settings.schedule, self.settings.warmup)
            self._created_lr_scheduler = True
        return self.lr_scheduler

    # ---- measuring and reporting ---------------------------------------------------------------------------------

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Report a finished optimizer step; transformers calls this after each one."""
        if "loss" not in logs:
            return
        step, loss, norm = self.state.global_step, logs["loss"], logs.get("grad_norm")
        if norm is not None and not math.isfinite(norm) and self.settings.precision != "fp16":
            raise self._not_finite("gradient", norm)
        self.progress.last_loss = loss
        self.reporter.step(step, loss, logs["learning_rate"], norm, self.step_tokens)
        for name, value in (self.parts() if self.parts is not None else {}).items():
            self.reporter.metric(name, value, "nat/token", step)
        finding = self.watch.update(loss)
        if finding is not None:
            message, hint = _FINDINGS[finding]
            self.reporter.notice("info", finding, message, hint, step=step)

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """Validation loss by the same chunked loss, mean over counted tokens; keeps the best, counts patience."""
        try:
            loss = self.validation_loss()
        except Interrupted as interrupt:
            if interrupt.mode != "cancel":
                self.progress.unmeasured = True
                self.save_state(state.read_random())
            raise
        self.progress.unmeasured = False
        self.control.should_evaluate = False  # else transformers asks again when the epoch ends with this step
        step, progress = self.state.global_step, self.progress
        self.reporter.metric("validation_loss", loss, "nat/token", step)
        if progress.best_loss is None or loss < progress.best_loss:
            progress.best_loss, progress.best_step, progress.waited = loss, step, 0
            if processes.rank() == 0:
                checkpoint.save(self.folder, "best", step, lambda path: state.write_best(path, self.model, loss))
            launch.wait_for_all()
        else:
            progress.waited += 1
            if self.settings.patience and progress.waited >= self.settings.patience:
                progress.stopped_early = True
                self.control.should_training_stop = True
                self.control.should_save = True
                self._say_stopped()
        self._look_after(step)
        self.reporter.resume_clock()
        return {"eval_loss": loss}

    def look_at(self, step: int) -> None:
        """Let the caller look at the model as it is after ``step``."""
        if self.look is not None:
            self.look(step)

    def _look_after(self, step: int) -> None:
        """`look_at`; interrupted there, the step that was measured is saved."""
        try:
            self.look_at(step)
        except Interrupted as interrupt:
            if interrupt.mode != "cancel":
                self.save_state(state.read_random())
            raise

    def go_back_to(self, path: Path) -> None:
        """Load what `train` would from a checkpoint, and measure if the run was interrupted while it did."""
        self._load_from_checkpoint(str(path))
        self.state.global_step = checkpoint.step_of(path)
        if self.progress.unmeasured:
            self.evaluate()
        self.carried = self.progress

    def _say_stopped(self) -> None:
        best = self.progress
        self.reporter.notice(
            "info",
            "stopped-early",
            f"No better validation loss in {best.waited} measurements; the state of step {best.best_step} is kept.",
            step=self.state.global_step,
            best_step=best.best_step,
        )

    @torch.no_grad()
    def validation_loss(self) -> float:
        """Mean over the counted tokens of the validation rows, nats; inf where it is not a number."""
        sums = torch.zeros(2, dtype=torch.float64)
        was_training = self.model.training
        self.model.eval()
        width, rank, world = self.settings.batch, processes.rank(), max(1, self.args.world_size)
        try:
            for begin in range(rank * width, len(self.validation), width * world):
                batch = self._prepare_inputs(self.collate(list(self.validation[begin : begin + width])))
                sums[0] += self.model(**batch, num_items_in_batch=1)["loss"].double().cpu()
                sums[1] += counted_tokens(batch["labels"]).cpu()
                if world == 1:  # several processes do not measure the same number of batches; they ask at the next step
                    self.context.checkpoint()
        finally:
            self.model.train(was_training)
        sums = launch.add_up(sums.to(self.args.device))
        loss = float(sums[0] / sums[1].clamp(min=1))
        return loss if math.isfinite(loss) else math.inf

    # ---- checkpoints ---------------------------------------------------------------------------------------------

    def _save_checkpoint(self, model: nn.Module, trial: Any = None) -> None:
        self.save_state(state.read_random())

    def save_state(self, random_state: dict[str, Any]) -> None:
        """Write a checkpoint of the last finished step, on process 0.

        Args:
            random_state: this process's generators as they were after that step.
        """
        everyone = launch.collect(random_state)
        if processes.rank() == 0:
            self.progress.watch = self.watch.state()
            step = self.state.global_step
            checkpoint.save(self.folder, "step", step, lambda path: self._write(path, everyone))
            keep = {self.progress.best_step, *self._bests_on_disk()}
            checkpoint.prune(self.folder, keep_best=keep)
        launch.wait_for_all()
        self.reporter.resume_clock()

    def _bests_on_disk(self) -> set[int]:
        paths = checkpoint.saved(self.folder, "step")[-2:]
        return {state.read_progress(path).best_step for path in paths}

    def _write(self, path: Path, random_states: list[object]) -> None:
        state.write_model(path, self.model)
        torch.save(self.optimizer.state_dict(), path / state.OPTIMIZER)
        torch.save(self.lr_scheduler.state_dict(), path / state.SCHEDULER)
        scaler = getattr(self.accelerator, "scaler", None)
        if scaler is not None:
            torch.save(scaler.state_dict(), path / state.SCALER)
        torch.save(random_states, path / state.RANDOM)
        state.write_json(path / "fingerprint.json", self.fingerprint)
        state.write_json(path / state.PROGRESS, dataclasses.asdict(self.progress))
        self.state.save_to_json(str(path / "trainer_state.json"))

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: nn.Module | None = None) -> None:
        path = Path(resume_from_checkpoint)
        self._check_fingerprint(path)
        state.read_model(path, self.model)
        self.progress = self.carried or state.read_progress(path)
        self.watch.restore(self.progress.watch)

    def _check_fingerprint(self, path: Path) -> None:
        kept = json.loads((path / "fingerprint.json").read_text("utf-8"))
        other = sorted(name for name in self.fingerprint.keys() | kept if kept.get(name) != self.fingerprint.get(name))
        if other:
            raise UserError(
                "checkpoint-mismatch",
                f"The saved run had another {', '.join(other)}.",
                hint="Resume with the recipe, data and number of processes the run was started with.",
                where=str(path),
                arguments={"names": ", ".join(other)},
            )

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            self.optimizer.load_state_dict(state.load(Path(checkpoint) / state.OPTIMIZER))
            self.lr_scheduler.load_state_dict(state.load(Path(checkpoint) / state.SCHEDULER))

    def _load_scaler(self, checkpoint: str | None) -> None:
        scaler = getattr(self.accelerator, "scaler", None)
        if checkpoint is not None and scaler is not None and (path := Path(checkpoint) / state.SCALER).is_file():
            scaler.load_state_dict(state.load(path))

    def _load_rng_state(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            state.write_random(state.load(Path(checkpoint) / state.RANDOM)[processes.rank()])

    def _load_callback_state(self) -> None:
        """Ours is in `state.Progress`."""


class _Hooks(TrainerCallback):
    """The moments of the loop at which something of ours happens."""

    trainer: Trainer

    def on_epoch_begin(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Tell the order of rows which epoch it is; also right in the middle of a resumed one."""
        batches = self.trainer.batches
        batches.set_epoch(state.global_step // batches.steps_per_epoch)

    def on_step_begin(self, args: Any, state_: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Between two optimizer steps: the place to be interrupted."""
        self.trainer.random_before_step = state.read_random()
        self._checkpoint()

    def on_substep_end(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Between two batches of a step; an interruption goes back to the step's start."""
        self._checkpoint()

    def on_pre_optimizer_step(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """The loss is known and nothing is spoilt yet."""
        self.trainer.check_loss()

    def on_step_end(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        """Decide what follows this step."""
        step, settings, last = state.global_step, self.trainer.settings, state.global_step >= self.trainer.total_steps
        if self.trainer.validation:
            control.should_evaluate = last or (settings.evaluate_every > 0 and step % settings.evaluate_every == 0)
        control.should_save = last or (settings.checkpoint_every > 0 and step % settings.checkpoint_every == 0)

    def _checkpoint(self) -> None:
        trainer = self.trainer
        try:
            launch.checkpoint_together(trainer.context, trainer.args.device)
        except Interrupted as interrupt:
            if interrupt.mode != "cancel":
                trainer.save_state(trainer.random_before_step)
            raise


def _tokens_read(batch: Mapping[str, Tensor]) -> int:
    mask = batch.get("attention_mask")
    return int(mask.sum()) if mask is not None and mask.ndim == 2 else batch["input_ids"].numel()
