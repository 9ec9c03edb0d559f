"""The runner: APScheduler as a clock in one elected process. What must happen is found in the database at each tick."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import Engine

from app.database import open_embedded, open_server
from app.extensions import Services
from config import Config
from models import heavy, watchdog
from models.audit import chain, retention
from models.catalogue import Catalogue
from models.drift.look import look as look_at_schema
from models.drift.suspect import teller
from models.inside.keeper import Keeper
from rules import hand_over, heartbeat, outbox, outside, persons
from rules.leader import FileLock, Leader, ServerLock
from rules.mail import channels_of
from rules.people import Staff
from rules.sla.engine import SlaEngine, is_passing
from rules.sla.evaluate import Workshop
from rules.sla.sweeps import Sweeps

log = logging.getLogger("veneer.runner")
RETENTION_SECONDS = 600
"""How often it looks whether today's retention is still to be done."""
SWEEP_PERIODS = 3
"""Sweeps and the heartbeat come on every third tick; what is due, and the outbox, on each."""


class Runner:
    """The jobs of one process, and its part in the election."""

    def __init__(self, app: Flask) -> None:
        services: Services = app.extensions["veneer"]
        self.app, self.config = app, services.config
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}"
        self.engine = job_engine(self.config)
        services.rooms["live"].after_swap.append(self.engine.clear_compiled_cache)
        self.leader = leader_for(self.config, self.engine)
        self.channels = channels_of(self.config, self.engine, Staff())
        workshop = Workshop(Staff(), self.name, frozenset(self.channels))
        self.sla = SlaEngine(self.engine, live_catalogue(services), workshop)
        self.sweeps = Sweeps(self.sla)
        self.keeper = Keeper(self.engine, live_catalogue(services))
        self.is_leading = False
        self.scheduler: BaseScheduler | None = None
        self._election, self._clocks, self._ending = Lock(), Lock(), Event()

    @property
    def period(self) -> timedelta:
        """Time between two ticks."""
        return timedelta(seconds=self.config.runner_poll_seconds)

    def look(self) -> None:
        """Find records that began or changed."""
        with self._clocks:
            self.sweeps.run()
            self.sla.run_due()

    def run_due(self) -> None:
        """Tell what falls due; a look that is under way does it in the end."""
        if not self._clocks.acquire(blocking=False):
            return
        try:
            self.sla.run_due()
        finally:
            self._clocks.release()

    def send(self) -> None:
        """Send what lies in the outbox."""
        outbox.send_due(self.engine, self.channels, self.name)

    def index(self) -> None:
        """Build the search index, and follow what has changed."""
        self.keeper.run()

    def watch(self) -> None:
        """Look whether the legacy tables have changed."""
        services: Services = self.app.extensions["veneer"]
        look_at_schema(self.engine, services.schema, teller(services))

    def link(self) -> None:
        """Link what was written into the audit since."""
        number = chain.BATCH
        while number == chain.BATCH:
            with self.engine.begin() as connection:
                number = chain.extend(connection)

    def outside(self) -> None:
        """Write down what other programs have changed."""
        outside.look(self.engine, self.sla.catalogue)

    def persons(self) -> None:
        """Work off requests of persons that were approved."""
        persons.run_due(self.engine, self.name, self.sla.catalogue)

    def hand_over(self) -> None:
        """Hand records of people who left over to others."""
        hand_over.run_due(self.engine, self.name, self.sla.catalogue, lambda: not self._ending.is_set())

    def retain(self) -> None:
        """Remove what is older than the audit's classes are kept, once a day."""
        retention.run_daily(self.engine, dict(self.config.audit_keep_days))

    def end_overdue(self) -> None:
        """End statements of ours that run for longer than they may."""
        if not self.config.is_embedded:
            with self.engine.connect() as connection:
                watchdog.end_overdue(connection)

    def beat(self) -> None:
        """Give a sign of life."""
        with self.engine.begin() as connection:
            heartbeat.beat(connection, self.name, self.period * SWEEP_PERIODS)

    def leads(self) -> bool:
        """Whether this process is the elected one."""
        with self._election:
            leads = self.leader.holds()
            if leads != self.is_leading:
                log.warning("runner %s %s", self.name, "leads" if leads else "no longer leads")
            self.is_leading = leads
        return leads

    def guarded(self, job: Callable[[], None]) -> Callable[[], None]:
        """The job as the scheduler calls it: only while leading, in the application's context, never raising."""

        def run() -> None:
            if not self.leads():
                return
            try:
                with self.app.app_context(), force_locale(self.config.default_language):
                    job()
            except Exception as error:
                if is_passing(error):
                    log.info("%s waits for the next tick", job.__name__)
                else:
                    log.exception("%s failed; the next tick tries again", job.__name__)

        run.__name__ = job.__name__
        return run

    def schedule(self, scheduler: BaseScheduler) -> BaseScheduler:
        """Put the jobs on a scheduler; missed ticks are made up by one."""
        period = self.config.runner_poll_seconds
        for job, seconds in (
            (self.beat, period * SWEEP_PERIODS),
            (self.look, period * SWEEP_PERIODS),
            (self.run_due, period),
            (self.send, period),
            (self.index, period),
            (self.watch, self.config.schema_watch_seconds),
            (self.link, period),
            (self.persons, period),
            (self.hand_over, period),
            (self.outside, period * SWEEP_PERIODS),
            (self.retain, RETENTION_SECONDS),
            (self.end_overdue, period),
        ):
            first = _soon(scheduler)
            scheduler.add_job(
                self.guarded(job), "interval", seconds=seconds, id=job.__name__, next_run_time=first
            )
        return scheduler

    def end(self) -> None:
        """Start no more jobs; those under way come to an end soon."""
        self._ending.set()
        if self.scheduler is not None and self.scheduler.running:
            self.scheduler.shutdown(wait=False)

    def stop(self) -> None:
        """Let another process lead."""
        self._ending.set()
        self.leader.resign()
        self.engine.dispose()


def start_inline(app: Flask) -> Runner:
    """Run the jobs in threads of a serving process. Every worker may call this; one of them is elected."""
    runner = Runner(app)
    runner.scheduler = runner.schedule(BackgroundScheduler(**scheduler_options()))
    runner.scheduler.start()
    atexit.register(runner.stop)
    atexit.register(runner.end)
    return runner


def run(app: Flask) -> None:
    """Run the jobs in this process until it is told to stop."""
    runner = Runner(app)
    scheduler = runner.schedule(BlockingScheduler(**scheduler_options()))

    def stop(*_args: Any) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    log.warning("runner %s is up", runner.name)
    try:
        scheduler.start()
    except (KeyboardInterrupt, SystemExit):
        scheduler.shutdown(wait=False)
    finally:
        runner.stop()


def scheduler_options() -> dict[str, Any]:
    """One run of a job at a time, and one run for all that were missed."""
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    return {"timezone": UTC, "job_defaults": defaults}


def live_catalogue(services: Services) -> Callable[[], Catalogue]:
    """The catalogue in force at each moment: the room of models sets it up after this one."""

    def current() -> Catalogue:
        found: Catalogue = services.rooms["live"].current()
        return found

    return current


def job_engine(config: Config) -> Engine:
    """A few connections of the runner's own, with the longer limit that jobs have."""
    if config.is_embedded:
        return open_embedded(config.erp_path, config.overlay_path, config.page_statement_seconds)
    engine = open_server(
        config.database_url,
        config.overlay_schema,
        pool_size=4,
        pool_wait_seconds=config.pool_wait_seconds,
        page_statement_seconds=config.job_statement_seconds,
        lock_wait_seconds=config.lock_wait_seconds,
    )
    heavy.gate_of(config).put_on(engine)
    return engine


def leader_for(config: Config, engine: Engine) -> Leader:
    """How processes on this installation elect one of them."""
    if config.is_embedded:
        return FileLock(config.overlay_path.with_name(config.overlay_path.name + ".runner"))
    return ServerLock(engine, f"veneer.runner.{config.overlay_schema}")


def _soon(scheduler: BaseScheduler) -> Any:
    return datetime.now(scheduler.timezone) + timedelta(seconds=1)
