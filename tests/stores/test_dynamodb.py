"""The store on DynamoDB keeps the contract of a store, through moto's server: one writer, for it loses writes of several."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from benchmarks.faults.injecting import Answered
from idlab.checking import check
from idlab.errors import BadInput, Conflict, StoreFailure
from idlab.stores import conditional, dynamodb, open_store
from idlab.stores.base import Changes, KeyState, Store
from idlab.stores.conditional import ConditionalStore
from idlab.stores.dynamodb import DynamoDBStore
from idlab.stores.items import HEAD
from idlab.testing.states import KEY, decision, handled, identity, members, put
from idlab.testing.store_contract import StoreContract
from tests.parity.engines import run_online, run_oracle
from tests.parity.runs import seeded_world

pytestmark = pytest.mark.slow
_TABLES = count()


@pytest.fixture
def url(dynamodb: str) -> str:
    """The URL of a table that does not exist yet."""
    return f"dynamodb://idlab-{next(_TABLES)}?region=eu-west-1&endpoint={dynamodb}"


@pytest.fixture
def store(url: str) -> Iterator[DynamoDBStore]:
    store = open_store(url)
    assert isinstance(store, DynamoDBStore)
    yield store
    store.close()


class TestDynamoDBStore(StoreContract):
    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        self.url = url
        store = open_store(url)
        yield store
        store.close()

    def opened_again(self, store: Store) -> Store:
        store.close()
        return open_store(self.url)


@pytest.mark.parametrize("seed", [1003, 1007])
def test_it_decides_as_the_store_in_memory(seed: int, store: DynamoDBStore) -> None:
    world = seeded_world(seed)
    entries, _, _ = run_oracle(world.config, world.moves)
    assert run_online(world.config, entries, store) == run_online(world.config, entries)
    with store.reading() as rows:
        report = check(rows)
    assert (report.failing, report.not_decided_again) == ([], None)


def test_a_step_that_looked_too_early_gives_up(url: str, store: DynamoDBStore) -> None:
    other = open_store(url)
    put(store, handled("a"))

    def look_then_write() -> None:
        with store.step([]) as transaction:
            assert transaction.identity("a") == identity("a", 1)
            put(other, Changes(identities=[identity("a", 1)._replace(names=7)]))
            transaction.put(Changes(keys=[(KEY, KeyState(("a",), 1))]))

    with pytest.raises(Conflict):
        look_then_write()
    other.close()


def test_what_is_more_than_a_transaction_takes_is_written_wholly(store: DynamoDBStore) -> None:
    """By a table that takes less, for moto copies it once for each item of a transaction."""
    store._table.most = 8
    names = [f"n{number:02}" for number in range(14)]
    put(store, handled(*names))
    absorbed = [(name, names[0]) for name in names[1:]]
    put(store, Changes(absorbed=absorbed, identities=[identity(names[0], 1)]))
    assert members(store, names[0]) == names
    moved = [(name, names[number % 2]) for number, name in enumerate(names)]
    put(store, Changes(moved=moved, identities=[identity(names[0], 1), identity(names[1], 2)]))
    assert members(store, names[0]) == names[::2]
    assert members(store, names[1]) == names[1::2]
    assert not list(store._table.every("journal#"))


def test_a_text_that_no_encoding_takes_is_kept(store: DynamoDBStore) -> None:
    for name in ("a\x00b", "a\ud800b"):
        put(store, handled(name))
        assert store.identity_of(name) is not None
        with store.step() as transaction:
            assert transaction.decision(name) == decision(name)


def answering(store: DynamoDBStore, fault: str, times: int, asked: str = "*") -> Callable[[], int]:
    """Let a store's first requests be answered by a fault; returns what tells how often that was."""
    answered = 0

    def answer(**_: Any) -> Answered | None:
        nonlocal answered
        if answered >= times:
            return None
        answered += 1
        return Answered(fault)

    store._table.client.meta.events.register(f"before-send.dynamodb.{asked}", answer)
    return lambda: answered


@pytest.mark.parametrize("fault", ["throttled request", "cancelled: throttled"])
def test_what_is_throttled_is_sent_again(
    fault: str, store: DynamoDBStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamodb, "_PAUSE", 0.001)
    answered = answering(store, fault, 3, "TransactWriteItems")
    put(store, handled("a"))
    assert answered() == 3
    assert store.identity_of("a") is not None


def test_what_is_throttled_for_ever_is_told(store: DynamoDBStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb, "_PAUSE", 0.0001)
    answering(store, "cancelled: throttled", 10_000, "TransactWriteItems")
    with pytest.raises(StoreFailure, match="throttles") as failure:
        put(store, handled("a"))
    assert failure.value.__cause__ is None
    assert not isinstance(failure.value, Conflict)


@pytest.mark.parametrize("fault", ["cancelled: condition failed", "cancelled: conflict"])
def test_a_cancelled_commit_is_a_conflict(fault: str, store: DynamoDBStore) -> None:
    def write_beside() -> None:
        with store.step([]) as transaction:
            transaction.draw()
            answering(store, fault, 1, "TransactWriteItems")
            transaction.put(handled("a"))

    with pytest.raises(Conflict):
        write_beside()
    assert store.identity_of("a") is None


def test_a_newer_schema_is_refused(url: str, store: DynamoDBStore) -> None:
    head = store._table.find([HEAD])[HEAD]
    assert head is not None
    store._table.client.update_item(
        TableName=store._table._name,
        Key={"pk": {"S": HEAD[0]}, "sk": {"S": HEAD[1]}},
        UpdateExpression="SET #schema = :newer",
        ExpressionAttributeNames={"#schema": "schema"},
        ExpressionAttributeValues={":newer": {"N": "99"}},
    )
    with pytest.raises(BadInput, match=r"schema version 99.*newer idlab"):
        open_store(url)
    with pytest.raises(StoreFailure, match="newer schema version"):
        put(store, handled("a"))


def test_an_older_schema_is_migrated(url: str, store: DynamoDBStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, handled("a"))
    migrated = []
    monkeypatch.setattr(conditional, "MIGRATIONS", (*conditional.MIGRATIONS, migrated.append))
    newer = open_store(url)
    assert isinstance(newer, ConditionalStore)
    assert migrated == [newer._table]
    assert newer.identity_of("a") is not None
    head = newer._table.find([HEAD])[HEAD]
    assert head is not None and head["schema"] == 2 and "alone" not in head
    open_store(url).close()
    assert len(migrated) == 1
    newer.close()


def test_another_table_is_refused_and_left_alone(url: str, store: DynamoDBStore) -> None:
    def make(name: str, keys: list[str]) -> str:
        store._table.client.create_table(
            TableName=name,
            KeySchema=[
                {"AttributeName": key, "KeyType": kind}
                for key, kind in zip(keys, ["HASH", "RANGE"], strict=False)
            ],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        return url.replace(store._table._name, name)

    with pytest.raises(BadInput, match="no store of idlab's"):
        open_store(make("theirs", ["customer"]))
    alike = make("theirs-alike", ["pk", "sk"])
    theirs = {"pk": {"S": "customer"}, "sk": {"S": "1"}}
    store._table.client.put_item(TableName="theirs-alike", Item=theirs)
    with pytest.raises(BadInput, match="no store of idlab's"):
        open_store(alike)
    assert store._table.client.scan(TableName="theirs-alike")["Items"] == [theirs]


def test_a_service_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb, "_SETTINGS", dynamodb.Config(retries={"max_attempts": 0}))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
    with pytest.raises(StoreFailure, match=r"dynamodb://none.*EndpointConnectionError") as failure:
        open_store("dynamodb://none?region=eu-west-1&endpoint=http://127.0.0.1:1")
    assert "hunter2" not in str(failure.value)
    assert failure.value.__cause__ is None


@pytest.mark.parametrize("wrong", ["dynamodb://", "dynamodb://table/more", "dynamodb://table?colour=blue"])
def test_a_wrong_url_is_refused(wrong: str) -> None:
    with pytest.raises(BadInput, match=r"dynamodb://TABLE\?region"):
        open_store(wrong)
