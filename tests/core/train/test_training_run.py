"""A whole run on a tiny model: it learns, reports, stops early, and refuses what cannot work."""

import math

import pytest
import torch
from peft import LoraConfig, get_peft_model

from lowbit_core.errors import UserError
from lowbit_core.events import Memory, Metric, Notice, Progress
from lowbit_core.train import TrainSettings, train
from lowbit_core.train import checkpoint as checkpoints


def adapted(tiny, family="llama", seed=0, **config):
    model = tiny(family, seed)
    torch.manual_seed(1)
    return get_peft_model(
        model, LoraConfig(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "up_proj"], **config)
    )


SETTINGS = {"batch": 2, "accumulate": 2, "learning_rate": 1e-2, "checkpoint_every": 4, "evaluate_every": 4}


def test_that_training_lowers_the_loss_and_reports_each_step(tiny, make_rows, collate, context, tmp_path):
    model, seen = adapted(tiny), context()
    result = train(
        model,
        make_rows(24),
        collate=collate,
        settings=TrainSettings(**{**SETTINGS, "learning_rate": 3e-2}, epochs=3, offload=True),
        folder=tmp_path,
        context=seen,
        validation=make_rows(6, seed=6),
    )
    losses = seen.metrics("loss")
    assert result.steps == 18
    assert list(losses) == list(range(1, 19))
    assert sum(losses[step] for step in (16, 17, 18)) < 0.85 * sum(losses[step] for step in (1, 2, 3))
    assert sorted(seen.metrics("validation_loss")) == [4, 8, 12, 16, 18]
    assert result.best_loss == min(seen.metrics("validation_loss").values())
    assert result.last_loss == losses[18]
    for name in ("learning_rate", "grad_norm", "tokens_per_second"):
        assert len(seen.metrics(name)) == 18
    progress = [event for event in seen.events if isinstance(event, Progress)]
    assert (progress[-1].done, progress[-1].total, progress[-1].eta_seconds) == (18, 18, 0.0)
    assert any(isinstance(event, Memory) and event.process_rss_bytes > 0 for event in seen.events)
    assert result.peak_bytes > 1e6
    assert not model.training
    assert all("forward" not in item.__dict__ for item in model.modules())


def test_that_the_model_ends_with_the_state_that_measured_best(tiny, make_rows, collate, context, tmp_path):
    model, seen = adapted(tiny), context()
    held = make_rows(6, seed=6)
    settings = TrainSettings(**{**SETTINGS, "learning_rate": 0.3, "evaluate_every": 1}, steps=8, schedule="constant")
    result = train(
        model, make_rows(12), collate=collate, settings=settings, folder=tmp_path, context=seen, validation=held
    )
    measured = seen.metrics("validation_loss")
    assert result.best_step == min(measured, key=measured.get) < 8
    batch = collate(held)
    with torch.no_grad():
        loss = torch.nn.functional.cross_entropy(
            model(**{k: v for k, v in batch.items() if k != "labels"}).logits[:, :-1].flatten(0, 1),
            batch["labels"][:, 1:].flatten(),
        )
    assert loss.item() == pytest.approx(result.best_loss, rel=1e-5)


def test_that_patience_ends_the_run(tiny, make_rows, collate, context, tmp_path):
    seen = context()
    settings = TrainSettings(
        **{**SETTINGS, "learning_rate": 1.0, "evaluate_every": 1}, steps=30, schedule="constant", patience=2
    )
    arguments = {"collate": collate, "settings": settings, "folder": tmp_path, "validation": make_rows(4, seed=6)}
    result = train(adapted(tiny), make_rows(12), context=seen, **arguments)
    assert result.stopped_early
    assert result.steps == result.best_step + 2 < 30
    assert [event.code for event in seen.events if isinstance(event, Notice)].count("stopped-early") == 1
    again = train(adapted(tiny), make_rows(12), context=context(), resume=True, **arguments)
    assert (again.steps, again.best_loss, again.stopped_early) == (result.steps, result.best_loss, True)


def test_that_all_masked_rows_are_refused_before_anything_happens(tiny, make_rows, collate, context, tmp_path):
    rows = [{**row, "labels": [-100] * len(row["labels"])} for row in make_rows(4)]
    with pytest.raises(UserError) as caught:
        train(adapted(tiny), rows, collate=collate, settings=TrainSettings(), folder=tmp_path / "c", context=context())
    assert caught.value.code == "all-masked"
    assert caught.value.hint
    assert not (tmp_path / "c").exists()


def test_that_some_masked_rows_are_named_in_a_notice(tiny, make_rows, collate, context, tmp_path):
    rows, seen = make_rows(6), context()
    rows[2] = {**rows[2], "labels": [-100] * len(rows[2]["labels"])}
    train(adapted(tiny), rows, collate=collate, settings=TrainSettings(steps=1), folder=tmp_path, context=seen)
    notice = next(event for event in seen.events if isinstance(event, Notice))
    assert (notice.code, notice.arguments["masked"]) == ("rows-masked", 1)


def test_that_a_loss_that_is_not_a_number_stops_with_the_last_checkpoint_kept(
    tiny, make_rows, collate, context, tmp_path
):
    model = adapted(tiny)

    class Poison(type(context())):
        def checkpoint(self):
            super().checkpoint()
            if self.calls == 9:
                with torch.no_grad():
                    model.get_base_model().model.embed_tokens.weight.fill_(math.nan)

    settings = TrainSettings(**{**SETTINGS, "checkpoint_every": 2, "accumulate": 2}, steps=8)
    with pytest.raises(UserError) as caught:
        train(model, make_rows(24), collate=collate, settings=settings, folder=tmp_path, context=Poison())
    assert caught.value.code == "nan-loss"
    assert caught.value.arguments["step"] == 5
    assert "step 5" in caught.value.message
    assert checkpoints.step_of(checkpoints.newest(tmp_path)) == 4
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    assert all(parameter.isfinite().all() for parameter in trained)


def test_that_an_8_bit_optimizer_without_a_gpu_is_refused_by_name(tiny, make_rows, collate, context, tmp_path):
    settings = TrainSettings(optimizer="paged-adamw-8bit")
    with pytest.raises(UserError) as caught:
        train(adapted(tiny), make_rows(4), collate=collate, settings=settings, folder=tmp_path, context=context())
    assert caught.value.code == "optimizer-needs-gpu"


def test_that_accumulation_equals_one_big_batch(tiny, make_rows, collate, context, tmp_path):
    def losses(batch, accumulate):
        seen = context()
        settings = TrainSettings(
            **{**SETTINGS, "batch": batch, "accumulate": accumulate}, steps=4, group_by_length=False
        )
        folder = tmp_path / f"{batch}"
        train(adapted(tiny), make_rows(16), collate=collate, settings=settings, folder=folder, context=seen)
        return [seen.metrics("loss")[step] for step in range(1, 5)]

    assert losses(1, 4) == pytest.approx(losses(4, 1), rel=1e-5)


def test_that_the_loss_equals_plain_torch_training(tiny, make_rows, collate, context, tmp_path):
    """Same rows, same AdamW, written out by hand with full logits."""
    from lowbit_core.train.optimizer import rate_at
    from lowbit_core.train.sampler import EpochBatches

    seen, rows = context(), make_rows(12)
    settings = TrainSettings(**{**SETTINGS, "accumulate": 1}, steps=5, gradient_clip=0.5)
    train(adapted(tiny), rows, collate=collate, settings=settings, folder=tmp_path, context=seen)

    model = adapted(tiny)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2, weight_decay=0.0)
    order = EpochBatches([len(row["input_ids"]) for row in rows], batch=2, group_by_length=True)
    expected = []
    for step, numbers in enumerate(list(order)[:5]):
        batch = collate([rows[number] for number in numbers])
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        optimizer.param_groups[0]["lr"] = 1e-2 * rate_at(step, 5, "cosine", 0.03)
        optimizer.step()
        optimizer.zero_grad()
        expected.append(loss.item())
    assert list(seen.metrics("loss").values()) == pytest.approx(expected, rel=1e-4)
    assert isinstance(seen.events[0], Metric)
