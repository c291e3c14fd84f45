"""Users who ask one question after the other, in three languages; run by ``run.py`` beside it."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

from locust import HttpUser, constant, task

SEEDS = Path(__file__).parent.parent / "data" / "seed_questions.jsonl"
QUESTIONS = [json.loads(line)["question"] for line in SEEDS.read_text("utf-8").splitlines()]


class Reader(HttpUser):
    """One who asks as soon as an answer is there, and comes back when told that it is too busy."""

    wait_time = constant(0)

    @task
    def ask(self) -> None:
        """An answer, or the word that others wait: each is counted under its own name."""
        question = random.choice(QUESTIONS)  # noqa: S311 - which one does not matter
        with self.client.post(
            "/api/v1/ask", json={"question": question}, name="answered", catch_response=True
        ) as response:
            if response.status_code == 503 and response.json()["error"]["kind"] == "busy":
                response.request_meta["name"] = "busy"
                response.success()
                time.sleep(float(response.headers["Retry-After"]))
            elif response.status_code != 200 or "status" not in response.json():
                response.failure(f"{response.status_code}: {response.text[:200]}")
