"""The addresses of the two servers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceUrls:
    """Where the database and Redis answer.

    `database_url` is a libpq URL (`postgresql://user:password@127.0.0.1:port/roamgrid`); psycopg takes it as it is,
    SQLAlchemy with `postgresql+psycopg://`. `redis_url` is what redis-py and dramatiq take.
    """

    database_url: str
    redis_url: str
