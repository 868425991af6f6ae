// The JavaScript client (npm: @kubernetes/client-node) against an API server: KUBECONFIG names it.
//
// Every step asserts what a server of upstream's answers; the name of each is printed when it is done.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(process.env.MODULES + '/'));
const k8s = await import(pathToFileURL(require.resolve('@kubernetes/client-node')).href);

const config = new k8s.KubeConfig();
config.loadFromFile(process.env.KUBECONFIG);
const core = config.makeApiClient(k8s.CoreV1Api);
const apps = config.makeApiClient(k8s.AppsV1Api);
const objects = k8s.KubernetesObjectApi.makeApiClient(config);
const namespace = 'node';
const map = (name, data) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data });

async function refused(code, reason, promise) {
  const error = await promise.then(() => assert.fail('it is not refused'), (error) => error);
  assert.equal(error.code, code, error);
  const status = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
  assert.equal(status.reason, reason, error);
}

async function writes() {
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  const made = await core.createNamespacedConfigMap({ namespace, body: map('a', { k: '1' }) });
  assert.ok(made.metadata.creationTimestamp instanceof Date);
  await refused(409, 'AlreadyExists', core.createNamespacedConfigMap({ namespace, body: map('a', {}) }));
  await refused(404, 'NotFound', core.readNamespacedConfigMap({ namespace, name: 'none' }));
  await refused(422, 'Invalid', core.createNamespacedConfigMap({ namespace, body: map('A B', {}) }));
  const operations = [{ op: 'replace', path: '/data/k', value: '2' }];
  const patched = await core.patchNamespacedConfigMap({ namespace, name: 'a', body: operations });
  assert.deepEqual(patched.data, { k: '2' });
  patched.data = { fresh: 'yes' };
  await core.replaceNamespacedConfigMap({ namespace, name: 'a', body: patched });
  await refused(409, 'Conflict', core.replaceNamespacedConfigMap({ namespace, name: 'a', body: patched }));
  const list = await core.listNamespacedConfigMap({ namespace, fieldSelector: 'metadata.name=a' });
  assert.deepEqual(list.items[0].data, { fresh: 'yes' });
  const gone = await core.deleteNamespacedConfigMap({ namespace, name: 'a' });
  assert.equal(gone.status, 'Success');
}

async function workloads() {
  const template = { metadata: { labels: { app: 'd' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };
  const body = { metadata: { name: 'd' }, spec: { replicas: 1, selector: { matchLabels: { app: 'd' } }, template } };
  const made = await apps.createNamespacedDeployment({ namespace, body });
  assert.equal(made.spec.progressDeadlineSeconds, 600);
  const scale = await apps.readNamespacedDeploymentScale({ namespace, name: 'd' });
  scale.spec.replicas = 4;
  const scaled = await apps.replaceNamespacedDeploymentScale({ namespace, name: 'd', body: scale });
  assert.equal(scaled.spec.replicas, 4);
}

async function anyObject() {
  const patch = (object, manager, force) =>
    objects.patch(object, undefined, undefined, manager, force, k8s.PatchStrategy.ServerSideApply);
  const made = await patch(map('ssa', { a: '1' }), 'one');
  assert.equal(made.metadata.managedFields[0].operation, 'Apply');
  await refused(409, 'Conflict', patch(map('ssa', { a: '2' }), 'two'));
  const forced = await patch(map('ssa', { a: '2' }), 'two', true);
  assert.deepEqual(forced.data, { a: '2' });
  const list = await objects.list('v1', 'ConfigMap', namespace);
  assert.ok(list.items.some((item) => item.metadata.name === 'ssa'));
  await objects.delete(map('ssa'));
}

async function watches() {
  const seen = [];
  const start = (await core.listNamespacedConfigMap({ namespace })).metadata.resourceVersion;
  await new Promise((done, fail) => {
    let request;
    const event = (kind, object) => {
      seen.push([kind, object.data.n]);
      if (kind === 'DELETED') {
        request.then((controller) => controller.abort());
        done();
      }
    };
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    request = new k8s.Watch(config).watch(path, { resourceVersion: start }, event, (error) => error && fail(error));
    request
      .then(() => core.createNamespacedConfigMap({ namespace, body: map('w', { n: '1' }) }))
      .then(() => core.replaceNamespacedConfigMap({ namespace, name: 'w', body: map('w', { n: '2' }) }))
      .then(() => core.deleteNamespacedConfigMap({ namespace, name: 'w' }))
      .catch(fail);
  });
  assert.deepEqual(seen, [['ADDED', '1'], ['MODIFIED', '2'], ['DELETED', '2']]);
}

async function informers() {
  await core.createNamespacedConfigMap({ namespace, body: map('before', { n: '0' }) });
  const list = () => core.listNamespacedConfigMap({ namespace });
  const informer = k8s.makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, list);
  const seen = [];
  await new Promise((done, fail) => {
    for (const kind of ['add', 'update', 'delete']) {
      informer.on(kind, (object) => {
        if (!object.metadata.name.startsWith('kube-')) {
          seen.push(`${kind} ${object.metadata.name}`);
        }
        if (kind === 'delete') {
          done();
        }
      });
    }
    informer.on('error', fail);
    informer
      .start()
      .then(() => core.createNamespacedConfigMap({ namespace, body: map('i', { n: '1' }) }))
      .then(() => core.replaceNamespacedConfigMap({ namespace, name: 'i', body: map('i', { n: '2' }) }))
      .then(() => core.deleteNamespacedConfigMap({ namespace, name: 'i' }))
      .catch(fail);
  });
  await informer.stop();
  assert.deepEqual(seen, ['add before', 'add i', 'update i', 'delete i']);
}

for (const step of [writes, workloads, anyObject, watches, informers]) {
  await step();
  console.log(step.name);
}
process.exit(0);
