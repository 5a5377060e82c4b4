import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@faktorz/testing';
import { Acceptance } from './support/acceptance.js';
import type { Ran } from './support/program.js';
import { WebhookReceiver } from './support/webhook-receiver.js';

const PROJECT = 'ledger';
const RECORDS = `/apis/triggers.faktorz.io/v1/namespaces/${PROJECT}/triggerrecords`;
const BASE = 'spec.template.spec.containers';

interface RecordView {
  metadata: { name: string };
  spec: { image?: string; target: { kind: string; name: string } };
  status: { phase: string; reason?: string };
}

let bench: Acceptance;
let receiver: WebhookReceiver;

beforeAll(async () => {
  bench = await Acceptance.start();
  receiver = await WebhookReceiver.start();
  expect(await faktorz('new-project', PROJECT)).toMatchObject({ code: 0 });
  await create('parrot', {
    kind: 'ImageStream',
    apiVersion: 'image.openshift.io/v1',
    spec: tags('quay.test/parrot:1'),
  });
  await create('hook', {
    kind: 'Webhook',
    apiVersion: 'events.faktorz.io/v1',
    spec: { url: receiver.url, types: ['TagUpdated'] },
  });
  await deploy('follows', [trigger('main')], ['main', 'side']);
  await deploy('paused', [{ ...trigger('main'), paused: true }], ['main']);
  await deploy('lacks', [trigger('other')], ['main']);
}, 120_000);

afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

const faktorz = (...args: string[]): Promise<Ran> => bench.faktorz(args);

async function create(name: string, object: { kind: string; [field: string]: unknown }): Promise<void> {
  const file = await bench.manifest(`${object.kind}-${name}.json`, { metadata: { name }, ...object });
  expect(await faktorz('create', '-f', file)).toMatchObject({ code: 0 });
}

/** One tag that is a mere reference: nothing has to be imported. */
const tags = (image: string) => ({
  tags: [{ name: 'stable', reference: true, from: { kind: 'DockerImage', name: image } }],
});

const trigger = (container: string) => ({
  from: { kind: 'ImageStreamTag', name: 'parrot:stable' },
  fieldPath: `${BASE}[?(@.name=="${container}")].image`,
});

function deploy(name: string, triggers: object[], containers: string[]): Promise<void> {
  return create(name, {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name, annotations: { 'image.openshift.io/triggers': JSON.stringify(triggers) } },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: containers.map((container) => ({ name: container, image: 'busybox:1' })) },
      },
    },
  } as { kind: string });
}

async function records(fieldSelector: string): Promise<RecordView[]> {
  const path = `${RECORDS}?fieldSelector=${encodeURIComponent(fieldSelector)}`;
  return (await bench.object<{ items: RecordView[] }>(path))?.items ?? [];
}

/** Moves the tag and waits until the Deployment shows it. */
async function move(image: string): Promise<void> {
  const patch = JSON.stringify({ spec: tags(image) });
  expect(await faktorz('patch', 'is/parrot', '--type=merge', '-p', patch)).toMatchObject({ code: 0 });
  await eventually(`${image} is written`, async () => {
    const written = await records('spec.target.name=follows,status.phase=Written');
    return written.some(({ spec }) => spec.image === image);
  });
}

describe('the ledger', () => {
  it('is read like any other kind, by stream, tag, object and outcome', async () => {
    await move('quay.test/parrot:2');
    const selector = `spec.streamNamespace=${PROJECT},spec.stream=parrot,spec.tag=stable`;
    await eventually('all three objects have a row', async () => {
      const rows = await records(selector);
      return rows.filter(({ spec }) => spec.image === 'quay.test/parrot:2').length === 3;
    });
    const { stdout } = await faktorz('get', 'triggerrecords', '--field-selector', 'spec.target.kind=Deployment');
    expect(stdout).toMatch(/^NAME +OBJECT +TAG +PHASE +REASON +CHANGED\n/);
    expect(stdout).toMatch(/follows\.\d+ +Deployment\/follows +ledger\/parrot:stable +Written +/);
    expect(stdout).toMatch(/paused\.\d+ +Deployment\/paused +ledger\/parrot:stable +Skipped +Paused/);
    expect(stdout).toMatch(/lacks\.\d+ +Deployment\/lacks +ledger\/parrot:stable +Skipped +ContainerMissing/);
    const one = await records('spec.target.name=follows,spec.tag=other');
    expect(one).toEqual([]);
    expect(await faktorz('get', 'triggerrecords', '--field-selector', 'spec.nonsense=1')).toMatchObject({ code: 1 });
  }, 60_000);

  it('can be replayed by its newest rows alone, and written by nobody', async () => {
    const [newest] = (await records('spec.target.name=follows')).slice(-1);
    const [oldest] = await records('spec.target.name=follows');
    expect(await faktorz('trigger', 'replay', newest!.metadata.name)).toMatchObject({
      code: 0,
      stdout: `triggerrecord.triggers.faktorz.io/${newest!.metadata.name} replayed: the object is looked at again\n`,
    });
    expect(await faktorz('trigger', 'replay', oldest!.metadata.name)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a newer change has come'),
    });
    expect(await faktorz('trigger', 'replay', 'nothing.1')).toMatchObject({ code: 1 });
    expect(await faktorz('delete', 'triggerrecord', newest!.metadata.name)).toMatchObject({ code: 1 });
  }, 60_000);

  it('is open to those who may view the project, and replay to those who may edit it', async () => {
    for (const [user, role] of [
      ['vera', 'view'],
      ['ed', 'edit'],
    ] as const) {
      await faktorz('adm', 'create-user', user);
      expect(await faktorz('policy', 'add-role-to-user', role, user)).toMatchObject({ code: 0 });
    }
    const may = async (user: string, verb: string, resource: string) =>
      (await faktorz('auth', 'can-i', verb, `${resource}.triggers.faktorz.io`, '--as', user)).stdout.trim();
    expect(await may('vera', 'list', 'triggerrecords')).toBe('yes');
    expect(await may('vera', 'create', 'triggerrecords/replay')).toBe('no');
    const replay = ['auth', 'can-i', 'create', 'triggerrecords.triggers.faktorz.io', '--subresource=replay'];
    expect((await faktorz(...replay, '--as', 'ed')).stdout.trim()).toBe('yes');
    expect((await faktorz(...replay, '--as', 'vera')).stdout.trim()).toBe('no');
  }, 60_000);
});

describe('faktorz trace', () => {
  it('shows what the newest change of a tag has led to, at objects and webhooks', async () => {
    await eventually('the webhook has it', () => receiver.deliveries.length >= 1);
    const { code, stdout } = await faktorz('trace', 'parrot:stable');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ledger\/parrot:stable is quay\.test\/parrot:2 since /);
    expect(stdout).toMatch(/\nChange tag-tracker:\d+: quay\.test\/parrot:2\n {2}moved \d+s ago: tag by admin, at /);
    expect(stdout).toMatch(/ {2}WHO +STATE +AFTER +WHY\n/);
    expect(stdout).toMatch(/ {2}Deployment\/follows +Written +\d+m?s +main was quay\.test\/parrot:1\n/);
    expect(stdout).toMatch(/ {2}Deployment\/paused +Skipped +\d+m?s +Paused\n/);
    expect(stdout).toMatch(/ {2}Webhook\/hook +Delivered +/);
    expect(stdout.match(/\nChange /g)).toHaveLength(1);
    expect((await faktorz('trace', 'parrot:stable', '--last=9')).stdout.match(/\nChange /g)).toHaveLength(2);
  }, 60_000);

  it('says so when there is nothing to tell, or no such tag', async () => {
    await create('lonely', { kind: 'ImageStream', apiVersion: 'image.openshift.io/v1', spec: {} } as { kind: string });
    expect((await faktorz('trace', 'lonely:1')).stdout).toBe(
      'ledger/lonely:1 points at no image\n\nNo object names it, and no webhook was told of it.\n',
    );
    expect(await faktorz('trace', 'nothing:1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not found'),
    });
    expect(await faktorz('trace', 'parrot')).toMatchObject({ code: 1 });
  }, 60_000);
});

describe('faktorz why', () => {
  it('explains each container by its trigger and the change that made its image', async () => {
    const { code, stdout } = await faktorz('why', 'deploy/follows');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^deployment\.apps\/follows in project ledger\n\nmain: quay\.test\/parrot:2\n/);
    expect(stdout).toContain('  follows ledger/parrot:stable\n');
    expect(stdout).toMatch(/ {2}set \d+s ago by change tag-tracker:\d+ \(tag by admin\), was quay\.test\/parrot:1\n/);
    expect(stdout).toContain('\nside: busybox:1\n  no trigger names this container\n');
  }, 60_000);

  it('says why a container did not change', async () => {
    expect((await faktorz('why', 'deploy', 'paused')).stdout).toMatch(
      /follows ledger\/parrot:stable, but the trigger is paused\n {2}change tag-tracker:\d+ \(tag by admin\), \d+s ago: Skipped: Paused\n/,
    );
    expect(await faktorz('why', 'deploy/none')).toMatchObject({ code: 1 });
    expect(await faktorz('why', 'deploy')).toMatchObject({ code: 1 });
  }, 60_000);

  it('tells of triggers that cannot be read', async () => {
    const annotation = 'image.openshift.io/triggers={';
    expect(await faktorz('annotate', 'deploy/paused', annotation, '--overwrite')).toMatchObject({ code: 0 });
    expect((await faktorz('why', 'deploy/paused')).stdout).toContain('Its triggers cannot be read');
  }, 60_000);
});

describe('Events', () => {
  it('on the object tell of what was written and of what cannot be', async () => {
    await eventually('they are there', async () => {
      const { stdout } = await faktorz('get', 'events');
      return /ImageUpdated +deployment\/follows/i.test(stdout) && /TriggerFailed +deployment\/lacks/i.test(stdout);
    });
  }, 60_000);
});
