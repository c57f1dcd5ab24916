"""Small bugs in meaning, each of which the parity test must notice."""

from __future__ import annotations

from tests.parity.planted import ONLINE, REPLAY, Bug

BUGS = (
    # comparison and weight
    Bug(
        "jaro_winkler must exceed its cut-off", "core.compare:holds", ") >= rules.cutoff", ") > rules.cutoff"
    ),
    Bug(
        "a distance beyond the cut-off by one is taken",
        "core.compare:holds",
        "<= rules.number",
        "<= 1 + rules.number",
    ),
    Bug(
        "nothing is ever stale",
        "core.compare:equal_enough",
        "return age > rules.number[part]",
        "return False",
    ),
    Bug("a shared identifier is not lessened", "core.compare:equal_enough", "or shared > 0", "or False"),
    Bug(
        "dates must be less than so many days apart",
        "core.compare:holds",
        "<= rules.cutoff",
        "< rules.cutoff",
    ),
    Bug(
        "the smallest contribution of a level counts",
        "core.compare:agreement",
        "earned > con",
        "earned < con",
    ),
    Bug(
        "the first value is kept for the latest",
        "core.compare:only_kept",
        "] > profiles.latest",
        "] < profiles.latest",
    ),
    Bug(
        "nicknames agree whatever the last names",
        "core.compare:nicknames_agree",
        "left_last != right_last and",
        "False and",
    ),
    Bug(
        "a whole is a part of itself",
        "core.compare:is_proper_part",
        "left_end - left == right_end - right or ",
        "",
    ),
    Bug(
        "term frequencies are left out",
        "core.compare:contribution_of",
        "if rules.term[place] != MISSING",
        "if False",
    ),
    Bug(
        "fields that were not compared weigh in",
        "core.weigh:weigh",
        "        candidates.contribution[place] = 0.0\n",
        "        compared += rules.field_weight[field]\n",
    ),
    # decision
    Bug(
        "merge_at must be exceeded", "core.decide:decide_on_top", "] < rules.merge_at", "] <= rules.merge_at"
    ),
    Bug(
        "pending_at must be exceeded",
        "core.decide:rank",
        "] < world.rules.pending_at",
        "] <= world.rules.pending_at",
    ),
    Bug(
        "of two equal candidates the younger ranks first", "core.decide:outranks", "] < serial", "] > serial"
    ),
    Bug("the margin is ignored", "core.decide:gather_targets", "- world.rules.margin", "- 1000.0"),
    Bug(
        "contradictions are ignored",
        "core.decide:why_not_united",
        "if contradict(",
        "if False and contradict(",
    ),
    Bug(
        "cannot-links are ignored",
        "core.decide:why_not_united",
        "if are_cannot_link(",
        "if False and are_cannot_link(",
    ),
    Bug(
        "unions may have any number of names",
        "core.decide:why_not_united",
        "if too_many_together(",
        "if False and too_many_together(",
    ),
    Bug("ambiguous ones are united", "core.decide:is_ambiguous", "> 1", "> 9"),
    Bug("one that waits for the top is its rival", "core.decide:waits_for_a_member", "> 0\n", "> 2\n"),
    Bug(
        "a provisional identity is never joined",
        "core.decide:provisional_to_join",
        "return other",
        "return MISSING",
    ),
    Bug("the joined identity is a target", "core.decide:decide_to_pend", "!= join", "!= MISSING"),
    Bug(
        "links are cut one too late",
        "core.decide:decide_to_pend",
        "> world.rules.max_links:",
        "> world.rules.max_links + 1:",
    ),
    Bug("top_wins is ignored", "core.decide:decide", "rules.top_wins != 0", "rules.top_wins == 2"),
    Bug("oldest is ignored", "core.decide:decide_on_top", "rules.on_rivals != OLDEST", "True"),
    Bug(
        "a member of the union is the runner-up",
        "core.decide:runner_up",
        "world.candidates.united[slot] == 0",
        "True",
    ),
    Bug(
        "a candidate left over may have any weight",
        "core.step:link_left_overs",
        ">= world.rules.merge_at",
        ">= 1000.0",
    ),
    # guards
    Bug(
        "flagged at the limit",
        "core.names:flagged",
        "names > world.rules.max_names and names > limit_of",
        "names >= limit_of",
    ),
    Bug(
        "names must be seen once more to count",
        "core.names:count_gathered",
        "] < world.rules",
        "] <= world.rules",
    ),
    Bug(
        "shared one name too late",
        "core.names:count_name_of_identifier",
        "size) > rules.max_identifier_names",
        "size) > 1 + rules.max_identifier_names",
    ),
    Bug(
        "every record over the limit is turned away",
        "core.names:would_exceed",
        " and distinct > world.identities.names[identity]",
        "",
    ),
    Bug(
        "an allowance is forgotten",
        "core.names:limit_of",
        "max(world.rules.max_names, world.identities.allowance[identity])",
        "world.rules.max_names",
    ),
    Bug(
        "a union's names are counted in the order gathered",
        "core.names:sort_gathered",
        "range(1, size)",
        "range(size, size)",
    ),
    Bug(
        "provisional for ever",
        "core.identities:settle",
        "provisional[identity] = 0",
        "provisional[identity] = 1",
    ),
    # unions, links, review items
    Bug(
        "of two links the newest stays",
        "core.identities:close_needless_links",
        "first, second = min(stamp[other], link), max(stamp[other], link)",
        "second, first = min(stamp[other], link), max(stamp[other], link)",
    ),
    Bug(
        "an accepted link is superseded",
        "core.identities:close_needless_links",
        "ACCEPTED if link == accepted else SUPERSEDED",
        "SUPERSEDED",
    ),
    Bug(
        "a union forgets an objection",
        "core.identities:unite",
        "max(identities.objected[kept]",
        "min(identities.objected[kept]",
    ),
    Bug(
        "a union forgets an allowance",
        "core.identities:unite",
        "max(identities.allowance[kept]",
        "min(identities.allowance[kept]",
    ),
    Bug(
        "a union is provisional if one was",
        "core.identities:unite",
        "min(identities.provisional[kept]",
        "max(identities.provisional[kept]",
    ),
    Bug("a value seen twice is counted once", "core.profiles:take_in", "profiles.count[entry] += 1", "pass"),
    Bug("last seen is when last handled", "core.profiles:take_in", "max(profiles.last[entry], now)", "now"),
    Bug(
        "a union forgets when a value was last seen",
        "core.profiles:fold",
        "max(profiles.last[kept], profiles.last[gone])",
        "profiles.last[kept]",
    ),
    # actions
    Bug("decline sets no cannot-link", "core.act:turn_down", "if verdict == DECLINED", "if verdict == OPEN"),
    Bug("expire sets a cannot-link", "core.act:turn_down", "if verdict == DECLINED", "if verdict != OPEN"),
    Bug("accept opens no review item", "core.act:accept", "review_if_flagged(world, root)", "pass"),
    Bug("split sets no cannot-link", "core.act:split", "    forbid(world, stays, goes)\n", ""),
    Bug(
        "split forgets cannot-links", "core.act:split", "hand_out_cannot(world, cannot, stays, goes)", "pass"
    ),
    Bug(
        "split forgets an objection",
        "core.act:split",
        "identities.objected[goes] = objected",
        "identities.objected[goes] = 0",
    ),
    Bug(
        "clear allows one name more",
        "core.act:close",
        "= world.identities.names[identity]",
        "= 1 + world.identities.names[identity]",
    ),
    Bug("erase leaves names counted", "core.act:erase", "uncount_names(world, members[k])", "pass"),
    Bug(
        "erase leaves marks",
        "core.names:uncount_names",
        "= marks.known_shared[identifier]",
        "= marks.shared[identifier]",
        (REPLAY,),
    ),
    # the engines' own parts
    Bug(
        "online, provisional identities make a hub",
        "neighbourhood.candidates:identities_under",
        "counted += 1 - world.identities.provisional[node]",
        "counted += 1",
        (ONLINE,),
    ),
    Bug(
        "online, marks of a value that two profiles have are not known",
        "neighbourhood.values:ValueTable.number",
        "elif number in self._unmarked:",
        "elif False:",
        (ONLINE,),
    ),
    Bug(
        "online, who objected is a candidate",
        "neighbourhood.candidates:look_up",
        "if near.world.identities.objected[node] == 0:",
        "if True:",
        (ONLINE,),
    ),
    Bug(
        "online, an erased one is told what was decided",
        "resolver:_again",
        "if not transaction.identity(root).erased",
        "if True",
        (ONLINE,),
    ),
    Bug(
        "online, a split leaves keys as they were",
        "actions:_posted_again",
        "if not state.hub and",
        "if False and",
        (ONLINE,),
    ),
    Bug(
        "online, a key outlives its last holder",
        "actions:_erase",
        "if state.holders > 0 else None",
        "if True else None",
        (ONLINE,),
    ),
    Bug(
        "online, marks are not written",
        "neighbourhood.identifiers:Identifiers.as_kept",
        "is_shared = self._shared[number] != 0 and",
        "is_shared = False and",
        (ONLINE,),
    ),
    Bug(
        "in the replay, provisional identities make a hub",
        "replay.kernel:identities_under",
        "counted += 1 - world.identities.provisional[identity]",
        "counted += 1",
        (REPLAY,),
    ),
    Bug(
        "in the replay, who objected is a candidate",
        "replay.kernel:look_up",
        " and world.identities.objected[identity] == 0",
        "",
        (REPLAY,),
    ),
    Bug(
        "in the replay, an erased one is told what was decided",
        "replay.kernel:handle_interaction",
        "ERASED if",
        "results.outcome[i] if",
        (REPLAY,),
    ),
    Bug(
        "in the replay, a split leaves keys as they were",
        "replay.kernel:handle_split",
        "        post(index, i)\n",
        "",
        (REPLAY,),
    ),
    Bug(
        "in the replay, a hub outlives its last holder",
        "replay.kernel:hold_keys",
        "index.hub[key] = 0",
        "pass",
        (REPLAY,),
    ),
    Bug(
        "in the replay, keys that are switched off are used",
        "replay.kernel:look_up",
        " or world.rules.key_on[rule] == 0",
        "",
        (REPLAY,),
    ),
    Bug(
        "in the replay, who shares a counted identifier alone may change places",
        "replay.course:_components",
        ", *columns(record[:, list(tape.counted)])",
        "",
        (REPLAY,),
    ),
    Bug(
        "in the replay, an action may change places with what it is about",
        "replay.course:_components",
        "if len(acting):",
        "if False:",
        (REPLAY,),
    ),
    Bug(
        "in the replay, an answer names a link by the order handled",
        "replay.course:_log_in_course",
        "np.where(joins, _ranked(other, rank), other)",
        "other",
        (REPLAY,),
    ),
    Bug(
        "in the replay, links are listed by components",
        "replay.handled:links_as_handled",
        'np.argsort(left, kind="stable")',
        "np.arange(len(left))",
        (REPLAY,),
    ),
    Bug(
        "in the replay, targets are those of another decision",
        "replay.handled:_targets",
        "start[:-1][interactions]",
        "start[:-1]",
        (REPLAY,),
    ),
    Bug(
        "in the replay, an answer on the second thread names a link of the first",
        "replay.parts:_tape_of",
        "np.where(joins, _moved(other, who.start), other)",
        "other",
        (REPLAY,),
    ),
    Bug(
        "in the replay, review items are listed thread by thread",
        "replay.handled:items_as_handled",
        'np.argsort(opened_at, kind="stable").tolist()',
        "range(len(opened_at))",
        (REPLAY,),
    ),
)
