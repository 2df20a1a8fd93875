// A second implementation of generator, lots and verification, from docs/protocol.md §13 alone.
//
//     node tests/protocol/draw/check.mjs tests/vectors/draw.json
//
// Runs every case of the vectors that needs no draw, and verifies every transcript that a draw made.
// Prints one JSON object: how many of each kind were right, and the names of those that were not.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const utf8 = (text) => Buffer.from(text, "utf8");
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const drawKey = (list, seed) => sha256(utf8("verbund draw 1 key\n"), list, seed);
const ticket = (key, kind, id) => sha256(utf8(`verbund draw 1 ${kind}\n`), key, utf8(id));

class Generator {
  constructor(key, purpose) {
    this.prefix = Buffer.concat([utf8("verbund draw 1 stream\n"), key, utf8(purpose), utf8("\n")]);
    this.counter = 0n;
    this.words = [];
  }
  word() {
    if (!this.words.length) {
      const count = Buffer.alloc(8);
      count.writeBigUInt64BE(this.counter++);
      const block = sha256(this.prefix, count);
      for (let at = 0; at < 32; at += 4) this.words.push(block.readUInt32BE(at));
    }
    return this.words.shift();
  }
  below(bound) {
    const most = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const word = this.word();
      if (word < most) return word % bound;
    }
  }
  shuffled(count) {
    const row = Array.from({ length: count }, (_, n) => n);
    for (let last = count - 1; last > 0; last--) {
      const chosen = this.below(last + 1);
      [row[last], row[chosen]] = [row[chosen], row[last]];
    }
    return row;
  }
}

const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value);
};

const byBytes = (one, other) =>
  other.times - one.times || Buffer.compare(one.ticket, other.ticket);

// What follows from list and seed
function facts(text, seed) {
  const list = JSON.parse(text);
  const key = drawKey(sha256(utf8(text)), Buffer.from(seed, "hex"));
  const { meetings, participants: people } = list;
  const mode =
    list.mode ??
    (list.fam === "rand" || !people.some((one) => one.prefs?.length) ? "random" : "intro");
  const [above, below] = list.share ?? [1, 2];
  const number = new Map(people.map((one, at) => [one.id, at]));
  const party = people.map((one, at) => {
    const names = typeof one.companion === "string" ? [one.companion] : (one.companion ?? []);
    return [...new Set([at, ...names.map((name) => number.get(name))])].sort((a, b) => a - b);
  });
  const own = [];
  const waived = [];
  people.forEach((one, at) => {
    const allowed = new Set(one.allowed ?? meetings.map((meeting) => meeting.id));
    const away = new Set();
    const wished = new Set();
    for (const [name, said] of one.unconfirmed ?? []) {
      const values = Array.isArray(said) ? said : [said];
      const out = meetings.filter(
        (meeting) => allowed.has(meeting.id) && !values.includes(meeting[name]),
      );
      const together = new Set([...away, ...out.map((meeting) => meeting.id)]);
      const fits = together.size * below <= allowed.size * above;
      out.forEach((meeting) => (fits ? away : wished).add(meeting.id));
    }
    own[at] = new Set([...allowed].filter((id) => !away.has(id)));
    waived[at] = new Set([...wished].filter((id) => own[at].has(id)));
  });
  const seats = new Map(meetings.map((one) => [one.id, one]));
  const reach = party.map((group) => {
    const shared = [...own[group[0]]].filter((id) => group.every((one) => own[one].has(id)));
    return new Set(shared.filter((id) => group.length === 1 || seats.get(id).max >= group.length));
  });
  const foes = people.map(() => new Set());
  people.forEach((one, at) =>
    (one.avoid ?? []).forEach((name) => {
      foes[at].add(number.get(name));
      foes[number.get(name)].add(at);
    }),
  );
  const rows = party
    .map((group, at) => ({ group, at }))
    .filter(({ group, at }) => group[0] === at)
    .map(({ group }) => {
      const ids = group.map((one) => people[one].id);
      const leader = ids.sort((a, b) => Buffer.compare(utf8(a), utf8(b)))[0];
      const times = Math.max(...group.map((one) => people[one].left_out ?? 0));
      return { group, times, ticket: ticket(key, "person", leader) };
    })
    .sort(byBytes);
  const lot = [];
  rows.forEach(({ group }, place) => group.forEach((one) => (lot[one] = place + 1)));
  const meetingLot = new Map(
    meetings
      .map((one) => ({ id: one.id, times: 0, ticket: ticket(key, "meeting", one.id) }))
      .sort(byBytes)
      .map((one, place) => [one.id, place + 1]),
  );
  return {
    ...{ list, mode, share: [above, below], meetings, people, number, party },
    ...{ own, waived, reach, seats, foes, lot, meetingLot },
  };
}

const rank = (known, at, id) => {
  const wishes = known.people[at].prefs ?? [];
  const place = wishes.indexOf(id);
  return place >= 0 ? place + 1 : wishes.length + 1 + (known.waived[at].has(id) ? 1 : 0);
};
const some = (set, test) => [...set].some(test);
const least = (meeting) => Math.max(meeting.min ?? 1, 1);

// Whether a transcript holds
function holds(text, said) {
  const known = facts(text, said.seed);
  const { people, meetings, party, reach, own, waived, seats, foes, lot } = known;
  const { seal, ...rest } = said;
  if (seal !== sha256(utf8(canonical(rest))).toString("hex")) return false;
  if (said.format !== "verbund draw 1" || said.mode !== known.mode) return false;
  if (said.list !== sha256(utf8(text)).toString("hex")) return false;
  if (canonical(said.share) !== canonical(known.share)) return false;
  if (canonical(said.people.map((row) => row.id)) !== canonical(people.map((one) => one.id))) return false;
  if (canonical(said.meetings.map((row) => row.id)) !== canonical(meetings.map((one) => one.id))) return false;

  const open = new Set(said.meetings.filter((row) => !("closed" in row)).map((row) => row.id));
  const inside = new Map(meetings.map((one) => [one.id, []]));
  said.people.forEach((row, at) => "seat" in row && inside.get(row.seat)?.push(at));
  const seatOf = (at) => said.people[at].seat;
  const beside = (at, id) => inside.get(id).filter((other) => party[at].some((one) => foes[one].has(other)));

  // Random meetings: who met before, who is of one group
  const met = people.map(() => new Set());
  for (const round of known.list.history ?? [])
    for (const table of round) {
      const there = table.map((name) => known.number.get(name)).filter((at) => at !== undefined);
      there.forEach((one) => there.forEach((other) => one !== other && met[one].add(other)));
    }
  const totals = { open: open.size, people: people.length, seated: 0, seats: 0 };
  meetings.forEach((one) => open.has(one.id) && (totals.seats += one.max));
  if (known.mode === "intro") totals.ranks = 0;
  else Object.assign(totals, { again: 0, own: 0, pairs: 0 });

  for (const [at, row] of said.people.entries()) {
    if (row.lot !== lot[at] || (row.waived ?? 0) !== waived[at].size) return false;
    if (party[at].some((one) => seatOf(one) !== row.seat)) return false;
    if (!("seat" in row)) continue;
    totals.seated++;
    if (!reach[at].has(row.seat) || !open.has(row.seat)) return false;
    if (inside.get(row.seat).some((other) => foes[at].has(other))) return false;
    if (known.mode === "intro") {
      if (row.rank !== rank(known, at, row.seat)) return false;
      if ((row.unwished === true) === (people[at].prefs ?? []).includes(row.seat)) return false;
      totals.ranks += row.rank;
    } else {
      const others = inside.get(row.seat).filter((other) => other !== at);
      const again = others.filter((other) => met[at].has(other)).length;
      const group = people[at].host ?? null;
      const same = others.filter((other) => group !== null && people[other].host === group).length;
      if (row.again !== again || row.own !== same) return false;
      totals.again += again / 2;
      totals.own += same / 2;
      totals.pairs += others.length / 2;
    }
  }
  if (canonical(totals) !== canonical(said.totals)) return false;

  // Closed meetings
  const waiting = new Set(said.people.flatMap((row, at) => ("why" in row ? [...reach[at]] : [])));
  const doubtful = new Set();
  const gone = new Set();
  const closed = said.meetings.filter((row) => "closed" in row).sort((a, b) => a.closed - b.closed);
  for (const [place, row] of closed.entries()) {
    if (row.closed !== place + 1 || inside.get(row.id).length) return false;
    if ("group" in row) {
      const group = said.groups[row.group]?.meetings;
      if (!group?.includes(row.id) || group.some((id) => gone.has(id))) return false;
    } else {
      if (row.why !== (waiting.has(row.id) ? "procedure" : "spare")) return false;
      doubtful.add(row.id);
    }
    gone.add(row.id);
  }
  for (const group of said.groups) {
    const wanted = group.meetings;
    const comers = people.map((_, at) => wanted.filter((id) => reach[at].has(id)));
    const count = comers.filter((ids) => ids.length).length;
    const needed = wanted.reduce((sum, id) => sum + least(seats.get(id)), 0);
    const order = comers
      .map((ids, at) => ({ ids, at, lot: lot[at] }))
      .filter(({ ids, at }) => ids.length === 1 && party[at][0] === at)
      .sort((one, other) => one.lot - other.lot);
    const cliques = [];
    for (const { ids, at } of order) {
      const all = new Set(party[at].flatMap((one) => [...foes[one]].map((foe) => lot[foe])));
      const found = cliques.find(
        (one) => one.id === ids[0] && one.lots.every((other) => all.has(other)),
      );
      const clique = found ?? { id: ids[0], lots: [], sizes: [] };
      if (!found) cliques.push(clique);
      clique.lots.push(lot[at]);
      clique.sizes.push(party[at].length);
    }
    const excluding = cliques.reduce(
      (sum, { sizes }) => sum + sizes.reduce((a, b) => a + b, 0) - Math.max(...sizes),
      0,
    );
    if (group.people !== count || group.needed !== needed || group.excluding !== excluding) return false;
    if (count - excluding >= needed) return false;
  }

  // Meetings and empty chairs
  for (const row of said.meetings) {
    if (row.lot !== known.meetingLot.get(row.id)) return false;
    if ("closed" in row) continue;
    const meeting = seats.get(row.id);
    const count = inside.get(row.id).length;
    if (row.people !== count || count > meeting.max || count < least(meeting)) return false;
    const chair = count < meeting.max ? (waiting.has(row.id) ? "unfit" : "everybody") : undefined;
    if (row.empty !== chair) return false;
  }

  // Full regions
  const bounds = [];
  for (const row of said.regions) {
    const region = new Set(row.meetings);
    if (row.meetings.some((id) => !open.has(id))) return false;
    const bound = new Map();
    for (const id of region)
      for (const at of inside.get(id))
        if (![...reach[at]].some((other) => open.has(other) && !region.has(other)))
          bound.set(lot[at], party[at].length);
    const size = [...bound.values()].reduce((sum, one) => sum + one, 0);
    const all = row.meetings.reduce((sum, id) => sum + seats.get(id).max, 0);
    if (row.people !== size || row.seats !== all) return false;
    bounds.push(bound);
  }

  // People without a seat
  const replaced = (at, place, left) => {
    let sums = new Set([0]);
    for (const [other, size] of [...bounds[place]].sort((a, b) => b[0] - a[0])) {
      if (other <= lot[at]) break;
      sums = new Set([...sums, ...[...sums].map((sum) => sum + size).filter((sum) => sum <= party[at].length)]);
    }
    return some(sums, (sum) => sum > 0 && sum + left >= party[at].length);
  };
  for (const [at, row] of said.people.entries()) {
    if (!("why" in row)) continue;
    const size = party[at].length;
    const wanted = [...reach[at]].filter((id) => open.has(id));
    if (party[at].some((one) => said.people[one].why !== row.why)) return false;
    if (some(reach[at], (id) => doubtful.has(id))) {
      if (row.why !== "procedure") return false;
    } else if (!wanted.length) {
      const apart = size > 1 && party[at].every((one) => own[one].size);
      if (row.why !== (reach[at].size ? "closed" : apart ? "apart" : "nothing")) return false;
    } else if (row.why === "full") {
      const left = new Set(wanted);
      for (const place of row.regions) {
        const region = said.regions[place];
        if (!region?.meetings.some((id) => left.has(id))) return false;
        region.meetings.forEach((id) => left.delete(id));
        const free = region.seats - region.people;
        if (free >= size || replaced(at, place, free)) return false;
      }
      if (left.size || !row.regions.length) return false;
    } else if (row.why === "blocked") {
      if (row.regions.length !== 1) return false;
      const region = new Set(said.regions[row.regions[0]]?.meetings ?? []);
      if (wanted.some((id) => !region.has(id) && !beside(at, id).length)) return false;
      for (const id of region) {
        if (inside.get(id).length + size <= seats.get(id).max) return false;
        for (const other of inside.get(id))
          for (const to of reach[other]) {
            if (!open.has(to) || region.has(to)) continue;
            const people = party[other].length;
            if (people > 1 && inside.get(to).length + people > seats.get(to).max) continue;
            if (!beside(other, to).length) return false;
          }
      }
      const trade = (id) =>
        inside.get(id).some(
          (other) =>
            lot[other] > lot[at] &&
            party[other].length === 1 &&
            beside(at, id).every((foe) => foe === other),
        );
      const obstacle =
        wanted.some((id) => !region.has(id)) ||
        [...region].some((id) =>
          inside.get(id).some((one) => some(reach[one], (to) => open.has(to) && !region.has(to))),
        );
      if (size === 1 && (!obstacle || wanted.some(trade))) return false;
    } else if (row.why !== "procedure") return false;
  }
  return true;
}

const vectors = JSON.parse(readFileSync(process.argv[2], "utf8"));
const wrong = [];
const count = { streams: 0, tickets: 0, transcripts: 0, altered: 0 };
const right = (kind, name, good) => (good ? count[kind]++ : wrong.push(`${kind}: ${name}`));
for (const row of vectors.streams) {
  const generator = new Generator(Buffer.from(row.key, "hex"), row.purpose);
  const below = row.bounds.map((bound) => generator.below(bound));
  const same = canonical([below, generator.shuffled(row.shuffled.length)]);
  right("streams", row.purpose, same === canonical([row.below, row.shuffled]));
}
for (const row of vectors.tickets) {
  const made = ticket(Buffer.from(row.key, "hex"), row.kind, row.id).toString("hex");
  right("tickets", row.id, made === row.ticket);
}
const lists = new Map(vectors.cases.filter((one) => "list" in one).map((one) => [one.name, one.list]));
for (const one of vectors.cases) {
  if ("transcript" in one) {
    const said = JSON.parse(one.transcript);
    const bytes = one.transcript === `${canonical(said)}\n` && said.seed === one.seed;
    right("transcripts", one.name, bytes && holds(one.list, said));
  } else right("altered", one.name, holds(lists.get(one.of), one.check) === one.holds);
}
console.log(JSON.stringify({ ...count, wrong }));
