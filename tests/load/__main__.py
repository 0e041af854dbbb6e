"""A firm at work: 50 people who ask at once, read, and ask again: `python -m tests.load --users 50 --minutes 3`.

PostgreSQL, Redis, the units of deploy/systemd and an adversarial model server that takes 2 s for an answer, on loopback.
Says how soon pages came, whether a question was lost, and what memory each process held; ends with an error where pages
were late, anything failed or was lost, or memory grew. Takes a minute longer than is said, and both cores.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.load.firm import Firm, firm, roots
from tests.load.memory import GROWTH, measured, spent
from tests.load.models import serving
from tests.load.person import PATIENCE, Diary, Person
from tests.load.picture import picture
from tests.load.prepare import prepare
from tests.load.report import TARGET, Report

WARMING = 2


def main() -> None:
    """Print the report; end with an error where the run did not pass."""
    chosen = _parser().parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder), chosen)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    if chosen.picture:
        chosen.picture.write_text(picture(report), encoding="utf-8")
    faults = report.faults(target=chosen.target / 1000, growth=chosen.growth)
    sys.exit("\n".join(["", *faults]) if faults else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--workers", type=int, default=4, help="that answer questions")
    parser.add_argument(
        "--pages", type=int, default=0, help="processes that serve pages; 0: as many as the unit says"
    )
    parser.add_argument("--sections", type=int, default=100, help="of each of five acts on the shelf")
    parser.add_argument(
        "--answer", type=float, default=2.0, help="seconds that the model takes for an answer"
    )
    parser.add_argument("--target", type=float, default=1000 * TARGET, help="ms: what p95 of pages may be")
    parser.add_argument("--growth", type=float, default=GROWTH, help="percent of memory in the last third")
    parser.add_argument("--picture", type=Path, help="an SVG of pages and memory")
    return parser


def run(folder: Path, chosen: argparse.Namespace) -> Report:
    """Set everything up, let people work, look at what is left, end everything."""
    with serving(chosen.answer) as model, firm(folder, **model) as made:
        prepare(made.environment, chosen.users, chosen.sections)
        for number in range(1, chosen.workers + 1):
            made.start("worker", number)
        made.pages = chosen.pages
        for role in ("web", "ingester", "beat"):
            made.start(role)
        made.wait()
        if not made.shares.made:
            sys.stderr.write(
                "This machine gives no processor weights to the units, as systemd would: pages come later.\n"
            )
        warm_up(made, chosen.workers)
        report = work(made, chosen.users, 60 * chosen.minutes)
        report.wrong += wrong(report.diary)
        return report


def warm_up(made: Firm, workers: int) -> None:
    """Ask until every worker has loaded what it needs, and forget that: firms restart at night."""
    from lawqa.models import Question

    for _ in range(WARMING):
        diary = Diary()
        people = [Person(made.port, number, diary) for number in range(workers)]
        threads = [threading.Thread(target=person.warm_up, daemon=True) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        if diary.troubles or diary.errors:
            raise SystemExit(f"Nothing was measured: {[*diary.troubles, *diary.errors][:3]}")
    Question.objects.all().delete()


def work(made: Firm, users: int, seconds: float) -> Report:
    """Everybody signs in and opens the form, then all ask at once; nobody asks after the time, but all wait for their answers."""
    diary, began, ends = Diary(), 0.0, 0.0

    def begin() -> None:
        nonlocal began, ends
        began = time.monotonic()
        ends = began + seconds

    together = threading.Barrier(users + 1, action=begin)
    people = [Person(made.port, number, diary) for number in range(users)]
    threads = [
        threading.Thread(target=one.live, args=(together, lambda: ends), daemon=True) for one in people
    ]
    for thread in threads:
        thread.start()
    together.wait(PATIENCE)
    before = {name: spent(pid) for name, pid in roots(made).items()}
    with measured(lambda: roots(made)) as memory:
        for thread in threads:
            thread.join(max(ends + PATIENCE - time.monotonic(), 0))
    busy = {name: spent(pid) - before[name] for name, pid in roots(made).items()}
    return Report(diary, memory, busy, time.monotonic() - began, began)


def wrong(diary: Diary) -> list[str]:
    """What the rows say: every question that was taken has one answer, one end, one attempt; and there are no others."""
    from lawqa.models import Answer, Event, Question

    rows = {str(one.pk): one for one in Question.objects.all()}
    found = [f"{len(set(diary.asked) ^ set(rows))} questions differ from what was asked"]
    found = found if set(diary.asked) != set(rows) or len(diary.asked) != len(rows) else []
    for key, row in rows.items():
        ends = Event.objects.filter(question=row, kind__in=("done", "failed")).count()
        answers = Answer.objects.filter(question=row).count()
        if (row.state, row.attempts, ends, answers) != (Question.State.DONE, 1, 1, 1):
            found.append(f"{key}: {row.state}, {row.attempts} attempts, {ends} ends, {answers} answers")
    found += [f"{key} was answered, and its reader not told" for key in set(rows) - set(diary.answered)]
    return found


if __name__ == "__main__":
    main()
