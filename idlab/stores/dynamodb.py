"""The store in a DynamoDB table, for any number of resolvers at once; ``conditional`` says why that is exact.

All reads are strongly consistent, all writes transactions, and nothing on the way of a decision scans or asks an index. Where
DynamoDB throttles, botocore asks again with growing pauses; a transaction that was throttled in parts is sent again here. One
that is cancelled since others write the same items, or since an item is not as expected, is a ``Conflict``: its step is done
again. Botocore gives each transaction a token, so that one whose answer was lost on the way is not done twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from random import uniform
from time import sleep
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from idlab.errors import BadInput, Conflict, MissingExtra, StoreFailure
from idlab.stores.commit_plan import ANY, Operation
from idlab.stores.conditional import ConditionalStore
from idlab.stores.failing import raise_alone
from idlab.stores.items import Item, Place
from idlab.stores.urls import parted

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ModuleNotFoundError as absent:
    feature = "a store on DynamoDB"
    raise MissingExtra(feature, "dynamodb") from absent

_WRITES_ITEMS = logging.getLogger("botocore")
"""Writes every item at the level DEBUG: only who asks it by its name gets that."""
if _WRITES_ITEMS.level == logging.NOTSET:
    _WRITES_ITEMS.setLevel(logging.INFO)

_PARTITION, _NAME = "pk", "sk"
_OPTIONS = ("endpoint", "region")
_TRIES = 8
"""How often a transaction is sent that is throttled in parts, or a batch of which some is left over."""
_PAUSE = 0.025
"""Seconds before the first of these again; twice as many before each one more."""
_SETTINGS = Config(
    retries={"mode": "legacy", "max_attempts": 9},  # of DynamoDB: 50 ms before the first again, then doubled
    connect_timeout=5,
    read_timeout=10,
)


class DynamoDBStore(ConditionalStore):
    """Identities in a DynamoDB table; made, billed by request, if there is none.

    Args:
        url: ``dynamodb://TABLE``, with ``?region=...`` and ``&endpoint=...`` where the environment does not say them.
            Credentials are where botocore looks for them.

    Raises:
        BadInput: If the URL is none, or the table holds something else or is of a newer version.
        StoreFailure: If DynamoDB cannot be reached.
    """

    def __init__(self, url: str) -> None:
        super().__init__(DynamoDBTable(url))


def open_at(url: str) -> DynamoDBStore:
    """The store at a URL."""
    return DynamoDBStore(url)


def is_there(url: str) -> bool:
    """Whether the table of a URL is there."""
    return _described(url) is not None


def remove(url: str) -> None:
    """Remove the table of a URL, with all that it holds."""
    if _described(url) is not None:
        name, options = _parts_of(url)
        with closing(_client(options)) as client, _failing_plainly(f"dynamodb://{name}"):
            client.delete_table(TableName=name)
            client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})


def bytes_held(url: str) -> int | None:
    """How much the table of a URL takes; DynamoDB counts it about every six hours."""
    table = _described(url)
    return None if table is None else int(table.get("TableSizeBytes", 0))


def _described(url: str) -> dict[str, Any] | None:
    """What DynamoDB says of the table of a URL; None if there is none."""
    name, options = _parts_of(url)
    with closing(_client(options)) as client, _failing_plainly(f"dynamodb://{name}"):
        try:
            table: dict[str, Any] = client.describe_table(TableName=name)["Table"]
        except client.exceptions.ResourceNotFoundException:
            return None
        return table


def _client(options: Mapping[str, str]) -> Any:
    return boto3.client(
        "dynamodb",
        region_name=options.get("region"),
        endpoint_url=options.get("endpoint"),
        config=_SETTINGS,
    )


class DynamoDBTable:
    """A table of items in DynamoDB.

    Args:
        url: As of ``DynamoDBStore``.
    """

    most = 100
    most_together = 25  # DynamoDB takes 100 since 2022; what stands in for it in tests takes 25

    def __init__(self, url: str) -> None:
        self._name, options = _parts_of(url)
        self.where = f"dynamodb://{self._name}"
        with self._failing_plainly():
            self.client = _client(options)
            self._make()

    def find(self, places: Sequence[Place]) -> dict[Place, Item | None]:
        """The items at these places as they are now, each by itself."""
        found: dict[Place, Item | None] = dict.fromkeys(places)
        with self._failing_plainly():
            for start in range(0, len(places), self.most):
                keys = [_key(place) for place in places[start : start + self.most]]
                for item in self._find_batch(keys):
                    place, attributes = _read(item)
                    found[place] = attributes
        return found

    def together(self, places: Sequence[Place]) -> dict[Place, Item | None]:
        """The items at up to ``most_together`` places as they are at one moment."""
        asked = [{"Get": {"TableName": self._name, "Key": _key(place)}} for place in places]
        with self._failing_plainly():
            answer = _unthrottled(lambda: self.client.transact_get_items(TransactItems=asked))
        items = [_read(one["Item"])[1] if one.get("Item") else None for one in answer["Responses"]]
        return dict(zip(places, items, strict=True))

    def under(self, partition: str) -> Iterator[tuple[Place, Item]]:
        """The items of a partition as they are now, by name."""
        yield from self._pages(
            self.client.query,
            KeyConditionExpression="#partition = :partition",
            ExpressionAttributeNames={"#partition": _PARTITION},
            ExpressionAttributeValues={":partition": {"S": partition}},
        )

    def every(self, mark: str) -> Iterator[tuple[Place, Item]]:
        """The items of all partitions whose name begins so: a scan of the table."""
        yield from self._pages(
            self.client.scan,
            FilterExpression="begins_with(#partition, :mark)",
            ExpressionAttributeNames={"#partition": _PARTITION},
            ExpressionAttributeValues={":mark": {"S": mark}},
        )

    def write(self, operations: Sequence[Operation]) -> None:
        """Do up to ``most`` operations, all or none."""
        asked = [self._asked(one) for one in operations]
        with self._failing_plainly():
            _unthrottled(lambda: self.client.transact_write_items(TransactItems=asked))

    def kept_apart(self) -> tuple[str, ...]:
        """Backups of the table, as far as the role may ask, and what else AWS may hold."""
        return (
            *(self._backups()),
            "streams, exports, replicas in other regions, and AWS's own copies of the disks",
            "the memory of processes that have the store open, until they end",
        )

    def _backups(self) -> Iterator[str]:
        try:
            told = self.client.describe_continuous_backups(TableName=self._name)[
                "ContinuousBackupsDescription"
            ]
            kept = (
                told.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") == "ENABLED"
            )
            if kept:
                yield "backups of the table of the last 35 days, which DynamoDB keeps for recovery to a point in time"
            if self.client.list_backups(TableName=self._name).get("BackupSummaries"):
                yield "backups of the table that were made on demand"
        except (ClientError, BotoCoreError):
            yield "backups of the table, of which this role may not ask"

    def close(self) -> None:
        """Close every connection."""
        self.client.close()

    def _find_batch(self, keys: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        asked: Mapping[str, Any] = {self._name: {"Keys": keys, "ConsistentRead": True}}
        for tried in range(_TRIES):
            answer = self.client.batch_get_item(RequestItems=asked)
            yield from answer["Responses"].get(self._name, ())
            asked = answer.get("UnprocessedKeys") or {}
            if not asked:
                return
            _pause(tried)
        raise StoreFailure(_THROTTLED, where=self.where, hint=_HINTS["ThrottlingException"])

    def _pages(self, ask: Callable[..., Any], **question: Any) -> Iterator[tuple[Place, Item]]:
        onward: dict[str, Any] = {}
        while True:
            with self._failing_plainly():
                answer = ask(TableName=self._name, ConsistentRead=True, **question, **onward)
            yield from map(_read, answer["Items"])
            if not answer.get("LastEvaluatedKey"):
                return
            onward = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _asked(self, operation: Operation) -> dict[str, Any]:
        """An operation in DynamoDB's words."""
        place, kind, item, expected = operation
        asked: dict[str, Any] = {"TableName": self._name}
        if kind == "put":
            asked["Item"] = _key(place) | {name: _written(value) for name, value in (item or {}).items()}
        else:
            asked["Key"] = _key(place)
        if expected is None:
            asked["ConditionExpression"] = "attribute_not_exists(#version)"
        elif expected != ANY:
            asked["ConditionExpression"] = "#version = :version"
            asked["ExpressionAttributeValues"] = {":version": _written(expected)}
        if "ConditionExpression" in asked:
            asked["ExpressionAttributeNames"] = {"#version": "version"}
        return {_WORDS[kind]: asked}

    def _make(self) -> None:
        """Make the table, if there is none; refuse one that has other keys."""
        try:
            found = self.client.describe_table(TableName=self._name)["Table"]
        except self.client.exceptions.ResourceNotFoundException:
            self._create()
            return
        keys = [one["AttributeName"] for one in found["KeySchema"]]
        if keys != [_PARTITION, _NAME]:
            raise BadInput(
                "this table is no store of idlab's", where=self.where, hint="name one that does not exist yet"
            )
        self.client.get_waiter("table_exists").wait(TableName=self._name)

    def _create(self) -> None:
        keys = [(_PARTITION, "HASH"), (_NAME, "RANGE")]
        with suppress(self.client.exceptions.ResourceInUseException):  # somebody else is making it
            self.client.create_table(
                TableName=self._name,
                KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
                BillingMode="PAY_PER_REQUEST",
            )
        self.client.get_waiter("table_exists").wait(TableName=self._name, WaiterConfig={"Delay": 1})

    def _failing_plainly(self) -> AbstractContextManager[None]:
        return _failing_plainly(self.where)


@contextmanager
def _failing_plainly(where: str) -> Iterator[None]:
    """Tell DynamoDB's failures in a line that holds no data."""
    try:
        yield
    except ClientError as failure:
        code = failure.response.get("Error", {}).get("Code", "an error")
        if code in _CONFLICTS or _reasons(failure) & _CONFLICTS:
            what = "another step changed or is changing what was read"
            raise_alone(Conflict(what, where=where, hint="do it again"))
        what = _THROTTLED if code in _THROTTLING or _reasons(failure) else f"DynamoDB says {code}"
        raise_alone(StoreFailure(what, where=where, hint=_HINTS.get(code, _HINT)))
    except BotoCoreError as failure:
        name = type(failure).__name__
        hint = _HINTS.get(name, _HINT)
        raise_alone(StoreFailure(f"DynamoDB cannot be asked ({name})", where=where, hint=hint))


_WORDS = {"put": "Put", "delete": "Delete", "check": "ConditionCheck"}
_CONFLICTS = {"ConditionalCheckFailed", "TransactionConflict", "TransactionConflictException"}
_THROTTLING = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
}
"""How DynamoDB says that it is asked too much: the first three of requests, the others of parts of a transaction."""
_THROTTLED = "DynamoDB throttles this table"
_HINT = "see the table and its permissions; send the entry again, for nothing is done twice"
_HINTS = {
    "ThrottlingException": "give the table more throughput, or ask less of it; send the entry again",
    "ValidationException": "an item or a commit may have grown past what DynamoDB takes: 400 kB and 4 MB",
    "ResourceNotFoundException": "the table is gone: restore it from a backup",
    "AccessDeniedException": "let the role read, write and describe the table",
    "UnrecognizedClientException": "check the credentials",
    "NoCredentialsError": "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "NoRegionError": "add ?region=... to the URL of the store, or set AWS_DEFAULT_REGION",
    "EndpointConnectionError": "check the endpoint and the network; send the entry again",
}
"""What to do about some errors, by their code or class."""


def _parts_of(url: str) -> tuple[str, dict[str, str]]:
    """The table's name and the options of a store's URL."""
    url, generation = parted(url)
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = [name for name in options if name not in _OPTIONS]
    if not parts.netloc or parts.path not in {"", "/"} or unknown:
        what = f"this is no DynamoDB URL{f': unknown option {unknown[0]!r}' if unknown else ''}"
        hint = "write it as dynamodb://TABLE?region=REGION&endpoint=URL, the options where they are needed"
        raise BadInput(what, where="store URL", hint=hint)
    return parts.netloc if generation in {None, 1} else f"{parts.netloc}-{generation}", options


def _unthrottled(ask: Callable[[], Any]) -> Any:
    """Send a transaction, and again with growing pauses where parts of it were throttled."""
    for tried in range(_TRIES - 1):
        try:
            return ask()
        except ClientError as failure:
            if not _reasons(failure) or not _reasons(failure) <= _THROTTLING:
                raise
            _pause(tried)
    return ask()


def _reasons(failure: Any) -> set[str]:
    """Why parts of a transaction were cancelled."""
    reasons = failure.response.get("CancellationReasons", ())
    return {one["Code"] for one in reasons if one.get("Code", "None") != "None"}


def _pause(tried: int) -> None:
    sleep(uniform(0.5, 1.0) * _PAUSE * 2**tried)  # noqa: S311 - who waits how long is no secret


def _key(place: Place) -> dict[str, Any]:
    return {_PARTITION: {"S": place[0]}, _NAME: {"S": place[1]}}


def _written(value: str | int) -> dict[str, str]:
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def _read(item: dict[str, Any]) -> tuple[Place, Item]:
    values: dict[str, Any] = {
        name: int(value["N"]) if "N" in value else value["S"] for name, value in item.items()
    }
    return (values.pop(_PARTITION), values.pop(_NAME)), values
