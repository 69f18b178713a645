"""The servers the other tests rely on are real and fresh."""

import redis
from sqlalchemy import create_engine, inspect, text


def test_a_database_is_migrated(database_url: str) -> None:
    engine = create_engine(database_url)
    assert "alembic_version" in inspect(engine).get_table_names()
    engine.dispose()


def test_what_one_test_leaves_the_next_does_not_find(database_url: str) -> None:
    engine = create_engine(database_url)
    assert "left_behind" not in inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (id integer)"))
    engine.dispose()


test_nor_the_one_after = test_what_one_test_leaves_the_next_does_not_find


def test_an_empty_database_has_no_tables(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_redis_evicts_nothing_and_keeps_nothing(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url.replace("redis+socket://", "unix://")) as client:
        assert client.dbsize() == 0
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("save") == {"save": ""}
