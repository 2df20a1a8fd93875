// One side of a CouchDB-style replication; see bench/peers/node_js.py.
const { randomBytes } = require('crypto');
const PouchDB = require('pouchdb');

const given = JSON.parse(process.argv[2]);
const BATCH = 1000;

async function serve() {
  const Db = PouchDB.defaults({ prefix: given.folder + '/' });
  const db = new Db('records');
  const began = Date.now();
  for (let n = 0; n < given.records; n += BATCH) {
    const docs = [];
    for (let i = n; i < Math.min(n + BATCH, given.records); i++) {
      docs.push({ _id: 'r' + String(i).padStart(8, '0'), body: randomBytes(220).toString('base64') });
    }
    await db.bulkDocs(docs);
  }
  const filled = (Date.now() - began) / 1000;
  const app = require('express')();
  const options = { mode: 'minimumForPouchDB', logPath: given.folder + '/log.txt' };
  app.use('/', require('express-pouchdb')(Db, options));
  app.listen(given.port, '127.0.0.1', () => console.log(JSON.stringify({ filled })));
}

async function fetchAll() {
  const db = new PouchDB(given.folder + '/records');
  const began = Date.now();
  const source = `http://127.0.0.1:${given.port}/records`;
  const done = await PouchDB.replicate(source, db, { batch_size: BATCH, batches_limit: 5 });
  console.log(JSON.stringify({ records: done.docs_written, seconds: (Date.now() - began) / 1000 }));
}

(given.mode === 'serve' ? serve : fetchAll)().catch((error) => {
  console.error(error);
  process.exit(1);
});
