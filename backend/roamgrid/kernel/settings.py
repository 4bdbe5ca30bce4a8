"""Settings: everything a deployment decides, read once from the environment (documented in docs/settings.md)."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SANDBOX_PSP_URL = "http://127.0.0.1:8400"
"""Where `roamgrid sandbox psp` listens unless told otherwise; `roamgrid serve` starts it there when nobody does."""


class Mode(StrEnum):
    """SANDBOX shows sign-in codes and offers developer commands; PRODUCTION refuses both."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """One deployment. Environment variables carry the prefix `ROAMGRID_`, except the two well-known URLs."""

    model_config = SettingsConfigDict(
        env_prefix="ROAMGRID_", frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    mode: Mode = Mode.SANDBOX
    data_dir: Path = Field(default=Path(".roamgrid"), description="Embedded PostgreSQL and Redis keep their data here.")
    tenants_dir: Path = Field(default=Path("tenants"), description="Declared brands: one folder each.")
    database_url: str | None = Field(
        default=None, validation_alias="DATABASE_URL", description="Your PostgreSQL; empty: embedded."
    )
    redis_url: str | None = Field(default=None, validation_alias="REDIS_URL", description="Your Redis; empty: embedded.")
    host: str = Field(default="127.0.0.1", description="Address that `roamgrid serve` listens on.")
    port: int = Field(default=8080, description="Port that `roamgrid serve` listens on.")
    public_url: str | None = Field(default=None, description="How partners reach us; empty: http://<host>:<port>.")
    secret_key: SecretStr | None = Field(
        default=None, description="Signs access tokens and offers, seals partner tokens; empty: made once in data_dir."
    )
    retired_secret_keys: tuple[SecretStr, ...] = Field(
        default=(),
        description="JSON list of earlier secret keys: they still open sealed partner tokens until `roamgrid secrets reseal`.",
    )
    command_timeout_s: float = Field(
        default=10.0, description="Seconds until a partner that does not answer a command counts as down."
    )
    command_result_s: int = Field(
        default=120, description="Seconds to wait for a station's result when the partner names no time-out."
    )
    pull_interval_s: int = Field(default=900, description="Seconds between delta pulls of one partner.")
    allow_private_partners: bool | None = Field(
        default=None,
        description="Call partners at private and local addresses; empty: in sandbox mode only.",
    )
    psp_url: str | None = Field(default=None, description="Base address of the payment provider's API; empty: Stripe's own.")
    psp_api_key: SecretStr | None = Field(default=None, description="Secret key for the payment provider.")
    psp_webhook_secret: SecretStr | None = Field(default=None, description="Signing secret of the payment provider's webhooks.")
    worker_threads: int = Field(default=8, description="Concurrent event handlers of one worker process.")
    log_level: str = "INFO"

    @property
    def payment_url(self) -> str | None:
        """The payment provider's address: as configured; else the sandbox's own provider; None: the real provider's."""
        if self.psp_url is None and self.psp_api_key is None and self.mode is Mode.SANDBOX:
            return SANDBOX_PSP_URL
        return self.psp_url

    @property
    def calls_private_partners(self) -> bool:
        """Whether partners at private and local addresses are called: as configured; else in sandbox mode only."""
        if self.allow_private_partners is None:
            return self.mode is Mode.SANDBOX
        return self.allow_private_partners

    @property
    def base_url(self) -> str:
        """Public base address without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
