"""An office whose providers answer as a test says."""

from typing import Any

import pytest
from post import Post


@pytest.fixture
def post(world: Any, local_time: Any) -> Post:
    return Post(world, local_time)
