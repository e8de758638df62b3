"""A hub on 127.0.0.1 that serves tiny models and misbehaves on request, and makers of tiny model files."""

import hashlib
import json
import re
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

COMMIT = "0123456789abcdef0123456789abcdef01234567"
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "vocab_size": 40,
    "tie_word_embeddings": False,
}


def safetensors_bytes(tensors: dict[str, np.ndarray]) -> bytes:
    """By the `safetensors` package: independent of the code under test."""
    from safetensors.numpy import save

    return save(tensors)


@dataclass
class Hub:
    """State of the server. ``faults`` are taken one a request for a file's bytes, in order, before it behaves."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    token: str = ""
    gated: bool = False
    api_faults: list[int] = field(default_factory=list)
    faults: list[tuple] = field(default_factory=list)
    large: int = 10_000
    ignore_ranges: bool = False
    bytes_per_second: float = 0.0
    served: int = 0
    requests: list[tuple[str, str]] = field(default_factory=list)
    retry_after: str = "0"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        address = urlsplit(self.path)
        self.hub.requests.append((self.path, self.headers.get("Range", "")))
        if address.path.startswith("/api/"):
            return self.api(address)
        match = re.fullmatch(r"/tiny/model/resolve/(\w+)/(.+)", address.path)
        if not match or match[2] not in self.hub.files:
            return self.answer(404, b"", {"X-Error-Code": "EntryNotFound"})
        if self.refused(files=True):
            return None
        return self.file(self.hub.files[match[2]])

    def do_HEAD(self):
        name = urlsplit(self.path).path.split("/", 5)[-1]
        data = self.hub.files[name]
        digest = hashlib.sha256(data) if len(data) > self.hub.large else hashlib.sha1(b"blob %d\0" % len(data) + data)
        self.send_response(200)
        facts = {"ETag": f'"{digest.hexdigest()}"', "X-Repo-Commit": COMMIT, "Content-Length": str(len(data))}
        for key, value in facts.items():
            self.send_header(key, value)
        self.end_headers()

    def refused(self, *, files=False):
        given = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if given and given != self.hub.token:
            return self.answer(401, b'{"error":"Invalid credentials in Authorization header"}') or True
        if self.hub.gated and files:
            code = 403 if given else 401
            return self.answer(code, b"", {"X-Error-Code": "GatedRepo"}) or True
        return False

    def api(self, address):
        if self.hub.api_faults:
            return self.answer(self.hub.api_faults.pop(0), b"", {"Retry-After": self.hub.retry_after})
        if address.path == "/api/whoami-v2":
            known = self.headers.get("Authorization", "") == f"Bearer {self.hub.token}" and self.hub.token
            if not known:
                return self.answer(401, b'{"error":"Invalid username or password."}')
            token = {"type": "access_token", "accessToken": {"displayName": "test", "role": "read"}}
            return self.answer(200, json.dumps({"type": "user", "name": "somebody", "auth": token}).encode())
        if address.path == "/api/models":
            assert parse_qs(address.query)["search"] == ["tiny"]
            row = {"id": "tiny/model", "downloads": 7, "likes": 3, "gated": "manual", "tags": ["license:mit"]}
            row["safetensors"] = {"parameters": {"BF16": 1000, "F32": 10}, "total": 1010}
            row["config"] = {"model_type": "llama"}
            return self.answer(200, json.dumps([row, {"id": "tiny/other", "tags": []}]).encode())
        if not re.fullmatch(r"/api/models/tiny/model(/revision/(main|" + COMMIT + "))?", address.path):
            return self.answer(404, b"", {"X-Error-Code": "RepoNotFound"})
        if self.refused():
            return None
        siblings = []
        for name, data in self.hub.files.items():
            git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
            row = {"rfilename": name, "size": len(data), "blobId": git}
            if len(data) > self.hub.large:
                row["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 1}
            siblings.append(row)
        info = {"id": "tiny/model", "sha": COMMIT, "siblings": siblings, "cardData": {"license": "mit"}, "tags": []}
        return self.answer(200, json.dumps(info).encode())

    def file(self, data):
        fault = self.hub.faults.pop(0) if self.hub.faults else ("none",)
        if fault[0] == "status":
            return self.answer(fault[1], b"", {"Retry-After": self.hub.retry_after})
        begin, end, code = 0, len(data), 200
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        headers = {}
        if wanted and not self.hub.ignore_ranges:
            begin, end, code = int(wanted[1]), min(end, int(wanted[2] or end - 1) + 1), 206
            if begin >= len(data):
                return self.answer(416, b"")
            headers["Content-Range"] = f"bytes {begin}-{end - 1}/{len(data)}"
        body = data[begin:end]
        if fault[0] == "damage":
            body = bytes([body[0] ^ 1]) + body[1:]
        self.send_response(code)
        for key, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        limit = fault[1] if fault[0] in ("cut", "stall") else len(body)
        try:
            for at in range(0, limit, 16384):
                piece = body[at : min(at + 16384, limit)]
                self.wfile.write(piece)
                self.wfile.flush()
                self.hub.served += len(piece)
                if self.hub.bytes_per_second:
                    time.sleep(len(piece) / self.hub.bytes_per_second)
            if fault[0] == "stall":
                time.sleep(fault[2])
        except OSError:
            pass
        if fault[0] in ("cut", "stall"):
            self.close_connection = True
            self.connection.close()
        return None

    def answer(self, code, body, headers=None):
        self.send_response(code)
        for key, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):  # a client that hangs up is what these tests are about
        pass


@pytest.fixture
def weights_bytes():
    """A safetensors file of 1.2 MB."""
    rng = np.random.default_rng(0)
    return safetensors_bytes({f"w{i}": rng.standard_normal((100, 300)).astype(np.float32) for i in range(10)})


@pytest.fixture
def hub(tmp_path, monkeypatch, weights_bytes):
    """The server, with a cache and a token file of its own."""
    state = Hub()
    state.files = {
        "config.json": json.dumps(CONFIG).encode(),
        "tokenizer.json": b"{}" * 20,
        "README.md": b"---\nlicense: mit\n---\n",
        "model.safetensors": weights_bytes,
        "pytorch_model.bin": b"x" * 50,
        "onnx/config.json": b"{}",
    }
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": state}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    home = tmp_path / "hf"
    from huggingface_hub import constants
    from huggingface_hub.utils._http import close_session

    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("HF_ENDPOINT", state.url)
    monkeypatch.setenv("HF_HOME", str(home))
    monkeypatch.setattr(constants, "ENDPOINT", state.url)
    template = state.url + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HOME", str(home))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(home / "hub"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(home / "token"))
    monkeypatch.setattr(constants, "HF_STORED_TOKENS_PATH", str(home / "stored_tokens"))
    from huggingface_hub import hf_api

    monkeypatch.setattr(hf_api.api, "endpoint", state.url)
    close_session()
    yield state
    close_session()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def model_folder(tmp_path):
    """A Hugging Face folder with one safetensors file."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIG))
    tensors = {
        "model.embed_tokens.weight": np.zeros((40, 16), np.float16),
        "model.norm.weight": np.ones(16, np.float32),
        "lm_head.weight": np.zeros((40, 16), np.float16),
    }
    (folder / "model.safetensors").write_bytes(safetensors_bytes(tensors))
    return folder


@pytest.fixture
def gguf_file(tmp_path) -> Path:
    """A tiny llama GGUF, written by the gguf package."""
    import gguf

    path = tmp_path / "tiny.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Tiny")
    writer.add_context_length(64)
    writer.add_embedding_length(32)
    writer.add_block_count(1)
    writer.add_feed_forward_length(64)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_token_list(["a", "b", "c"])
    rng = np.random.default_rng(0)
    shapes = {"token_embd": (3, 32), "output_norm": (32,), "blk.0.attn_q": (32, 32), "blk.0.attn_k": (16, 32)}
    for name, shape in shapes.items():
        data = rng.standard_normal(shape).astype(np.float32)
        kind = gguf.GGMLQuantizationType.Q8_0 if len(shape) > 1 else gguf.GGMLQuantizationType.F32
        writer.add_tensor(f"{name}.weight", gguf.quants.quantize(data, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def header_bytes():
    """Maker of a safetensors file with any header."""

    def make(header: object, data: bytes = b"") -> bytes:
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + data

    return make
