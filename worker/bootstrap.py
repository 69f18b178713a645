"""What one process is made of: settings, database, keys, texts. Made once for each process, anew after a fork."""

import os
from functools import cached_property

from models.engine import Database, connect
from schedules.words import Gettext
from tasks.catalogs import translations
from tasks.live import after_reading
from tasks.wording.texts import Texts
from worker.cipher import Cipher
from worker.memory import release
from worker.nudge import Nudger
from worker.settings import Settings
from worker.tokens import Tokens


class Runtime:
    """The parts of a process. What not every process needs is made on first use."""

    def __init__(self, settings: Settings, *, pool_size: int = 5) -> None:
        after_reading(release)
        self.settings = settings
        self.db: Database = connect(settings.database_url, pool_size=pool_size)

    @cached_property
    def texts(self) -> Texts:
        """Templates and catalogues of messages."""
        return Texts.load(self.settings.language, entrance=self.settings.entrance)

    @cached_property
    def cipher(self) -> Cipher:
        """Opens sealed mobile numbers."""
        return Cipher(self.settings.secret_key)

    @cached_property
    def tokens(self) -> Tokens:
        """Signs links."""
        return Tokens(self.settings.secret_key, base_url=self.settings.base_url)

    @cached_property
    def nudger(self) -> Nudger:
        """Wakes beat."""
        return Nudger(self.settings.redis_url)

    @property
    def gettext(self) -> Gettext:
        """Words of this installation's language."""
        return translations(self.settings.language).gettext

    def close(self) -> None:
        """Let go of database and Redis."""
        if "nudger" in self.__dict__:
            self.nudger.close()
        self.db.dispose()


_booted: list[Runtime] = []


def boot(settings: Settings | None = None) -> Runtime:
    """This process's runtime; the first call makes it, with `settings` or those of the environment."""
    if not _booted:
        found = settings or Settings.load()
        found.prepare()
        _booted.append(Runtime(found))
    return _booted[0]


# A child must not use its parent's connections.
os.register_at_fork(after_in_child=_booted.clear)
