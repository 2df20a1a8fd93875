// One side of a replication of signed messages; see bench/peers/node_js.py.
const { randomBytes } = require('crypto');
const caps = require('ssb-caps');
const ssbKeys = require('ssb-keys');

const given = JSON.parse(process.argv[2]);

const stack = require('secret-stack')({ caps })
  .use(require('ssb-db2'))
  .use(require('ssb-db2/compat/ebt'))
  .use(require('ssb-ebt'));

const net = { scope: ['device', 'local'], transform: 'shs', port: given.port, host: '127.0.0.1' };
const peer = stack({
  caps,
  path: given.folder,
  keys: ssbKeys.generate(),
  connections: { incoming: { net: [net] }, outgoing: { net: [{ transform: 'shs' }] } },
});

function write(keys) {
  const content = { type: 'post', text: randomBytes(100).toString('base64') };
  return new Promise((resolve, reject) => {
    const done = (error) => (error ? reject(error) : resolve());
    peer.db.create({ keys, feedFormat: 'classic', content }, done);
  });
}

async function serve() {
  const feeds = [];
  const began = Date.now();
  const each = given.records / given.feeds;
  for (let n = 0; n < given.feeds; n++) {
    const keys = ssbKeys.generate();
    feeds.push(keys.id);
    await Promise.all(Array.from({ length: each }, () => write(keys)));
  }
  await new Promise((resolve) => peer.db.onDrain('base', resolve));
  const filled = (Date.now() - began) / 1000;
  for (const id of feeds) peer.ebt.request(id, true);
  console.log(JSON.stringify({ filled, address: peer.getAddress('device'), ids: feeds }));
}

async function fetchAll() {
  for (const id of given.ids) peer.ebt.request(id, true);
  const began = Date.now();
  let records = 0;
  peer.db.onMsgAdded(() => {
    records += 1;
    if (records < given.records) return;
    peer.db.onDrain('base', () => {
      console.log(JSON.stringify({ records, seconds: (Date.now() - began) / 1000 }));
      process.exit(0);
    });
  });
  peer.connect(given.address, (error) => {
    if (error) throw error;
  });
}

(given.mode === 'serve' ? serve : fetchAll)().catch((error) => {
  console.error(error);
  process.exit(1);
});
