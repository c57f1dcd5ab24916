"""What uniting, splitting and linking do to history, on worlds put together by hand."""

from __future__ import annotations

from tests.oracle.state import Identity, Record, World


def people(count: int) -> tuple[World, list[Identity]]:
    """A world of identities with two records each."""
    world = World()
    for number in range(count):
        first, second = (Record(number + turn * count, f"{number}.{turn}", 0, (None,)) for turn in (0, 1))
        world.records += [first, second]
        world.open_identity(first, provisional=True).records.append(second)
    return world, world.identities


def test_a_union_inherits_cannot_links_from_both_sides() -> None:
    world, (one, two, three, four) = people(4)
    world.forbid(one, three)
    world.forbid(two, four)
    world.forbid(one, two)
    assert world.unite(two, one) is one
    assert one.cannot == {three, four}
    assert three.cannot == four.cannot == {one}


def test_both_parts_of_a_split_inherit_all_but_the_allowance() -> None:
    world, (one, two) = people(2)
    world.forbid(one, two)
    one.objected, one.allowance = True, 7
    older, younger = world.split(one, [one.root])
    assert younger is one
    assert older.cannot == {two, younger}
    assert younger.cannot == {two, older}
    assert two.cannot == {older, younger}
    for part in (older, younger):
        assert (part.objected, part.provisional, part.allowance) == (True, True, 0)


def test_the_first_of_two_review_items_takes_the_records_of_the_other() -> None:
    world, (one, two, three, four) = people(4)
    first, second = world.review(two), world.review(one)
    first.records.append(four.root)
    second.records.append(three.root)
    world.unite(one, two)
    assert (first.state, second.state) == ("open", "superseded")
    assert (first.records, second.records) == ([three.root, four.root], [])
    assert world.open_item(one) is first


def test_no_second_open_link_and_none_across_a_cannot_link() -> None:
    world, (one, two, three) = people(3)
    assert world.link(one.root, two)
    assert not world.link(two.root, one)
    world.links[0].state = "expired"
    assert world.link(two.root, one)
    world.forbid(one, three)
    assert not world.link(one.root, three)


def test_an_erased_identitys_records_leave_the_items_of_others() -> None:
    world, (one, two, three) = people(3)
    world.review(one).records += [two.root, three.root]
    world.forbid(two, three)
    world.erase(two)
    assert world.items[0].records == [three.root]
    assert three.cannot == set()
    assert world.live() == [one, three]


def test_items_of_one_anchor_are_numbered() -> None:
    world, (one,) = people(1)
    world.review(one).state = "keep_flag"
    assert world.review(one).number == 2
    assert world.review(one) is world.items[1]
