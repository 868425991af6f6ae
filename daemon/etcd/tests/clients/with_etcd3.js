// npm's etcd3 against a server: keys, transactions, leases, watches, locks, elections, users.
'use strict';
const assert = require('assert');
const { Etcd3 } = require('etcd3');
const [hosts] = process.argv.slice(2);
const client = new Etcd3({ hosts });
const within = (promise, what) =>
  Promise.race([
    promise,
    new Promise((_, reject) => setTimeout(() => reject(new Error(`${what} takes too long`)), 60000).unref()),
  ]);
const once = (emitter, event) => within(new Promise(done => emitter.once(event, done)), event);

const cases = {
  async keys() {
    await client.put('js/a').value('1');
    await client.put('js/b').value(Buffer.from([0, 255]));
    assert.strictEqual(await client.get('js/a').string(), '1');
    assert.deepStrictEqual(await client.get('js/b').buffer(), Buffer.from([0, 255]));
    assert.strictEqual(await client.get('js/none').string(), null);
    assert.deepStrictEqual(await client.getAll().prefix('js/').keys(), ['js/a', 'js/b']);
    const descending = await client.getAll().prefix('js/').sort('Key', 'Descend').limit(1).keys();
    assert.deepStrictEqual(descending, ['js/b']);
    assert.strictEqual(await client.getAll().prefix('js/').count(), 2);
    const old = await client.put('js/a').value('2').getPrevious();
    assert.strictEqual(old.value.toString(), '1');
    const gone = await client.delete().prefix('js/').exec();
    assert.strictEqual(gone.deleted, '2');
  },
  async namespaces() {
    const inside = client.namespace('js-space/');
    await inside.put('k').value('v');
    assert.strictEqual(await client.get('js-space/k').string(), 'v');
    assert.deepStrictEqual(await inside.getAll().keys(), ['k']);
    await inside.delete().all();
  },
  async transactions() {
    await client.put('jst/a').value('1');
    const swap = (from, to) =>
      client.if('jst/a', 'Value', '==', from).then(client.put('jst/a').value(to)).else(client.get('jst/a')).commit();
    assert.strictEqual((await swap('1', '2')).succeeded, true);
    const refused = await swap('1', '3');
    assert.strictEqual(refused.succeeded, false);
    assert.strictEqual(refused.responses[0].response_range.kvs[0].value.toString(), '2');
    // A read that is not true any more makes it begin again.
    await client.put('jst/n').value('0');
    const add = () =>
      client.stm({ retries: 100 }).transact(async tx => {
        await tx.put('jst/n').value(1 + (await tx.get('jst/n').number()));
      });
    await Promise.all([add(), add(), add()]);
    assert.strictEqual(await client.get('jst/n').number(), 3);
    await client.delete().prefix('jst/');
  },
  async leases() {
    const lease = client.lease(30, { autoKeepAlive: false });
    const id = await lease.grant();
    await lease.put('jsl/a').value('x');
    const kept = await lease.keepaliveOnce();
    assert.deepStrictEqual([kept.ID, kept.TTL], [id, '30']);
    const left = await client.leaseClient.leaseTimeToLive({ ID: id, keys: true });
    assert.deepStrictEqual(left.keys.map(String), ['jsl/a']);
    await lease.revoke();
    assert.strictEqual(await client.get('jsl/a').string(), null);
    // Kept alive by a stream.
    const kept2 = client.lease(5);
    const said = once(kept2, 'keepaliveSucceeded');
    await kept2.grant();
    await said;
    await kept2.revoke();
  },
  async watches() {
    const first = await client.put('jsw/a').value('1');
    const watcher = await client.watch().prefix('jsw/').create();
    const events = [];
    const enough = new Promise(done => {
      const take = kind => kv => {
        events.push(`${kind} ${kv.key} ${kv.value}`);
        if (events.length === 3) done();
      };
      watcher.on('put', take('put'));
      watcher.on('delete', take('delete'));
    });
    await client.put('jsw/a').value('2');
    await client.put('other').value('0');
    await client.put('jsw/b').value('3');
    await client.delete().key('jsw/a');
    await within(enough, 'a watch');
    assert.deepStrictEqual(events, ['put jsw/a 2', 'put jsw/b 3', 'delete jsw/a ']);
    await watcher.cancel();
    // From the past on.
    const past = await client.watch().key('jsw/a').startRevision(first.header.revision).create();
    const put = await once(past, 'put');
    assert.strictEqual(put.value.toString(), '1');
    await past.cancel();
    await client.delete().prefix('jsw/');
    await client.delete().key('other');
  },
  async locks() {
    const lock = client.lock('js-lock').ttl(20);
    await lock.acquire();
    await assert.rejects(client.lock('js-lock').acquire(), /Failed to acquire/);
    await lock.release();
    assert.strictEqual(await client.lock('js-lock').do(() => 7), 7);
  },
  async elections() {
    const election = client.election('js-election', 20);
    const first = election.campaign('one');
    await once(first, 'elected');
    assert.strictEqual(await election.leader(), 'one');
    const second = election.campaign('two');
    const elected = once(second, 'elected');
    await first.proclaim('still one');
    assert.strictEqual(await election.leader(), 'still one');
    await first.resign();
    await elected;
    assert.strictEqual(await election.leader(), 'two');
    await second.resign();
  },
  async users() {
    const role = await client.role('js-role').create();
    await role.grant({ permission: 'Readwrite', range: client.range({ prefix: 'js/' }) });
    const permissions = await role.permissions();
    assert.strictEqual(permissions[0].permission, 'Readwrite');
    const user = await client.user('js-user').create('secret');
    await user.addRole('js-role');
    assert.deepStrictEqual((await user.roles()).map(found => found.name), ['js-role']);
    await assert.rejects(client.user('js-user').create('secret'), /user name already exists/);
    await user.delete();
    await role.delete();
  },
  async members() {
    const { members } = await client.cluster.memberList({});
    assert.strictEqual(members.length, 1);
    assert.match((await client.maintenance.status()).version, /^3\./);
  },
};

(async () => {
  for (const [name, run] of Object.entries(cases)) {
    await within(run(), name);
    console.log(`ok ${name}`);
  }
  client.close();
  process.exit(0);
})().catch(error => {
  console.error(error);
  process.exit(1);
});
