// A draw in a second language, from docs/protocol.md §13 alone.
//
//     node tests/protocol/draw/draw.mjs LIST SEED        prints the transcript
//     node tests/protocol/draw/draw.mjs --all FILE       FILE: JSON, [{"list": text, "seed": hex}, …]
//
// Lists must be free of faults (§13.2). Sets of meetings are BigInts, bit i for the meeting at place
// i; rows are arrays. Names and order follow the text; it is made to be compared with it, not to be
// quick.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const NONE = -1;

// §13.1, §13.3: streams, tickets

const utf8 = (text) => Buffer.from(text, "utf8");
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const ticket = (key, kind, id) => sha256(utf8(`verbund draw 1 ${kind}\n`), key, utf8(id));

class Stream {
  constructor(key, purpose) {
    this.prefix = Buffer.concat([utf8("verbund draw 1 stream\n"), key, utf8(purpose), utf8("\n")]);
    this.block = 0n;
    this.words = [];
  }
  word() {
    if (!this.words.length) {
      const number = Buffer.alloc(8);
      number.writeBigUInt64BE(this.block++);
      const block = sha256(this.prefix, number);
      for (let at = 0; at < 32; at += 4) this.words.push(block.readUInt32BE(at));
    }
    return this.words.shift();
  }
  below(n) {
    for (;;) {
      const word = this.word();
      if (word < 2 ** 32 - (2 ** 32 % n)) return word % n;
    }
  }
  shuffled(n) {
    const row = Array.from({ length: n }, (_, at) => at);
    for (let last = n - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [row[last], row[other]] = [row[other], row[last]];
    }
    return row;
  }
}

// Sets and rows

const bit = (number) => 1n << BigInt(number);
const has = (set, number) => number >= 0 && ((set >> BigInt(number)) & 1n) === 1n;
function* ones(set) {
  for (let number = 0; set; number++, set >>= 1n) if (set & 1n) yield number;
}
const first = (set) => ones(set).next().value;
const size = (set) => [...ones(set)].length;
const sum = (row) => row.reduce((all, one) => all + one, 0);
const union = (row) => row.reduce((all, one) => all | one, 0n);
const remove = (row, one) => row.splice(row.indexOf(one), 1);
function compare(one, other) {
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return one[at] < other[at] ? -1 : 1;
  return 0;
}
const byBytes = (one, other) =>
  other.times - one.times || Buffer.compare(one.ticket, other.ticket) || Buffer.compare(utf8(one.id), utf8(other.id));

// §13.2 – §13.5: what follows from list and seed

function instanceOf(text, seed) {
  const list = JSON.parse(text);
  const fingerprint = sha256(utf8(text));
  const key = sha256(utf8("verbund draw 1 key\n"), fingerprint, Buffer.from(seed, "hex"));
  const { meetings, participants } = list;
  const place = new Map(meetings.map((one, at) => [one.id, at]));
  const number = new Map(participants.map((one, at) => [one.id, at]));
  const wishes = participants.map((one) => (one.prefs ?? []).map((id) => place.get(id)));
  const [a, b] = list.share ?? [1, 2];
  const mode = list.mode ?? (list.fam === "rand" || !wishes.some((row) => row.length) ? "random" : "intro");
  const everything = bit(meetings.length) - 1n;
  const own = [];
  const waived = [];
  for (const one of participants) {
    const allowed = one.allowed ? union(one.allowed.map((id) => bit(place.get(id)))) : everything;
    let away = 0n;
    let wished = 0n;
    for (const [name, said] of one.unconfirmed ?? []) {
      const values = Array.isArray(said) ? said : [said];
      const out = allowed & union(meetings.map((row, at) => (values.includes(row[name]) ? 0n : bit(at))));
      if (size(away | out) <= Math.floor((size(allowed) * a) / b)) away |= out;
      else wished |= out;
    }
    own.push(allowed & ~away);
    waived.push(wished & allowed & ~away);
  }
  const max = meetings.map((one) => one.max ?? 1);
  const min = meetings.map((one) => Math.max(one.min ?? 1, 1));
  const parties = new Map();
  participants.forEach((one, at) => {
    const names = typeof one.companion === "string" ? [one.companion] : (one.companion ?? []);
    const people = [...new Set([at, ...names.map((id) => number.get(id))])].sort((x, y) => x - y);
    parties.set(people[0], people);
  });
  const units = [...parties.values()]
    .map((people) => {
      const ids = people.map((at) => participants[at].id);
      const id = ids.sort((x, y) => Buffer.compare(utf8(x), utf8(y)))[0];
      const times = Math.max(...people.map((at) => participants[at].left_out ?? 0));
      return { people, id, times, ticket: ticket(key, "person", id) };
    })
    .sort(byBytes);
  const people = units.map((one) => one.people);
  const unitOf = [];
  people.forEach((row, u) => row.forEach((p) => (unitOf[p] = u)));
  const may = people.map((row) =>
    row.reduce((all, p) => all & own[p], union(max.map((seats, m) => (row.length === 1 || seats >= row.length ? bit(m) : 0n)))),
  );
  const foes = people.map(() => new Set());
  participants.forEach((one, p) =>
    (one.avoid ?? []).forEach((id) => {
      const [here, there] = [unitOf[p], unitOf[number.get(id)]];
      foes[here].add(there);
      foes[there].add(here);
    }),
  );
  const lot = [];
  meetings
    .map((one, at) => ({ at, id: one.id, times: 0, ticket: ticket(key, "meeting", one.id) }))
    .sort(byBytes)
    .forEach((one, at) => (lot[one.at] = at));
  return {
    ...{ list, fingerprint, seed, key, mode, share: [a, b], meetings, participants, number, wishes, own, waived },
    ...{ max, min, people, unitOf, may, lot, everything },
    foes: foes.map((row) => [...row].sort((x, y) => x - y)),
    size: people.map((row) => row.length),
    rank: (p, m) => (wishes[p].indexOf(m) + 1 || wishes[p].length + 1 + (has(waived[p], m) ? 1 : 0)),
  };
}

// §13.6: the board

class Board {
  constructor(known, open) {
    this.known = known;
    this.open = open;
    this.at = known.people.map(() => NONE);
    this.inside = known.max.map(() => []);
    this.count = known.max.map(() => 0);
    this.log = [];
  }
  free(m) {
    return this.known.max[m] - this.count[m];
  }
  get roomy() {
    return union([...ones(this.open)].filter((m) => this.free(m) > 0).map(bit));
  }
  blocked(u) {
    return union(this.known.foes[u].filter((f) => this.at[f] !== NONE).map((f) => bit(this.at[f])));
  }
  plain(u) {
    return this.known.size[u] === 1 && !this.known.foes[u].length;
  }
  move(u, to) {
    const here = this.at[u];
    this.log.push([u, here]);
    if (here !== NONE) {
      remove(this.inside[here], u);
      this.count[here] -= this.known.size[u];
    }
    this.at[u] = to;
    if (to !== NONE) {
      this.inside[to].push(u);
      this.count[to] += this.known.size[u];
    }
  }
  get here() {
    return this.log.length;
  }
  undo(mark) {
    while (this.log.length > mark) {
      const [u, before] = this.log.pop();
      this.move(u, before);
      this.log.pop();
    }
  }
}

// 1. Walks

function walk(board, starts, dead, leave = NONE) {
  const { may, size: people } = board.known;
  const { open, roomy } = board;
  const begun = starts & ~dead & roomy;
  if (begun) return { way: [[NONE, first(begun)]] };
  const begin = leave === NONE ? starts & ~dead : bit(leave);
  const queue = [...ones(begin)];
  const before = new Map();
  let seen = dead | begin;
  let whole = true;
  const add = (u, here, set) => {
    for (const m of ones(set)) {
      seen |= bit(m);
      queue.push(m);
      before.set(m, [u, here]);
    }
  };
  const way = (u, here, to) => {
    const row = [[u, to]];
    while (before.has(here)) {
      const [v, m] = before.get(here);
      row.push([v, here]);
      here = m;
    }
    return { way: [...row, [NONE, here]] };
  };
  for (const here of queue) {
    const plain = board.inside[here].filter((u) => board.plain(u));
    const fresh = union(plain.map((u) => may[u])) & open & ~seen;
    if (fresh & roomy) {
      const to = first(fresh & roomy);
      return way(plain.find((u) => has(may[u], to)), here, to);
    }
    for (const u of plain) add(u, here, may[u] & fresh & ~seen);
    for (const u of board.inside[here].filter((one) => !board.plain(one))) {
      let fresh = may[u] & open & ~seen;
      if (!fresh) continue;
      const blocked = board.blocked(u);
      if (fresh & blocked) whole = false;
      fresh &= ~blocked;
      if (people[u] > 1) {
        whole = false;
        const wide = [...ones(fresh)].find((m) => board.free(m) >= people[u]);
        if (wide !== undefined) return way(u, here, wide);
        continue;
      }
      if (fresh & roomy) return way(u, here, first(fresh & roomy));
      add(u, here, fresh);
    }
  }
  return { seen: seen & ~dead, whole };
}

function follow(board, way, unit) {
  for (const [u, to] of way) {
    if (u !== NONE) board.move(u, to);
    else if (unit !== NONE) board.move(unit, to);
  }
}

// 2. Seats

class Seating {
  constructor(board, stream = null) {
    this.board = board;
    this.stream = stream;
    this.dead = 0n;
  }
  seat(u) {
    const { board } = this;
    const { may, size: people } = board.known;
    const wanted = may[u] & board.open & ~this.dead;
    if (!wanted) return false;
    const beside = wanted & board.blocked(u);
    const starts = wanted & ~beside;
    if (people[u] > 1) return this.party(u, starts) || this.relocate(u, starts, beside);
    if (starts & board.roomy) {
      board.move(u, this.choice(u, starts & board.roomy));
      return true;
    }
    const { way, seen, whole } = walk(board, starts, this.dead);
    if (way) {
      follow(board, way, u);
      return true;
    }
    const beyond = board.open & ~seen & ~this.dead;
    const leaves = () => [...ones(seen)].some((m) => board.inside[m].some((v) => may[v] & beyond));
    if (!beside && (whole || !leaves())) {
      this.dead |= seen;
      return false;
    }
    return this.relocate(u, seen, beside);
  }
  choice(u, set) {
    if (this.stream) return [...ones(set)][this.stream.below(size(set))];
    for (const p of this.board.known.people[u]) {
      const wish = this.board.known.wishes[p].find((m) => has(set, m));
      if (wish !== undefined) return wish;
    }
    return first(set);
  }
  party(u, left) {
    const { board } = this;
    const people = board.known.size[u];
    const wide = union([...ones(left)].filter((m) => board.free(m) >= people).map(bit));
    if (wide) {
      board.move(u, this.choice(u, wide));
      return true;
    }
    while (left) {
      const m = this.choice(u, left);
      const mark = board.here;
      let failed = null;
      while (failed === null && board.free(m) < people) {
        const { way, seen } = walk(board, 0n, this.dead, m);
        if (way) follow(board, way, NONE);
        else failed = seen;
      }
      if (failed === null) {
        board.move(u, m);
        return true;
      }
      board.undo(mark);
      left &= ~(failed | bit(m));
    }
    return false;
  }
  relocate(u, region, beside) {
    const { board } = this;
    const { foes, may } = board.known;
    for (const m of ones(beside)) {
      const there = foes[u].filter((f) => board.at[f] === m);
      if (there.length === 1 && this.swap(u, there[0], m)) return true;
    }
    const beyond = board.open & ~region & ~this.dead;
    let tried = 0;
    for (const m of ones(region))
      for (const v of [...board.inside[m]]) {
        if (board.plain(v) || !(may[v] & beyond)) continue;
        if (++tried === 65) return false;
        if (this.swap(u, v, m)) return true;
      }
    return false;
  }
  swap(u, v, m) {
    const { board } = this;
    const mark = board.here;
    board.move(v, NONE);
    for (const [x, forbidden] of [[u, 0n], [v, bit(m)]]) {
      const starts = board.known.may[x] & board.open & ~this.dead & ~board.blocked(x) & ~forbidden;
      let good;
      if (board.known.size[x] > 1) good = this.party(x, starts);
      else {
        const { way } = walk(board, starts, this.dead);
        good = way !== undefined;
        if (good) follow(board, way, x);
      }
      if (!good) {
        board.undo(mark);
        return false;
      }
    }
    return true;
  }
}

// 3. Minimum sizes

const comers = (known, group) => sum(known.size.filter((_, u) => known.may[u] & group));
function excluding(known, group) {
  const sets = [];
  known.may.forEach((mask, u) => {
    if (size(mask & group) !== 1) return;
    const only = mask & group;
    const joined = sets.find((one) => one.only === only && one.units.every((v) => known.foes[u].includes(v)));
    if (joined) joined.units.push(u);
    else sets.push({ only, units: [u] });
  });
  const lost = (units) => sum(units.map((u) => known.size[u])) - Math.max(...units.map((u) => known.size[u]));
  return sum(sets.map((one) => lost(one.units)));
}
const needed = (known, group) => sum([...ones(group)].map((m) => known.min[m]));
const short = (known, group) => comers(known, group) - excluding(known, group) < needed(known, group);

function comer(board, here, ring, singles) {
  const { may, size: people } = board.known;
  const plain = board.inside[here].find((u) => board.plain(u) && may[u] & ring);
  if (plain !== undefined) return [plain, first(may[plain] & ring)];
  for (const u of board.inside[here]) {
    if (board.plain(u)) continue;
    let fresh = [...ones(may[u] & ring & ~board.blocked(u))];
    if (people[u] > 1) fresh = singles ? [] : fresh.filter((m) => board.free(m) >= people[u]);
    if (fresh.length) return [u, fresh[0]];
  }
  return null;
}

function pull(board, m) {
  const { may, min, size: people } = board.known;
  const before = new Map();
  let group = bit(m);
  let ring = group;
  while (ring) {
    let added = 0n;
    for (const here of ones(board.open & ~group)) {
      if (!board.inside[here].some((u) => may[u] & ring)) continue;
      let found = comer(board, here, ring, false);
      if (!found) continue;
      if (board.count[here] - people[found[0]] >= min[here]) {
        const moves = [found];
        while (moves.at(-1)[1] !== m) moves.push(before.get(moves.at(-1)[1]));
        for (const [u, to] of moves.reverse()) board.move(u, to);
        return null;
      }
      if (people[found[0]] > 1) found = comer(board, here, ring, true);
      if (!found) continue;
      before.set(here, found);
      added |= bit(here);
    }
    group |= added;
    ring = added;
  }
  return group;
}

function widened(board, group) {
  const { known } = board;
  let wider = group;
  for (let fresh = true; fresh; ) {
    fresh = false;
    for (const m of ones(board.open & ~wider)) {
      const held = (u) => known.may[u] & wider && board.count[m] - known.size[u] < known.min[m];
      if (!board.inside[m].some(held)) continue;
      wider |= bit(m);
      fresh = true;
      if (short(known, wider)) return wider;
    }
  }
  return group;
}

function bring(board, u, m) {
  const { known } = board;
  const [here, before, mark] = [board.at[u], board.count[m], board.here];
  const fail = () => {
    board.undo(mark);
    return false;
  };
  board.move(u, m);
  for (const f of known.foes[u]) {
    if (board.at[f] !== m) continue;
    board.move(f, NONE);
    if (known.size[f] > 1) return fail();
    const { way } = walk(board, known.may[f] & board.open & ~bit(m) & ~board.blocked(f), bit(m));
    if (!way) return fail();
    follow(board, way, f);
  }
  while (here !== NONE && board.count[here] < known.min[here]) if (pull(board, here)) return fail();
  return board.count[m] > before || fail();
}

function force(board, m) {
  const { may, size: people } = board.known;
  return may.some(
    (mask, u) =>
      !board.plain(u) && has(mask, m) && board.at[u] !== m && board.free(m) >= people[u] && bring(board, u, m),
  );
}

function fill(board, only = board.known.everything) {
  const { known } = board;
  const stuck = [];
  let failed = 0n;
  const lacking = [...ones(board.open)].filter((m) => board.count[m] < known.min[m]);
  for (const m of lacking.sort((x, y) => known.lot[x] - known.lot[y])) {
    if (!has(only, m) || has(failed, m)) continue;
    while (board.count[m] < known.min[m]) {
      let group = pull(board, m);
      if (!group) continue;
      if (!short(known, group)) {
        group = widened(board, group);
        if (!short(known, group) && force(board, m)) continue;
      }
      stuck.push([m, group]);
      failed |= group;
      break;
    }
  }
  return stuck;
}

function close(seating, m, group) {
  const { board } = seating;
  const out = [...board.inside[m]].sort((x, y) => x - y);
  for (const u of out) board.move(u, NONE);
  board.open &= ~bit(m);
  const left = out.filter((u) => !seating.seat(u));
  const stuck = fill(board, group & board.open);
  return sum(left.map((u) => board.known.size[u])) + sum(stuck.map(([x]) => board.count[x]));
}

function closeOne(seating, group) {
  const { board } = seating;
  const { lot, wishes } = board.known;
  const wished = (m) => wishes.filter((row) => row.includes(m)).length;
  const rows = [...ones(group)].map((m) => [wished(m), -lot[m], m]).sort(compare).slice(0, 12);
  let chosen = rows[0].at(-1);
  if (rows.length > 1) {
    const tried = rows.map(([times, worst, m]) => {
      const [mark, dead] = [board.here, seating.dead];
      const lost = close(seating, m, group);
      board.open |= bit(m);
      board.undo(mark);
      seating.dead = dead;
      return [lost, times, worst, m];
    });
    chosen = tried.sort(compare)[0].at(-1);
  }
  close(seating, chosen, group);
  return chosen;
}

function settle(known) {
  const hopeless = (m) => {
    const count = comers(known, bit(m));
    return count < known.min[m] || (count < 2 * known.min[m] && short(known, bit(m)));
  };
  const stream = known.mode === "random" ? new Stream(known.key, "seats") : null;
  const closings = [...ones(known.everything)].filter(hopeless).map((m) => ({ m, group: bit(m) }));
  let open = known.everything & ~union(closings.map((one) => bit(one.m)));
  for (;;) {
    const board = new Board(known, open);
    const seating = new Seating(board, stream);
    known.people.forEach((_, u) => seating.seat(u));
    let stuck = fill(board);
    if (!stuck.length) return { board, closings };
    while (stuck.length) {
      let done = 0n;
      for (const [, group] of stuck) {
        if (group & done) continue;
        closings.push({ m: closeOne(seating, group), group: short(known, group) ? group : 0n });
        done |= group;
      }
      stuck = fill(board);
    }
    open = board.open;
  }
}

// §13.7: reasons

class Reasons {
  constructor(board, closings) {
    Object.assign(this, { board, doubtful: union(closings.filter((one) => !one.group).map((one) => bit(one.m))) });
  }
  around(set, could) {
    let [seen, fresh] = [set, set];
    while (fresh) {
      const reached = union([...ones(fresh)].flatMap((m) => this.board.inside[m].map(could)));
      fresh = reached & this.board.open & ~seen;
      seen |= fresh;
    }
    return seen;
  }
  reason(u) {
    const { board } = this;
    const { may, own, people, size: sizes } = board.known;
    if (!may[u]) return { why: people[u].length > 1 && people[u].every((p) => own[p]) ? "apart" : "nothing" };
    if (may[u] & this.doubtful) return { why: "procedure" };
    const wanted = may[u] & board.open;
    if (!wanted) return { why: "closed" };
    const regions = this.full(u, wanted);
    if (regions) return { why: "full", regions };
    const region = this.blocked(u, wanted, sizes[u]);
    return region === null ? { why: "procedure" } : { why: "blocked", regions: [region] };
  }
  bound(region) {
    const { may } = this.board.known;
    const outside = this.board.open & ~region;
    return [...ones(region)].flatMap((m) => this.board.inside[m]).filter((v) => !(may[v] & outside));
  }
  full(u, wanted) {
    const { known } = this.board;
    const people = known.size[u];
    const holds = (region) => {
      const bound = this.bound(region);
      const left = sum([...ones(region)].map((m) => known.max[m])) - sum(bound.map((v) => known.size[v]));
      let sums = new Set([0]);
      for (const v of bound.filter((one) => one > u))
        sums = new Set([...sums, ...[...sums].map((one) => one + known.size[v]).filter((one) => one <= people)]);
      return left < people && ![...sums].some((one) => one && one + left >= people);
    };
    const region = (set) => this.around(set, (v) => known.may[v]);
    if (holds(region(wanted))) return [region(wanted)];
    const found = [];
    for (const m of ones(wanted)) {
      if (has(union(found), m)) continue;
      if (!holds(region(bit(m)))) return null;
      found.push(region(bit(m)));
    }
    return found;
  }
  blocked(u, wanted, people) {
    const { board } = this;
    const { may, size: sizes, foes } = board.known;
    const could = (v) => {
      const set = may[v] & board.open & ~board.blocked(v);
      return sizes[v] === 1 ? set : union([...ones(set)].filter((m) => board.free(m) >= sizes[v]).map(bit));
    };
    const region = this.around(wanted & ~board.blocked(u), could);
    if ([...ones(region)].some((m) => board.free(m) >= people)) return null;
    if (people > 1) return region;
    const beyond = wanted | (union([...ones(region)].flatMap((m) => board.inside[m].map((v) => may[v]))) & board.open);
    const trade = (v, m) => v > u && sizes[v] === 1 && foes[u].every((f) => board.at[f] !== m || f === v);
    const trades = [...ones(wanted)].some((m) => board.inside[m].some((v) => trade(v, m)));
    return !(beyond & ~region) || trades ? null : region;
  }
}

function unproven(board) {
  const reasons = new Reasons(board, []);
  const proven = ["nothing", "apart", "closed", "full"];
  return [...board.at.keys()].filter((u) => board.at[u] === NONE && !proven.includes(reasons.reason(u).why));
}

// 4. More seats

class Ejection {
  constructor(board, stream, most) {
    Object.assign(this, { board, stream, most, step: 0, until: board.at.map(() => 0) });
  }
  run(homeless) {
    const { board } = this;
    const people = (row) => sum(row.map((u) => board.known.size[u]));
    const [start, before, waiting] = [board.here, people(homeless), [...homeless]];
    let [kept, best] = [start, before];
    while (waiting.length && this.step < this.most && best > 0) {
      this.step++;
      const [u] = waiting.splice(this.stream.below(waiting.length), 1);
      waiting.push(...this.take(u));
      if (people(waiting) < best) [best, kept] = [people(waiting), board.here];
    }
    board.undo(kept);
    if (best < before && !fill(board).length) return true;
    board.undo(start);
    return false;
  }
  take(u) {
    const { board } = this;
    const { may, size: people } = board.known;
    if (people[u] === 1) {
      const { way } = walk(board, may[u] & board.open & ~board.blocked(u), 0n);
      if (way) {
        follow(board, way, u);
        return [];
      }
    }
    let best = null;
    for (const m of ones(may[u] & board.open)) {
      const out = this.inTheWay(u, m);
      if (!out) continue;
      const price = sum(out.filter((v) => !this.elsewhere(v, m)).map((v) => people[v]));
      const value = (4 * price + out.length) * 64 + this.stream.below(64);
      if (!best || value < best.value) best = { value, m, out };
    }
    if (!best) return [u];
    for (const v of best.out) board.move(v, NONE);
    board.move(u, best.m);
    this.until[u] = this.step + 6 + this.stream.below(6);
    return best.out.filter((v) => {
      const there = this.elsewhere(v, NONE);
      if (there) board.move(v, first(there));
      return !there;
    });
  }
  inTheWay(u, m) {
    const { board } = this;
    const { foes, size: people } = board.known;
    const out = board.inside[m].filter((v) => foes[u].includes(v));
    if (out.some((v) => this.until[v] > this.step)) return null;
    let needed = people[u] - board.free(m) - sum(out.map((v) => people[v]));
    if (needed <= 0) return out;
    const others = board.inside[m]
      .filter((v) => !foes[u].includes(v) && this.until[v] <= this.step)
      .map((v) => [this.elsewhere(v, m) ? 0 : 1, this.stream.below(64), v]);
    for (const [, , v] of others.sort(compare)) {
      if (needed <= 0) break;
      out.push(v);
      needed -= people[v];
    }
    return needed > 0 ? null : out;
  }
  elsewhere(v, m) {
    const { board } = this;
    const { may, size: people } = board.known;
    const set = may[v] & board.roomy & ~(m === NONE ? 0n : bit(m)) & ~board.blocked(v);
    if (people[v] === 1) return set;
    const wide = [...ones(set)].find((one) => board.free(one) >= people[v]);
    return wide === undefined ? 0n : bit(wide);
  }
}

function moreSeats(board, closings) {
  const { known } = board;
  const stream = new Stream(known.key, "ejection");
  const due = Math.floor((600000 + 60 * sum(known.foes.map((row) => row.length))) / known.people.length);
  let left = Math.min(3000, due);
  while (left > 0) {
    const waiting = unproven(board);
    if (!waiting.length) return;
    let good = false;
    for (const closing of [null, ...[...closings].reverse()]) {
      if (closing && closing.group === bit(closing.m)) continue;
      if (closing) board.open |= bit(closing.m);
      const ejection = new Ejection(board, stream, Math.min(left, 600));
      good = ejection.run(waiting);
      left -= ejection.step;
      if (good && closing) remove(closings, closing);
      if (!good && closing) board.open &= ~bit(closing.m);
      if (good || left <= 0) break;
    }
    if (!good) return;
  }
}

// 5. By lots

function byLots(board) {
  const { may, foes, size: people } = board.known;
  const seat = (u) => {
    const mark = board.here;
    const good = new Seating(board).seat(u) && !fill(board).length;
    if (!good) board.undo(mark);
    return good;
  };
  const waiting = unproven(board).filter((u) => people[u] === 1);
  let changed = false;
  while (waiting.length) {
    const u = waiting.shift();
    if (seat(u)) {
      changed = true;
      continue;
    }
    const region = new Reasons(board, []).around(may[u] & board.open, (v) => may[v]);
    const worse = [...board.at.keys()].filter((v) => v > u && people[v] === 1 && has(region, board.at[v])).reverse();
    const simply = (v) => has(may[u], board.at[v]) && foes[u].every((f) => board.at[f] !== board.at[v] || f === v);
    const direct = worse.filter(simply);
    for (const v of [...direct, ...worse.slice(0, 64).filter((one) => !direct.includes(one))]) {
      const mark = board.here;
      board.move(v, NONE);
      if (seat(u)) {
        changed = true;
        if (!seat(v)) waiting.push(v);
        waiting.sort((x, y) => x - y);
        break;
      }
      board.undo(mark);
    }
  }
  return changed;
}

// 6. Ranks

class Market {
  constructor(known, open) {
    const openOnly = (row) => row.map((seats, m) => (has(open, m) ? seats : 0));
    Object.assign(this, { known, open, seats: openOnly(known.max), asked: openOnly(known.min) });
    Object.assign(this, { fixed: known.max.map(() => 0), price: known.max.map(() => 0) });
    Object.assign(this, { row: known.max.map(() => []), reach: [], at: known.participants.map(() => NONE), cache: [] });
  }
  value(p, m) {
    return this.known.rank(p, m) + this.price[m];
  }
  tight(p) {
    return (this.cache[p] ??= this.tightNow(p));
  }
  tightNow(p) {
    const values = [...ones(this.reach[p])].map((m) => [this.value(p, m), m]);
    const level = Math.min(...values.map(([value]) => value));
    return union(values.filter(([value]) => value === level).map(([, m]) => bit(m)));
  }
  enter(p, reach) {
    this.reach[p] = reach;
    this.cache[p] = undefined;
  }
  priced(set, by) {
    for (const m of ones(set)) this.price[m] += by;
    this.cache = [];
  }
  put(p, to) {
    if (this.at[p] !== NONE) remove(this.row[this.at[p]], p);
    this.at[p] = to;
    if (to !== NONE) this.row[to].push(p);
  }
  where(test) {
    return union([...ones(this.known.everything)].filter(test).map(bit));
  }
  least(m) {
    return Math.max(0, this.asked[m] - this.fixed[m]);
  }
  room(m) {
    return this.row[m].length < this.seats[m];
  }
  lack(m) {
    return this.row[m].length < this.least(m);
  }
  sink(m) {
    return this.lack(m) || (this.room(m) && this.price[m] > 0);
  }
  leads(m, set) {
    return this.row[m].find((p) => this.tight(p) & set);
  }
  layers() {
    const layers = [this.where((m) => this.room(m))];
    for (;;) {
      const before = union(layers);
      const next = this.where((m) => !has(before, m) && this.leads(m, layers.at(-1)) !== undefined);
      if (!next) return layers;
      layers.push(next);
    }
  }
  goDown(p, n, layers) {
    for (;;) {
      let set = this.tight(p) & layers[n];
      if (n === 0) set &= this.where((m) => this.room(m));
      if (!set) return false;
      const lacking = set & this.where((m) => this.lack(m));
      const to = first(lacking || set);
      const q = n ? this.leads(to, layers[n - 1]) : undefined;
      if (n === 0 || (q !== undefined && this.goDown(q, n - 1, layers))) {
        this.put(p, to);
        return true;
      }
      layers[n] &= ~bit(to);
    }
  }
  up(waiting) {
    for (let time = 0; time < 1024; time++) {
      for (;;) {
        const layers = this.layers();
        const tried = waiting.filter((p) => {
          const n = layers.findIndex((layer) => layer & this.tight(p));
          return n < 0 || !this.goDown(p, n, layers);
        });
        const again = tried.length && tried.length < waiting.length;
        waiting = tried;
        if (!again) break;
      }
      if (!waiting.length) return true;
      let all = union(waiting.map((p) => this.tight(p)));
      for (let fresh = all; fresh; ) {
        const next = union([...ones(fresh)].flatMap((m) => this.row[m].map((q) => this.tight(q))));
        fresh = next & ~all;
        all |= fresh;
      }
      const concerned = [...waiting, ...[...ones(all)].flatMap((m) => this.row[m])];
      if (!concerned.some((p) => this.reach[p] & ~all)) return false;
      this.priced(all, 1);
    }
    return false;
  }
  drawIn(s, reached) {
    const before = new Map();
    let [group, ring] = [bit(s), bit(s)];
    while (ring) {
      let added = 0n;
      for (const m of ones(this.known.everything & ~group & ~reached)) {
        const p = this.leads(m, ring);
        if (p === undefined) continue;
        const step = [p, first(this.tight(p) & ring)];
        if (this.price[m] === 0 && this.row[m].length > this.least(m)) {
          const moves = [step];
          while (moves.at(-1)[1] !== s) moves.push(before.get(moves.at(-1)[1]));
          for (const [who, to] of moves.reverse()) this.put(who, to);
          return 0n;
        }
        before.set(m, step);
        added |= bit(m);
      }
      group |= added;
      ring = added;
    }
    return group;
  }
  down() {
    for (let time = 1; ; time++) {
      let reached = 0n;
      for (const s of ones(this.where((m) => this.sink(m)))) {
        if (has(reached, s)) continue;
        while (this.sink(s)) {
          const group = this.drawIn(s, reached);
          reached |= group;
          if (group) break;
        }
      }
      if (!reached) return true;
      if (time > 1024) return false;
      const rows = [...ones(reached)];
      const comes = this.at.some((m, p) => m !== NONE && !has(reached, m) && this.reach[p] & reached);
      const spares = (m) => this.price[m] > 0 && this.row[m].length > this.least(m);
      if (!comes && rows.some((m) => this.lack(m)) && !rows.some(spares)) return false;
      this.priced(reached, -1);
    }
  }
  fit(waiting) {
    return this.up(waiting) && this.down();
  }
  kept() {
    const { seats, fixed, price, at } = this;
    return { seats: [...seats], fixed: [...fixed], price: [...price], at: [...at], row: this.row.map((one) => [...one]), cache: [] };
  }
}

class Arrangement {
  constructor(board) {
    const market = new Market(board.known, board.open);
    Object.assign(this, { board, known: board.known, market, place: new Map(), alone: null });
    this.seated = [...board.at.keys()].filter((u) => board.at[u] !== NONE);
  }
  where(u) {
    return this.place.get(u) ?? this.market.at[this.known.people[u][0]];
  }
  arranged() {
    const { known, market, board } = this;
    const waiting = this.seated.flatMap((u) => known.people[u]);
    for (const p of waiting) market.enter(p, known.may[known.unitOf[p]] & board.open);
    if (!market.fit(waiting)) return null;
    this.alone = [...market.at];
    const apart = [];
    for (const u of this.seated.filter((one) => known.size[one] > 1)) {
      const rows = new Set(known.people[u].map((p) => market.at[p]));
      if (rows.size > 1) apart.push(u);
      else this.fix(u, [...rows][0]);
    }
    const step = Math.max(4, Math.ceil(apart.length / 8));
    for (let at = 0; at < apart.length; at += step) if (!this.placed(apart.slice(at, at + step), 0n)) return null;
    for (let time = 0; time < 200; time++) {
      const leaving = this.leavers();
      if (!leaving.size) return board.at.map((m, u) => (m === NONE ? NONE : this.where(u)));
      if (!this.parted(leaving)) return null;
    }
    return null;
  }
  parted(leaving) {
    const { known, market } = this;
    const waiting = [];
    for (const [u, m] of leaving) {
      if (known.size[u] > 1) {
        this.unfix(u);
        const to = this.cheapest(u, bit(m));
        if (to === null) return false;
        waiting.push(...this.fix(u, to));
        continue;
      }
      const [p] = known.people[u];
      if (market.at[p] !== NONE) {
        market.put(p, NONE);
        waiting.push(p);
      }
      market.enter(p, market.reach[p] & ~bit(m));
      if (!market.reach[p]) return false;
    }
    return market.fit(waiting);
  }
  placed(part, not) {
    const { market } = this;
    const [kept, place] = [market.kept(), new Map(this.place)];
    const waiting = [];
    let m = null;
    for (const u of part) {
      m = this.cheapest(u, not);
      if (m === null) break;
      waiting.push(...this.fix(u, m));
    }
    if (m !== null && market.fit(waiting.filter((p) => !this.place.has(this.known.unitOf[p])))) return true;
    if (m === null && part.length === 1) return false;
    Object.assign(market, kept);
    this.place = place;
    const half = Math.floor(part.length / 2);
    if (half) return this.placed(part.slice(0, half), 0n) && this.placed(part.slice(half), 0n);
    return size(not | bit(m)) <= 8 && this.placed(part, not | bit(m));
  }
  cheapest(u, not) {
    const { known, market } = this;
    const taken = union(known.foes[u].filter((f) => this.place.has(f)).map((f) => bit(this.place.get(f))));
    const rows = [...ones(known.may[u] & this.board.open & ~not & ~taken)]
      .filter((m) => market.seats[m] >= known.size[u])
      .map((m) => [sum(known.people[u].map((p) => market.value(p, m))), m]);
    return rows.length ? rows.sort(compare)[0][1] : null;
  }
  fix(u, m) {
    const { known, market } = this;
    this.place.set(u, m);
    for (const p of known.people[u]) market.put(p, NONE);
    market.seats[m] -= known.size[u];
    market.fixed[m] += known.size[u];
    const out = market.row[m].slice(market.seats[m]);
    for (const p of out) market.put(p, NONE);
    return out;
  }
  unfix(u) {
    const m = this.place.get(u);
    this.place.delete(u);
    this.market.seats[m] += this.known.size[u];
    this.market.fixed[m] -= this.known.size[u];
  }
  leavers() {
    const { foes, size: people } = this.known;
    const leaving = new Map();
    const beside = (u) => foes[u].filter((f) => this.where(f) === this.where(u) && !leaving.has(f));
    for (const u of [...this.seated].reverse()) {
      const there = beside(u);
      if (there.length && (people[u] === 1 || there.every((f) => people[f] > 1))) leaving.set(u, this.where(u));
    }
    for (const u of this.seated) if (!leaving.has(u) && beside(u).length) leaving.set(u, this.where(u));
    return leaving;
  }
}

class Polish {
  constructor(board) {
    Object.assign(this, { board, known: board.known, looks: 0, u: NONE, here: NONE, spare: false });
  }
  run() {
    const { at } = this.board;
    const single = [...at.keys()].filter((u) => at[u] !== NONE && this.known.size[u] === 1);
    for (let time = 0; time < 8; time++) if (!single.filter((u) => this.trade(u)).length) return;
  }
  rank(u, m) {
    return this.known.rank(this.known.people[u][0], m);
  }
  wishes(u, set, limit) {
    const row = this.known.wishes[this.known.people[u][0]];
    return row.filter((m) => has(set, m) && this.rank(u, m) < limit);
  }
  trade(u) {
    const { board, known } = this;
    const here = board.at[u];
    Object.assign(this, { u, here, looks: 0, spare: board.count[here] > known.min[here] });
    const now = this.rank(u, here);
    for (const m of this.wishes(u, known.may[u] & board.open, now))
      for (const depth of [1, 2, 3]) {
        const moves = this.enter(u, m, now - this.rank(u, m), depth, bit(here));
        if (!moves) continue;
        for (const [who, to] of moves.reverse()) board.move(who, to);
        return true;
      }
    return false;
  }
  enter(v, m, gain, depth, seen) {
    const { board, known } = this;
    const there = known.foes[v].filter((f) => board.at[f] === m);
    if (!there.length && this.spare && board.free(m) > 0) return [[v, m]];
    if (there.length > 1 || depth === 0) return null;
    for (const w of there.length ? there : [...board.inside[m]]) {
      if (known.size[w] > 1 || this.looks >= 400) continue;
      this.looks++;
      const moves = this.on(w, m, gain, depth - 1, seen | bit(m));
      if (moves) return [[v, m], ...moves];
    }
    return null;
  }
  on(w, m, gain, depth, seen) {
    const { board, known, here } = this;
    const limit = gain + this.rank(w, m);
    const allowed = known.may[w] & board.open & ~seen;
    const blocked = board.blocked(w);
    const back = has(known.may[w], here) && this.rank(w, here) < limit;
    if (back && !known.foes[w].some((f) => f !== this.u && board.at[f] === here)) return [[w, here]];
    const wishes = this.wishes(w, allowed, limit);
    if (this.spare) {
      const wish = wishes.find((x) => board.free(x) > 0 && !has(blocked, x));
      if (wish !== undefined) return [[w, wish]];
      const x = first(allowed & board.roomy & ~blocked);
      const base = known.wishes[known.people[w][0]].length + 1;
      if (x !== undefined && base < limit && this.rank(w, x) < limit) return [[w, x]];
    }
    if (depth > 0)
      for (const x of wishes) {
        const moves = this.enter(w, x, limit - this.rank(w, x), depth, seen);
        if (moves) return moves;
      }
    return null;
  }
}

function polished(board, alone) {
  const { known } = board;
  let fresh = new Board(known, board.open);
  const away = [];
  board.at.forEach((at, u) => {
    if (at === NONE) return;
    const wanted = new Set(alone ? known.people[u].map((p) => alone[p]) : []);
    const [m] = wanted;
    if (wanted.size === 1 && !has(fresh.blocked(u), m)) fresh.move(u, m);
    else away.push(u);
  });
  const seating = new Seating(fresh);
  const left = away.filter((u) => !seating.seat(u));
  if (left.length) new Ejection(fresh, new Stream(known.key, "polish"), 600).run(left);
  const stands = away.every((u) => fresh.at[u] !== NONE) && !fill(fresh).length;
  fresh = stands ? fresh : board;
  new Polish(fresh).run();
  return fresh;
}

// 7. Random meetings

function encounters(known) {
  const met = known.participants.map(() => new Set());
  for (const table of (known.list.history ?? []).flat()) {
    const there = table.map((id) => known.number.get(id)).filter((p) => p !== undefined);
    for (const p of there) for (const q of there) met[p].add(q);
  }
  const host = known.participants.map((one) => one.host ?? null);
  return {
    again: (p, q) => p !== q && met[p].has(q),
    own: (p, q) => p !== q && host[p] !== null && host[p] === host[q],
  };
}

function mix(board) {
  const { known } = board;
  const { may, min, people, foes, size: sizes } = known;
  const { again, own } = encounters(known);
  const stream = new Stream(known.key, "mixing");
  const cost = (p, q) => (again(p, q) ? 8 : 0) + (own(p, q) ? 1 : 0);
  const total = (p, m) => sum(board.inside[m].flatMap((u) => people[u]).map((q) => cost(p, q)));
  const partner = (u, p, m, then, now) => {
    const here = board.at[u];
    let best = [0, NONE];
    for (const v of board.inside[m]) {
      if (sizes[v] > 1 || !has(may[v], here)) continue;
      const [q] = people[v];
      const change = 2 * (then + total(q, here) - 2 * cost(p, q) - now - total(q, m));
      const fits = foes[u].every((f) => board.at[f] !== m || f === v) && foes[v].every((f) => board.at[f] !== here || f === u);
      if (fits && change < best[0]) best = [change, v];
    }
    return best;
  };
  const turn = (u) => {
    const [[p], here] = [people[u], board.at[u]];
    const now = total(p, here);
    const wanted = [...ones(may[u] & board.open & ~bit(here))];
    if (!now || !wanted.length) return 0;
    const begin = stream.below(wanted.length);
    const spare = board.count[here] > min[here];
    let best = { change: 0 };
    for (const m of [...wanted.slice(begin), ...wanted.slice(0, begin)].slice(0, 48)) {
      const then = total(p, m);
      if (then >= now + 8) continue;
      const change = 2 * (then - now);
      if (spare && board.free(m) > 0 && change < 0 && !has(board.blocked(u), m) && change < best.change)
        best = { change, m, v: NONE };
      const [trade, v] = partner(u, p, m, then, now);
      if (trade < best.change) best = { change: trade, m, v };
      if (best.change <= -2 * now) break;
    }
    if (best.change) board.move(u, best.m);
    if (best.change && best.v !== NONE) board.move(best.v, here);
    return best.change;
  };
  const single = [...board.at.keys()].filter((u) => board.at[u] !== NONE && sizes[u] === 1);
  const order = stream.shuffled(single.length).map((at) => single[at]);
  for (let time = 0; time < 12; time++) if (!sum(order.map(turn))) return;
}

// The draw, and §13.8: the transcript

function decide(known) {
  const settled = settle(known);
  const { closings } = settled;
  let { board } = settled;
  moreSeats(board, closings);
  byLots(board);
  if (known.mode === "random") {
    mix(board);
    byLots(board);
    return { board, closings };
  }
  for (let time = 0; time < 3; time++) {
    const arrangement = new Arrangement(board);
    const at = arrangement.arranged();
    if (!at) {
      board = polished(board, arrangement.alone);
      byLots(board);
      break;
    }
    board = new Board(known, board.open);
    at.forEach((m, u) => m !== NONE && board.move(u, m));
    if (!byLots(board)) break;
  }
  return { board, closings };
}

const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
};

function transcript(known, { board, closings }) {
  const { participants, meetings, unitOf, may, size: sizes, max } = known;
  const names = (set) => [...ones(set)].map((m) => meetings[m].id);
  const placeIn = (row, one) => (row.includes(one) ? row.indexOf(one) : row.push(one) - 1);
  const reasons = new Reasons(board, closings);
  const { again, own } = encounters(known);
  const [regions, groups] = [[], []];
  const found = new Map();
  const people = participants.map((one, p) => {
    const u = unitOf[p];
    const m = board.at[u];
    const row = { id: one.id, lot: u + 1 };
    if (known.waived[p]) row.waived = size(known.waived[p]);
    if (m === NONE) {
      if (!found.has(u)) found.set(u, reasons.reason(u));
      const { why, regions: named } = found.get(u);
      return { ...row, why, ...(named && { regions: named.map((region) => placeIn(regions, region)) }) };
    }
    row.seat = meetings[m].id;
    if (known.mode === "intro") {
      row.rank = known.rank(p, m);
      if (!known.wishes[p].includes(m)) row.unwished = true;
      return row;
    }
    const there = board.inside[m].flatMap((v) => known.people[v]);
    const counted = (test) => there.filter((q) => test(p, q)).length;
    return { ...row, again: counted(again), own: counted(own) };
  });
  const waiting = union(may.filter((_, u) => board.at[u] === NONE));
  const rows = meetings.map((one, m) => {
    const row = { id: one.id, lot: known.lot[m] + 1 };
    const order = closings.findIndex((closing) => closing.m === m);
    if (order < 0) {
      const chair = has(waiting, m) ? "unfit" : "everybody";
      return { ...row, people: board.count[m], ...(board.free(m) > 0 && { empty: chair }) };
    }
    row.closed = order + 1;
    if (closings[order].group) row.group = placeIn(groups, closings[order].group);
    else row.why = has(waiting, m) ? "procedure" : "spare";
    return row;
  });
  const seats = (set) => sum([...ones(set)].map((m) => max[m]));
  const seated = people.filter((row) => "seat" in row);
  const totals = { open: size(board.open), people: people.length, seated: seated.length, seats: seats(board.open) };
  if (known.mode === "intro") totals.ranks = sum(seated.map((row) => row.rank));
  else {
    totals.pairs = sum(board.count.map((count) => (count * (count - 1)) / 2));
    for (const key of ["again", "own"]) totals[key] = sum(seated.map((row) => row[key])) / 2;
  }
  return {
    format: "verbund draw 1",
    groups: groups.map((group) => ({
      ...{ meetings: names(group), people: comers(known, group) },
      ...{ excluding: excluding(known, group), needed: needed(known, group) },
    })),
    list: known.fingerprint.toString("hex"),
    meetings: rows,
    mode: known.mode,
    people,
    regions: regions.map((region) => ({
      ...{ meetings: names(region), seats: seats(region) },
      people: sum(reasons.bound(region).map((u) => sizes[u])),
    })),
    seed: known.seed,
    share: known.share,
    totals,
  };
}

function draw(text, seed) {
  const known = instanceOf(text, seed);
  const document = transcript(known, decide(known));
  const seal = sha256(utf8(canonical(document))).toString("hex");
  return `${canonical({ ...document, seal })}\n`;
}

if (process.argv[2] === "--all") {
  const rows = JSON.parse(readFileSync(process.argv[3], "utf8"));
  process.stdout.write(JSON.stringify(rows.map((one) => draw(one.list, one.seed))));
} else process.stdout.write(draw(readFileSync(process.argv[2], "utf8"), process.argv[3]));
