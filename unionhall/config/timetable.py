"""What the house does by the clock: every package's own `periodic` list, and the upkeep of the job queue itself."""

import importlib
import importlib.util
import logging
from datetime import datetime
from types import ModuleType

from croniter import croniter
from procrastinate import App, JobContext

from unionhall.config import house
from unionhall.lib.dates import SHANGHAI
from unionhall.lib.periodic import Periodic

KEPT_HOURS = 24 * 7
STALLED_SECONDS = 40

log = logging.getLogger("unionhall.jobs")


def modules() -> list[ModuleType]:
    """The `jobs` modules of the house, kernel first."""
    names = [f"{package}.jobs" for package in [*house.KERNEL, *house.ROOMS]]
    return [importlib.import_module(name) for name in names if importlib.util.find_spec(name)]


def entries() -> list[Periodic]:
    """Every periodic job that a package declares."""
    return [entry for module in modules() for entry in getattr(module, "periodic", ())]


def register(app: App) -> None:
    """Load every package's jobs and give the queue its timetable: once, when a worker starts."""
    for entry in entries():
        _register(app, entry)

    @app.periodic(cron="* * * * *")
    @app.task(name="house.requeue_stalled", queueing_lock="house.requeue_stalled", pass_context=True)
    async def requeue_stalled(context: JobContext, timestamp: int) -> None:
        """Hand the jobs of killed workers to a living one."""
        for job in await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            log.warning("stalled job queued again", extra={"job": job.id, "task": job.task_name})
            await context.app.job_manager.retry_job(job)

    @app.periodic(cron="17 3 * * *")
    @app.task(name="house.forget_finished", queueing_lock="house.forget_finished", pass_context=True)
    async def forget_finished(context: JobContext, timestamp: int) -> None:
        """Remove the finished jobs of more than a week ago."""
        await context.app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_failed=False)


def _register(app: App, entry: Periodic) -> None:
    name = f"periodic.{entry.code}"

    def run(timestamp: int) -> None:
        entry.run()

    run.__doc__ = entry.run.__doc__
    app.periodic(cron=entry.cron)(app.task(name=name, queueing_lock=name)(run))
    # The hours of the table are those of Asia/Shanghai; procrastinate would read them as UTC
    task = app.periodic_registry.periodic_tasks[(name, "")]
    task.__dict__["croniter"] = croniter(entry.cron, datetime.now(SHANGHAI))
