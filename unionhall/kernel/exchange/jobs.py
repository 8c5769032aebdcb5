"""Entry points of the worker."""

from procrastinate.contrib.django import app

from unionhall.kernel.exchange.actions import run_job, take_back
from unionhall.lib.periodic import Periodic


@app.task(name=run_job.TASK)
def run(job_id: int) -> None:
    """Run one piece of long work to its end."""
    run_job.run(job_id)


periodic = [
    Periodic("exchange.sweep", "13 4 * * *", run_job.sweep),
    Periodic("exchange.sweep_imports", "23 4 * * *", take_back.sweep),
]
