import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@faktorz/testing';
import { DispatcherBench } from './support/dispatcher-bench.js';
import { never, ok, Receiver, status } from './support/receiver.js';

let bench: DispatcherBench;
let receiver: Receiver;
let round = 0;
let hook = '';

beforeAll(async () => {
  bench = await DispatcherBench.start();
  await bench.startDispatcher({ FAKTORZ_TRIGGER_DISPATCHER_WEBHOOK_TIMEOUT_MS: '500' });
}, 60_000);
afterAll(() => bench[Symbol.asyncDispose](), 30_000);
beforeEach(async () => {
  receiver = await Receiver.start();
  round += 1;
  hook = `hook-${round}`;
});
afterEach(async () => {
  await bench.request('DELETE', '/namespaces/team/webhooks');
  await receiver.stop();
});

const phases = async () => (await bench.deliveries(`spec.webhook=${hook}`)).map(({ status: { phase } }) => phase);

describe('a webhook', () => {
  it('is told of a moved tag within milliseconds, signed with the key of its Secret', async () => {
    receiver.keys = [await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] })];
    await bench.move('ruby:1.0'); // connections are open now
    await receiver.until(1);
    const before = performance.now();
    await bench.move('ruby:2.0');
    const [, message] = await receiver.until(2);
    expect(message!.atMs - before).toBeLessThan(1000); // some 10 ms on a quiet machine
    expect(message).toMatchObject({
      verified: 1,
      event: { type: 'io.faktorz.TagUpdated.v1', subject: 'team/ruby:2.0' },
    });
    expect(message!.id).toBe(message!.event.id);
    expect(message!.headers['content-type']).toContain('application/cloudevents+json');
    await eventually('both are delivered', async () => (await phases()).join() === 'Delivered,Delivered');
    const [delivery] = await bench.deliveries(`spec.webhook=${hook}`);
    expect(delivery!.status).toMatchObject({ attempts: 1, lastStatus: 204 });
    expect(delivery!.spec).toMatchObject({ webhook: hook, eventId: receiver.messages[0]!.id });
  });

  it('gets what its types, streams and tags ask for, and nothing of other namespaces', async () => {
    bench.desk.namespaces.set('other', { uid: 'other-1', phase: 'Active' });
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'], streams: ['ru*'], tags: ['2.*'] });
    for (const tag of ['python:2.0', 'ruby:1.0', 'ruby:2.1']) await bench.move(tag);
    await bench.move('ruby:2.2', 'other');
    await bench.move('ruby:2.3');
    await receiver.until(2);
    expect([...receiver.subjects].sort()).toEqual(['team/ruby:2.1', 'team/ruby:2.3']);
  });

  it('gets the events of one tag in order, the later ones only once the failed one is delivered', async () => {
    let failures = 1;
    receiver.reply = (message, response) =>
      (message.event.subject === 'team/ruby:a' && failures-- > 0 ? status(500) : ok)(message, response);
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    await bench.move('ruby:a');
    await receiver.until(1);
    await bench.move('ruby:a');
    await bench.move('ruby:b');
    await receiver.until(2);
    expect(receiver.subjects).toEqual(['team/ruby:a', 'team/ruby:b']);
    const [, , third, fourth] = await receiver.until(4);
    expect(third!.id).toBe(receiver.messages[0]!.id);
    expect(third!.body).toBe(receiver.messages[0]!.body);
    expect(Number(fourth!.id.split(':')[1])).toBeGreaterThan(Number(third!.id.split(':')[1]));
  }, 15_000);

  it('keeps the order of a tag when many moves come at once', async () => {
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    for (let n = 0; n < 20; n += 1) await Promise.all(['a', 'b', 'c'].map((tag) => bench.move(`ruby:${tag}`)));
    await receiver.until(60);
    for (const tag of ['a', 'b', 'c']) {
      const positions = receiver.messages
        .filter(({ event }) => event.subject === `team/ruby:${tag}`)
        .map(({ id }) => Number(id.split(':')[1]));
      expect(positions).toHaveLength(20);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
    }
  }, 15_000);

  it('is not delayed by another whose receiver never answers', async () => {
    const dead = await Receiver.start();
    dead.reply = never;
    await bench.webhook(`${hook}-dead`, { url: dead.url, types: ['TagUpdated'] });
    receiver.keys = [await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] })];
    for (let n = 0; n < 40; n += 1) await bench.move(`dead:${n}`);
    await receiver.until(40);
    const before = performance.now();
    await bench.move('ruby:2.0');
    await receiver.until(41);
    // One after the other, the dead receiver's own would take 20 s.
    expect(receiver.messages.at(-1)!.atMs - before).toBeLessThan(2000);
    await dead.stop();
  }, 15_000);

  it('that answers 410 is suspended, and on resume gets what was kept', async () => {
    receiver.reply = status(410);
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    await bench.move('ruby:a');
    const suspended = await eventually('it is suspended', async () => {
      const { body } = await bench.request<{ spec: { suspend?: boolean }; status?: object }>(
        'GET',
        `/namespaces/team/webhooks/${hook}`,
      );
      return body.spec.suspend && body;
    });
    expect(suspended.status).toEqual({ suspendedReason: 'the receiver answered 410 Gone' });
    receiver.reply = ok;
    await bench.move('ruby:a');
    await bench.move('ruby:b');
    await eventually('they are recorded', async () => (await phases()).length === 3);
    expect(receiver.messages).toHaveLength(1);
    await bench.patch(hook, { suspend: false });
    const [refused, ...kept] = await receiver.until(4);
    const ofTag = kept.filter(({ event }) => event.subject === 'team/ruby:a');
    expect(ofTag[0]!.id).toBe(refused!.id);
    expect(ofTag).toHaveLength(2);
    expect(
      (await bench.request<{ status?: object }>('GET', `/namespaces/team/webhooks/${hook}`)).body.status,
    ).toBeUndefined();
  }, 15_000);

  it('is not tried before the time its receiver asks for', async () => {
    receiver.reply = status(429, { 'retry-after': '3600' });
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    await bench.move('ruby:a');
    const delivery = await eventually('the attempt is written', async () => {
      const [first] = await bench.deliveries(`spec.webhook=${hook}`);
      return first?.status.attempts === 1 && first;
    });
    expect(delivery.status).toMatchObject({ phase: 'Pending', lastStatus: 429 });
    expect(Date.parse(delivery.status.nextAttempt!) - Date.now()).toBeGreaterThan(3_500_000);
  });

  it('is sent at once again when its URL is mended', async () => {
    receiver.reply = status(302, { location: receiver.url });
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    await bench.move('ruby:a');
    const delivery = await eventually('the attempt is written', async () => {
      const [first] = await bench.deliveries(`spec.webhook=${hook}`);
      return first?.status.attempts === 1 && first;
    });
    expect(delivery.status.lastError).toBe('the receiver answered 302: redirects are not followed');
    expect(receiver.messages).toHaveLength(1);
    const other = await Receiver.start();
    await bench.patch(hook, { url: other.url });
    await other.until(1, 2000);
    await other.stop();
  });

  it('fails when its receiver does not answer in time, or is not there', async () => {
    receiver.reply = never;
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    await bench.move('ruby:a');
    const late = await eventually('the attempt is written', async () => {
      const [first] = await bench.deliveries(`spec.webhook=${hook}`);
      return first?.status.attempts === 1 && first;
    });
    expect(late.status).toMatchObject({ phase: 'Pending', lastError: 'no answer within 0.5 s' });
    expect(late.status.lastStatus).toBeUndefined();
    await bench.patch(hook, { url: 'http://127.0.0.1:1/' });
    const refused = await eventually('a second attempt is written', async () => {
      const [first] = await bench.deliveries(`spec.webhook=${hook}`);
      return first?.status.attempts === 2 && first;
    });
    expect(refused.status.lastError).toMatch(/ECONNREFUSED/);
  });

  it('is delivered when the status says so, though the body never ends', async () => {
    receiver.reply = (_message, response) => void response.writeHead(200).write('…');
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    await bench.move('ruby:a');
    await eventually('it is delivered', async () => (await phases()).join() === 'Delivered', 2000);
  });

  it('that is suspended gets on resume what happened meanwhile', async () => {
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'], suspend: true });
    for (const tag of ['a', 'b', 'a']) await bench.move(`ruby:${tag}`);
    await eventually('they are recorded', async () => (await phases()).join() === 'Pending,Pending,Pending');
    expect(receiver.messages).toEqual([]);
    await bench.patch(hook, { suspend: null });
    await receiver.until(3, 2000);
  });

  it('may ask to be told of deliveries, and is not told of the delivery of that', async () => {
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    const watcher = await Receiver.start();
    await bench.webhook(`${hook}-watcher`, { url: watcher.url, types: ['WebhookDelivered'] });
    await bench.move('ruby:a');
    // What became of earlier deliveries in the namespace may be told a moment later, so that it is told to this one too.
    const told = () => watcher.messages.filter(({ event }) => (event.data as { webhook: string }).webhook === hook);
    await eventually('it is told of the delivery', async () => told().length === 1);
    expect(told()[0]!.event.data).toMatchObject({ attempts: 1, status: 204, eventId: receiver.messages[0]!.id });
    await bench.move('ruby:a');
    await eventually('it is told of the second', async () => told().length === 2);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(told()).toHaveLength(2);
    await watcher.stop();
  });
});

describe('the key of a webhook', () => {
  it('rotates: both keys sign until the previous one is taken away', async () => {
    const old = await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    const fresh = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    receiver.keys = [old, fresh];
    await bench.move('ruby:a');
    expect((await receiver.until(1))[0]!.verified).toBe(1);
    bench.desk.put(`team/${hook}-signing`, { secret: fresh, previous: old });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await bench.move('ruby:a');
    expect((await receiver.until(2))[1]!.verified).toBe(2);
    bench.desk.put(`team/${hook}-signing`, { secret: fresh });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await bench.move('ruby:a');
    await receiver.until(3);
    receiver.keys = [fresh];
    await bench.move('ruby:a');
    expect((await receiver.until(4))[3]!.verified).toBe(1);
  }, 15_000);

  it('is made late when auth is slow, without failing the webhook', async () => {
    bench.desk.delayMs = 1_500;
    try {
      const { status: code } = await bench.request('POST', '/namespaces/team/webhooks', {
        metadata: { name: hook },
        spec: { url: receiver.url, types: ['TagUpdated'] },
      });
      expect(code).toBe(201);
      await bench.move('ruby:a');
      const [message] = await receiver.until(1);
      expect(message!.headers['webhook-signature']).toMatch(/^v1,/);
    } finally {
      bench.desk.delayMs = 0;
    }
  }, 15_000);

  it('that is no key is a failure that says so', async () => {
    bench.desk.put(`team/${hook}-signing`, { secret: 'hunter2' });
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    await bench.move('ruby:a');
    const delivery = await eventually('the attempt is written', async () => {
      const [first] = await bench.deliveries(`spec.webhook=${hook}`);
      return first?.status.attempts === 1 && first;
    });
    expect(delivery.status.lastError).toContain('whsec_');
    expect(delivery.status.lastError).not.toContain('hunter2');
    expect(receiver.messages).toEqual([]);
  });
});

describe('a delivery', () => {
  const givenUp = () =>
    bench.database.query(
      `WITH gone AS (DELETE FROM delivery_lane)
       UPDATE webhook_delivery SET phase = 'Failed', attempts = 10, finished_at = now() WHERE webhook = $1`,
      [hook],
    );

  it('is sent again when replayed, under its id', async () => {
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    await bench.move('ruby:a');
    await eventually('it is delivered', async () => (await phases()).join() === 'Delivered');
    const [delivery] = await bench.deliveries(`spec.webhook=${hook}`);
    const path = `/namespaces/team/webhookdeliveries/${delivery!.metadata.name}/replay`;
    const body = {
      apiVersion: 'events.faktorz.io/v1',
      kind: 'WebhookReplay',
      metadata: { name: delivery!.metadata.name },
    };
    expect(await bench.request('POST', path, body)).toMatchObject({
      status: 201,
      body: { kind: 'Status', status: 'Success', message: '1 delivery is sent again' },
    });
    const [first, second] = await receiver.until(2);
    expect(second!.id).toBe(first!.id);
    await eventually('it is delivered', async () => (await phases()).join() === 'Delivered');
  });

  it('that was given up is sent again with all others of its webhook', async () => {
    receiver.reply = status(500);
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    for (const tag of ['a', 'b']) await bench.move(`ruby:${tag}`);
    await receiver.until(2);
    await eventually('both have failed', async () =>
      (await bench.deliveries(`spec.webhook=${hook}`)).every(({ status: { attempts } }) => attempts === 1),
    );
    await givenUp();
    expect(await phases()).toEqual(['Failed', 'Failed']);
    receiver.reply = ok;
    expect(await bench.request('POST', `/namespaces/team/webhooks/${hook}/replay`, {})).toMatchObject({
      status: 201,
      body: { message: '2 deliveries are sent again' },
    });
    await receiver.until(4);
    await eventually('both are delivered', async () => (await phases()).join() === 'Delivered,Delivered');
  });

  it('cannot be replayed when its webhook is gone, or it never was', async () => {
    await bench.webhook(hook, { url: receiver.url, suspend: true, types: ['TagUpdated'] });
    await bench.move('ruby:a');
    await eventually('it is recorded', async () => (await phases()).length === 1);
    await bench.request('DELETE', `/namespaces/team/webhooks/${hook}`);
    const [delivery] = await bench.deliveries(`spec.webhook=${hook}`);
    expect(delivery!.status.phase).toBe('Cancelled');
    const replay = (name: string) => bench.request('POST', `/namespaces/team/webhookdeliveries/${name}/replay`, {});
    expect((await replay(delivery!.metadata.name)).status).toBe(409);
    expect((await replay(`${hook}.999999`)).status).toBe(404);
    expect((await replay('nonsense')).status).toBe(404);
    expect((await bench.request('POST', '/namespaces/team/webhooks/nonsense/replay', {})).status).toBe(404);
  });

  it('is listed in pages, found by label, and read-only', async () => {
    await bench.webhook(hook, { url: receiver.url, types: ['TagUpdated'] });
    for (let n = 0; n < 5; n += 1) await bench.move(`ruby:${n}`);
    await receiver.until(5);
    const list = '/namespaces/team/webhookdeliveries';
    const label = `labelSelector=${encodeURIComponent(`events.faktorz.io/webhook=${hook}`)}`;
    const names: string[] = [];
    let more: string | undefined = '';
    while (more !== undefined) {
      const page: { body: { items: { metadata: { name: string } }[]; metadata: { continue?: string } } } =
        await bench.request('GET', `${list}?${label}&limit=2&continue=${encodeURIComponent(more)}`);
      expect(page.body.items.length).toBeLessThanOrEqual(2);
      names.push(...page.body.items.map(({ metadata }) => metadata.name));
      more = page.body.metadata.continue;
    }
    expect(names).toHaveLength(5);
    expect(new Set(names).size).toBe(5);
    expect((await bench.request('GET', `${list}/${names[0]}`)).body.metadata.name).toBe(names[0]);
    expect((await bench.request('GET', `${list}/${hook}.1999999`)).status).toBe(404);
    expect((await bench.request('POST', list, { metadata: { name: 'x' } })).status).toBe(405);
    expect((await bench.request('GET', `${list}?watch=true`)).status).toBe(405);
  });
});
