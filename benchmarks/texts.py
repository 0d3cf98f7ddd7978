"""Short texts in any number, made of the demo's sentences: the same each time, none twice, with known answers."""

import csv
import random
from collections import defaultdict
from pathlib import Path

from projects.demo.definitions import demo_project

# The first is in one text of a hundred, each other one in one of eight hundred.
RARE_WORDS = ("obsidian", "marzipan", "quokka", "theremin", "axolotl")
COMMON_WORDS = ("account", "card", "time", "bank", "need", "credit", "long", "change", "please", "tell")


def external_id(number: int) -> str:
    return f"bench-{number:07}"


def answer_of(number: int, options: list[str]) -> str:
    """The right option of the task with this number."""
    return options[(number * 7919) % len(options)]


def write_csv(path: Path, n_rows: int) -> int:
    """Write ``external_id,text,source``; returns the file's size in bytes."""
    sentences: defaultdict[str, list[str]] = defaultdict(list)
    for text in demo_project("voice-assistant").pool():
        sentences[text.answer].append(text.text)
    options = sorted(sentences)
    random_number = random.Random(20)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["external_id", "text", "source"])
        for number in range(n_rows):
            pool = sentences[answer_of(number, options)]
            words = [random_number.choice(pool), "and", random_number.choice(pool), f"ref {number}"]
            if number % 100 == 0:
                words.append(RARE_WORDS[0])
            if number % 200 == 0:
                words.append(RARE_WORDS[1 + number // 200 % 4])
            rows.writerow([external_id(number), " ".join(words), "app" if number % 3 else "phone"])
    return path.stat().st_size
