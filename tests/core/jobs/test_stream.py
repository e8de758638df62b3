import threading
from pathlib import Path

import pytest

from lowbit_core.events import JobEnded, Memory, Metric, Progress, StageFinished, decode
from lowbit_core.jobs.stream import EventLog, read_events


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def progress(done: int, stage: str = "tune") -> Progress:
    return Progress(stage=stage, done=done, total=100, unit="steps")


def memory(used: int) -> Memory:
    return Memory(
        allocated_bytes=used,
        reserved_bytes=0,
        peak_bytes=0,
        device_used_bytes=0,
        device_total_bytes=0,
        process_rss_bytes=0,
    )


def test_that_the_file_and_the_listener_hear_the_same_numbered_lines(tmp_path):
    heard = []
    log = EventLog(tmp_path / "events.jsonl", heard.append)
    log.emit(Metric(name="loss", value=float("nan"), unit="nats", step=1))
    log.emit(StageFinished(stage="tune\u2028x", seconds=1.0))
    log.emit(JobEnded(outcome="done"))
    log.close()
    lines = (tmp_path / "events.jsonl").read_text().split("\n")[:-1]
    assert [decode(line).seq for line in lines] == [0, 1, 2]
    assert [decode(line).event for line in lines[1:]] == [item.event for item in heard[1:]]


def test_that_progress_comes_at_most_ten_times_a_second_and_the_last_is_not_lost(tmp_path):
    clock, heard = Clock(), []
    log = EventLog(tmp_path / "events.jsonl", heard.append, clock)
    for done in range(1, 101):  # 100 in one second
        log.emit(progress(done))
        log.emit(Metric(name="loss", value=1.0, unit="nats", step=done))
        clock.now += 0.01
    log.emit(StageFinished(stage="tune", seconds=1.0))
    shown = [item for item in heard if isinstance(item.event, Progress)]
    assert len(shown) <= 11
    assert shown[-1].event.done == 100
    assert isinstance(heard[-1].event, StageFinished)


def test_that_a_held_event_goes_out_with_another_kind_once_its_time_has_come(tmp_path):
    clock, heard = Clock(), []
    log = EventLog(tmp_path / "events.jsonl", heard.append, clock)
    log.emit(progress(1))
    log.emit(progress(2))
    log.emit(memory(1))
    assert [type(item.event) for item in heard] == [Progress, Memory]
    clock.now += 0.2
    log.emit(memory(2))
    assert heard[-2].event == progress(2)


def test_that_numbering_goes_on_and_a_torn_line_is_cut_off(tmp_path):
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.emit(progress(1))
    log.emit(Metric(name="loss", value=1.0, unit="nats", step=1))
    log.close()
    whole = path.read_bytes()
    for torn in (b'{"seq":2,"time"', b'{"seq":2,"ti\n', b"\x00\xff\xff\n\x00"):
        path.write_bytes(whole + torn)
        again = EventLog(path)
        again.emit(JobEnded(outcome="done"))
        again.close()
        assert [item.seq for item in read_events(path)] == [0, 1, 2]


def test_that_a_full_disk_does_not_silence_the_listener():
    heard = []
    log = EventLog(Path("/dev/full"), heard.append)
    for step in range(3):
        log.emit(Metric(name="loss", value=1.0, unit="nats", step=step))
    log.emit(JobEnded(outcome="failed", code="disk-full"))
    log.close()
    assert len(heard) == 4
    assert log.write_error is not None


def test_that_threads_get_distinct_numbers_in_order(tmp_path):
    log = EventLog(tmp_path / "events.jsonl")

    def work() -> None:
        for step in range(200):
            log.emit(Metric(name="loss", value=1.0, unit="nats", step=step))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.close()
    assert [item.seq for item in read_events(tmp_path / "events.jsonl")] == list(range(800))


def test_that_nothing_but_a_late_memory_beat_may_follow_the_end(tmp_path):
    log = EventLog(tmp_path / "events.jsonl")
    log.emit(JobEnded(outcome="done"))
    log.emit(memory(1))
    with pytest.raises(AssertionError):
        log.emit(progress(1))
    log.close()
    assert len(read_events(tmp_path / "events.jsonl")) == 1
