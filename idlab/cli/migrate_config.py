"""``idlab migrate-config``: a live store switched to another config, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idlab.cli.opened import StoreUrl, must_be_there
from idlab.cli.options import AsJson, scoring_config
from idlab.cli.showing import Progress, progress, remark, show, show_json, taking
from idlab.errors import BadInput
from idlab.stores.urls import without_password

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idlab.stores.kept import LogEntry
    from idlab.switch.results import Foreseen, Moved

_BETWEEN_REPORTS = 50
_SHOWN = 20
_FEW = 5


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command(
        "migrate-config",
        epilog="Example: idlab migrate-config --store sqlite:///id.db --to bundle.json --dry-run",
    )(migrate_config)


def migrate_config(
    store: StoreUrl,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FILE", help="The config or bundle to switch to; a bundle is verified first."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what --to would come to; it is tried in memory.")
    ] = False,
    shadow: Annotated[
        bool,
        typer.Option("--shadow", help="Fill a generation under --to for resolve --shadow-store; no switch."),
    ] = False,
    back: Annotated[
        bool,
        typer.Option("--back", help="Go back to the config that served before, with all that came since."),
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Remove every generation but the one that serves.")
    ] = False,
    drop_answers: Annotated[
        bool, typer.Option("--drop-answers", help="Switch, though answers of people cannot be carried over.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Re-key and re-decide what a store holds under another config, while it serves, then switch; or go back.

    It can be broken off at any time: the store serves as before, and the same command goes on where it was.
    """
    from idlab.switch.filling import AnswersLost
    from idlab.switch.moving import Moving

    _check_options(to, dry_run=dry_run, shadow=shadow, back=back, forget=forget)
    must_be_there(store)
    try:
        with progress() as doing:
            moving = Moving(store, _Reports(doing))
            if forget:
                gone = moving.forget()
                said: Foreseen | Moved | None = None
            elif to is None:
                said = moving.back(drop_answers=drop_answers)
            elif dry_run:
                said = moving.foresee(scoring_config(to))
            elif shadow:
                filled = moving.beside(scoring_config(to))
                said = filled._replace(shadow=filled.shadow and without_password(filled.shadow))
            else:
                said = moving.to(scoring_config(to), drop_answers=drop_answers)
    except AnswersLost as refused:
        _tell_lost(refused.lost, json=json)
        remark(f"idlab: {refused}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        remark("idlab: the store serves as before; the same command goes on from here")
        raise typer.Abort from None
    if said is None:
        show_json({"forgotten": gone}) if json else show(f"generations removed: {_listed(gone)}")
    elif json:
        show_json(said.document())
    else:
        show("\n".join(_lines(said)))


def _check_options(to: Path | None, *, dry_run: bool, shadow: bool, back: bool, forget: bool) -> None:
    """Refuses options that say nothing, or several things.

    Raises:
        BadInput: Naming them.
    """
    if (to is not None) + back + forget != 1:
        hint = "name one of --to FILE, --back and --forget"
        raise BadInput("it is not clear what to do", where="migrate-config", hint=hint)
    if (dry_run or shadow) and to is None:
        raise BadInput(
            "there is no config to try", where="--dry-run, --shadow", hint="name one with --to FILE"
        )
    if dry_run and shadow:
        raise BadInput("a dry run fills no generation", where="--shadow", hint="leave one of both out")


class _Reports:
    """Shows now and then how far it is."""

    def __init__(self, doing: Progress) -> None:
        self._doing, self._calls = doing, 0

    def __call__(self, doing: str, done: int, total: int) -> None:
        self._calls += 1
        if self._calls % _BETWEEN_REPORTS == 0:
            self._doing.told(doing, done, total)


def _lines(said: Foreseen | Moved) -> list[str]:
    """What came of it, what to do next, and then the rest."""
    from idlab.switch.results import Moved

    first = _moved_lines(said) if isinstance(said, Moved) else _foreseen_lines(said)
    return [*first, f"carried over: {_counted(said.counts)}", *_lost_lines(said.lost)]


def _moved_lines(said: Moved) -> list[str]:
    config = said.config_digest[:12]
    if said.shadow is not None:
        return [
            f"config {config}: filled beside, not switched: {said.shadow}",
            "next: idlab resolve with --shadow-store and this URL (its password put back), then idlab shadow on the log",
        ]
    switched = f"switched from generation {said.former} to {said.serving}"
    lines = [
        f"config {config}: {switched} (links and items have new short numbers)",
        "next: start resolvers with this config, for those with the former one are refused from now on; then idlab check",
        "if all is well, --forget frees the disk of the former generation; if not, --back returns to it",
    ]
    if said.forgotten:
        lines.append(f"generations removed: {_listed(said.forgotten)}")
    if said.left:
        lines.append(f"somebody was erased meanwhile, and bytes may be left in {'; '.join(said.left)}")
    return lines


def _foreseen_lines(said: Foreseen) -> list[str]:
    made = said.difference
    disk = "" if said.bytes_needed is None else f" and {said.bytes_needed / 2**20:,.0f} MiB more disk"
    refused = ", and is refused without --drop-answers" if said.lost else ""
    lines = [
        f"tried: config {said.config_digest[:12]}; nothing was switched",
        f"identities: {made.stay:,} stay, {len(made.divided):,} are divided, {len(made.united):,} unite several",
        f"pending links: {len(made.opened):,} open anew, {len(made.closed):,} are open no more",
        f"next: the same without --dry-run takes about {taking(said.seconds)}{disk}, while the store serves{refused}",
    ]
    for what, found in (("divided", made.divided), ("united", made.united)):
        lines += [f"  {what}: {customer}" for customer in found[:_FEW]]
    if said.lost_values:
        lost = ", ".join(f"{count:,} of {field}" for field, count in said.lost_values.items())
        lines.append(f"values that the config has no use for: {lost}")
    if said.new_fields:
        lines.append(f"fields of which nothing is held yet: {', '.join(said.new_fields)}")
    lines.append("what the former config could not use was never held, and cannot be used now")
    return lines


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in counts.items()) or "nothing"


def _lost_lines(lost: Sequence[LogEntry]) -> list[str]:
    from idlab.switch.filling import named_in
    from idlab.switch.holding import SAID

    if not lost:
        return []
    said = [f"  {SAID[one.kind]}: {named_in(one)}, by {one.by or 'somebody'}" for one in lost[:_SHOWN]]
    more = [f"  and {len(lost) - _SHOWN} more; --json names all"] if len(lost) > _SHOWN else []
    return [f"answers that cannot be carried over: {len(lost)}", *said, *more]


def _tell_lost(lost: Sequence[LogEntry], *, json: bool) -> None:
    from idlab.switch.results import lost_document

    if json:
        show_json({"switched": False, "lost": list(map(lost_document, lost))})
    else:
        show("\n".join(_lost_lines(lost)))


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "none"
