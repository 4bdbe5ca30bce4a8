"""The same key and the same request give the same answer, whatever happened to the first one on its way."""

from dataclasses import dataclass

from roamgrid.sandbox.psp.errors import key_reused


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What was asked and what was answered."""

    fingerprint: tuple[object, ...]
    status: int
    body: bytes


class IdempotentAnswers:
    """Answers of one account by key. Successes and card declines are kept; other failures may be tried again."""

    def __init__(self) -> None:
        self._kept: dict[str, KeptAnswer] = {}

    def recall(self, key: str, fingerprint: tuple[object, ...]) -> KeptAnswer | None:
        """The answer this request got before. Raises ApiError 400 where the key was used for another request."""
        kept = self._kept.get(key)
        if kept is not None and kept.fingerprint != fingerprint:
            raise key_reused()
        return kept

    def keep(self, key: str, answer: KeptAnswer) -> None:
        if answer.status < 300 or answer.status == 402:
            self._kept[key] = answer
