import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomImage } from '@faktorz/testing';
import { Acceptance } from './support/acceptance.js';
import { IMAGE_API, streamManifest } from './support/image-streams.js';
import { type Probe, type Probed, Prober } from './support/probe.js';

const NAMESPACE = 'mistakes';
const STREAMS = `${IMAGE_API}/namespaces/${NAMESPACE}/imagestreams`;
const TAGS = `${IMAGE_API}/namespaces/${NAMESPACE}/imagestreamtags`;
const IMAGE_TAGS = `${IMAGE_API}/namespaces/${NAMESPACE}/imagetags`;
const IMPORTS = `${IMAGE_API}/namespaces/${NAMESPACE}/imagestreamimports`;
const SECRETS = `/api/v1/namespaces/${NAMESPACE}/secrets`;
const GOOD = `${STREAMS}/good`;
const MIB = 1024 * 1024;
/** Random requests per run of this file. */
const RUNS = 300;

let bench: Acceptance;
let prober: Prober;

beforeAll(async () => {
  // Service accounts and pull secrets that make themselves would look like writes of these requests.
  bench = await Acceptance.start({ env: { FAKTORZ_AUTH_PAUSED: 'true' } });
  prober = new Prober(bench.system);
  await bench.kubectl(['create', 'namespace', NAMESPACE]);
  await bench.registry.push('team/good:1', randomImage());
  const from = `--from=${bench.registry.host}/team/good:1`;
  const made = await bench.faktorz(['-n', NAMESPACE, 'import-image', 'good:1', from, '--confirm', '--insecure']);
  expect(made).toMatchObject({ code: 0 });
}, 120_000);

afterAll(async () => {
  await prober[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
}, 60_000);

/** Everything these requests could have changed; the versions of the lists show every write. */
async function state(): Promise<string> {
  const lists = [`${IMAGE_API}/imagestreams`, `${IMAGE_API}/images`, SECRETS];
  return (await Promise.all(lists.map((path) => prober.send({ method: 'GET', path })))).map(({ text }) => text).join();
}

let before: string;
beforeEach(async () => {
  before = await state();
});
afterEach(async () => {
  expect(await state()).toBe(before);
});

function stream(changes: object): string {
  return JSON.stringify({ ...streamManifest('new'), ...changes });
}

function post(path: string, body: string | Buffer, type?: string): Probe {
  return { method: 'POST', path, body, ...(type && { headers: { 'content-type': type } }) };
}

function patch(body: string, type: string, query = ''): Probe {
  return { method: 'PATCH', path: GOOD + query, body, headers: { 'content-type': type } };
}

function get(path: string): Probe {
  return { method: 'GET', path };
}

const strict = `${STREAMS}?fieldValidation=Strict`;
const tags = (...entries: object[]): string => stream({ spec: { tags: entries } });
const tagOf = (kind: string, name: string, more: object = {}): string =>
  JSON.stringify({ apiVersion: 'image.openshift.io/v1', kind, metadata: { name }, ...more });
const importOf = (...images: object[]): string =>
  JSON.stringify({
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStreamImport',
    metadata: { name: 'new' },
    spec: { import: true, images },
  });

type Case = [what: string, probe: Probe, code: number, says: RegExp];

function refuses(cases: Case[]): void {
  it.each(cases)('%s', async (_what, probe, code, says) => {
    expectStatus(await prober.send(probe), code, says);
  });
}

function expectStatus(answer: Probed, code: number, says: RegExp): void {
  expect(answer).toMatchObject({ code });
  expect(answer.json).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code });
  expect(told(answer)).toMatch(says);
}

/** All that a Status says in words. */
function told({ json }: Probed): string {
  return [json?.message, ...(json?.details?.causes ?? []).map(({ message }) => message)].join('\n');
}

describe('a body that cannot be read is refused', () => {
  refuses([
    ['broken JSON', post(STREAMS, '{"kind":'), 400, /JSON|json|unexpected end/],
    ['broken YAML', post(STREAMS, 'kind: [\n  a: b', 'application/yaml'), 400, /yaml|YAML/],
    ['nothing', post(STREAMS, ''), 400, /./],
    ['a list', post(STREAMS, '[]'), 400, /./],
    ['a bare word', post(STREAMS, '"stream"'), 400, /./],
    ['null', post(STREAMS, 'null'), 422, /name or generateName is required/],
    ['bytes that are not UTF-8', post(STREAMS, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])), 400, /./],
    ['very deep nesting', post(STREAMS, `{"spec":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), 400, /./],
    [
      'more than 3 MiB',
      post(STREAMS, stream({ metadata: { name: 'big', annotations: { a: 'x'.repeat(3 * MIB) } } })),
      413,
      /too large|limit/,
    ],
    ['another content type', post(STREAMS, stream({}), 'text/plain'), 415, /accepted media types include/],
    [
      'protobuf that is none',
      post(SECRETS, Buffer.from('k8s\0\x0a\xff\xff\xff'), 'application/vnd.kubernetes.protobuf'),
      400,
      /./,
    ],
    [
      'a protobuf head without a body',
      post(SECRETS, Buffer.from('k8s\0'), 'application/vnd.kubernetes.protobuf'),
      422,
      /./,
    ],
  ]);
});

describe('an object that is not what was asked for is refused', () => {
  refuses([
    ['another kind', post(STREAMS, stream({ kind: 'Secret' })), 400, /Secret/],
    ['another version', post(STREAMS, stream({ apiVersion: 'image.openshift.io/v9' })), 400, /v9/],
    [
      'another namespace',
      post(STREAMS, stream({ metadata: { name: 'new', namespace: 'elsewhere' } })),
      400,
      /namespace/,
    ],
    ['another name than in the address', { method: 'PUT', path: GOOD, body: stream({}) }, 400, /name/],
    ['an unknown field', post(strict, stream({ spec: { tagz: [] } })), 400, /unknown field "spec\.tagz"/],
    [
      'a key twice',
      post(
        strict,
        '{"kind":"ImageStream","apiVersion":"image.openshift.io/v1","metadata":{"name":"new","name":"old"}}',
      ),
      400,
      /duplicate field "metadata\.name"/,
    ],
    ['a text for a map', post(STREAMS, stream({ spec: 'much' })), 400, /./],
    ['a number for a name', post(STREAMS, stream({ metadata: { name: 7 } })), 400, /./],
    ['a list for labels', post(STREAMS, stream({ metadata: { name: 'new', labels: ['a'] } })), 400, /./],
    [
      'no name',
      post(STREAMS, stream({ metadata: {} })),
      422,
      /metadata\.name: Required value|name or generateName is required/,
    ],
    [
      'a bad name',
      post(STREAMS, stream({ metadata: { name: 'No Good' } })),
      422,
      /metadata\.name: Invalid value: .*must match/,
    ],
    [
      'a label that is none',
      post(STREAMS, stream({ metadata: { name: 'new', labels: { 'a b': 'c' } } })),
      422,
      /metadata\.labels/,
    ],
    [
      'a namespace that is not there',
      post(`${IMAGE_API}/namespaces/absent/imagestreams`, stream({})),
      404,
      /namespaces "absent" not found/,
    ],
    ['a name that is taken', post(STREAMS, JSON.stringify(streamManifest('good'))), 409, /already exists/],
    [
      'an old version',
      {
        method: 'PUT',
        path: GOOD,
        body: JSON.stringify({ ...streamManifest('good'), metadata: { name: 'good', resourceVersion: '1' } }),
      },
      409,
      /the object has been modified/,
    ],
    [
      'a version that is none',
      {
        method: 'PUT',
        path: GOOD,
        body: JSON.stringify({ ...streamManifest('good'), metadata: { name: 'good', resourceVersion: 'x;drop' } }),
      },
      409,
      /./,
    ],
  ]);
});

describe('a tag that cannot be is refused', () => {
  refuses([
    [
      'another kind of source',
      post(STREAMS, tags({ name: 'x', from: { kind: 'Oddity', name: 'y' } })),
      422,
      /valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'/,
    ],
    [
      'a source without a name',
      post(STREAMS, tags({ name: 'x', from: { kind: 'DockerImage' } })),
      422,
      /spec\.tags\[x\]\.from/,
    ],
    [
      'a pull spec that is none',
      post(STREAMS, tags({ name: 'x', from: { kind: 'DockerImage', name: 'UPPER//case' } })),
      422,
      /spec\.tags\[x\]\.from\.name/,
    ],
    [
      'a schedule for a tag',
      post(
        STREAMS,
        tags({ name: 'x', from: { kind: 'ImageStreamTag', name: 'a:b' }, importPolicy: { scheduled: true } }),
      ),
      422,
      /only tags pointing to Docker repositories/,
    ],
    [
      'another policy',
      post(STREAMS, tags({ name: 'x', from: { kind: 'DockerImage', name: 'a/b' }, referencePolicy: { type: 'Far' } })),
      422,
      /valid values are "Source", "Local"/,
    ],
    [
      'another import mode',
      post(
        STREAMS,
        tags({ name: 'x', from: { kind: 'DockerImage', name: 'a/b' }, importPolicy: { importMode: 'Odd' } }),
      ),
      422,
      /valid modes are/,
    ],
    [
      'a source stream that is not there',
      post(STREAMS, tags({ name: 'x', from: { kind: 'ImageStreamTag', name: 'absent:1' } })),
      422,
      /absent/,
    ],
    ['a tag without a stream', get(`${TAGS}/good`), 400, /must be retrieved with <name>:<tag>/],
    [
      'a tag that is not there',
      { method: 'DELETE', path: `${TAGS}/good:9` },
      404,
      /imagestreamtags\.image\.openshift\.io "good:9" not found/,
    ],
    [
      'a tag without a name',
      post(TAGS, tagOf('ImageStreamTag', '')),
      422,
      /^ImageStreamTag\.image\.openshift\.io "" is invalid: metadata\.name: Required value/,
    ],
    [
      'a tag whose annotations are not those of its object',
      post(TAGS, tagOf('ImageStreamTag', 'good:2', { tag: { annotations: { a: 'b' } } })),
      422,
      /tag\.annotations: Invalid value: "<map>": tag annotations must not be provided or must be equal/,
    ],
    [
      'an update of nothing, in a stream that is not there',
      { method: 'PUT', path: `${TAGS}/none:1`, body: tagOf('ImageStreamTag', 'none:1') },
      400,
      /^imagestreamtag 1 is not a spec tag in imagestream mistakes\/none, cannot be updated$/,
    ],
    [
      'a version of a stream that is not there',
      {
        method: 'PUT',
        path: `${TAGS}/none:1`,
        body: tagOf('ImageStreamTag', 'none:1', { metadata: { name: 'none:1', resourceVersion: '1' } }),
      },
      404,
      /^imagestreamtags\.image\.openshift\.io "none:1" not found$/,
    ],
    [
      'a patch of a tag that is not there',
      { ...patch('{"metadata":{"annotations":{"a":"b"}}}', 'application/merge-patch+json'), path: `${TAGS}/good:9` },
      400,
      /is not a spec tag in imagestream mistakes\/good, cannot be updated$/,
    ],
    [
      'a delete of the tag of another stream of the name',
      { method: 'DELETE', path: `${TAGS}/good:1`, body: '{"preconditions":{"uid":"other"}}' },
      409,
      /the UID precondition was not met$/,
    ],
    [
      'an image tag without spec',
      post(IMAGE_TAGS, tagOf('ImageTag', 'good:2')),
      422,
      /spec: Required value: spec is a required field during creation/,
    ],
    [
      'an image tag with the name of another',
      post(IMAGE_TAGS, tagOf('ImageTag', 'good:2', { spec: { name: '3', from: { kind: 'Odd', name: 'a' } } })),
      422,
      /\[spec\.name: Invalid value: "3": must match image tag name, spec\.from\.kind: Required value/,
    ],
    [
      'an image tag with a history of its own',
      {
        method: 'PUT',
        path: `${IMAGE_TAGS}/good:1`,
        body: tagOf('ImageTag', 'good:1', { spec: { name: '1' }, status: { tag: '1', items: null } }),
      },
      422,
      /status: Invalid value: "": may not update fields other than spec/,
    ],
    [
      'a mapping without image',
      post(
        `${IMAGE_API}/namespaces/${NAMESPACE}/imagestreammappings`,
        tagOf('ImageStreamMapping', 'good', { tag: 'x' }),
      ),
      422,
      /is invalid: image\.metadata\.name: Required value: name or generateName is required/,
    ],
    [
      'a signature of nothing',
      post(`${IMAGE_API}/imagesignatures`, tagOf('ImageSignature', 'x', { type: 'atomic', content: 'Yg==' })),
      422,
      /metadata\.name: Invalid value: "x": name must be of format <imageName>@<signatureName>/,
    ],
    [
      'an image without a stream',
      get(`${IMAGE_API}/namespaces/${NAMESPACE}/imagestreamimages/good`),
      400,
      /must be retrieved with <name>@<id>/,
    ],
  ]);
});

describe('an import that says too little is refused', () => {
  refuses([
    ['nothing to import', post(IMPORTS, importOf()), 422, /you must specify at least one image or a repository import/],
    ['an image without a source', post(IMPORTS, importOf({ to: { name: 'x' } })), 422, /spec\.images\[0\]\.from/],
    [
      'a source that is no image',
      post(IMPORTS, importOf({ from: { kind: 'ImageStreamTag', name: 'a:b' } })),
      422,
      /only DockerImage is supported/,
    ],
    [
      'a repository with a tag',
      post(
        IMPORTS,
        importOf().replace('"images":[]', '"repository":{"from":{"kind":"DockerImage","name":"a.example/b:c"}}'),
      ),
      422,
      /you must specify an image repository, not a tag or ID/,
    ],
    [
      'a bad stream name',
      post(IMPORTS, importOf({ from: { kind: 'DockerImage', name: 'a.example/b:c' } }).replace('"new"', '"No Good"')),
      422,
      /must match/,
    ],
    [
      'a stream that has moved on',
      post(
        IMPORTS,
        importOf({ from: { kind: 'DockerImage', name: 'a.example/b:c' } }).replace(
          '"name":"new"',
          '"name":"good","resourceVersion":"1"',
        ),
      ),
      409,
      /updated/,
    ],
  ]);
});

describe('a patch that does not fit is refused', () => {
  refuses([
    ['another media type', patch('{}', 'application/json'), 415, /accepted media types include/],
    ['broken JSON', patch('{', 'application/merge-patch+json'), 400, /./],
    ['operations that are no list', patch('{}', 'application/json-patch+json'), 400, /./],
    [
      'a failing test',
      patch('[{"op":"test","path":"/metadata/name","value":"x"}]', 'application/json-patch+json'),
      422,
      /test/,
    ],
    [
      'a path that is not there',
      patch('[{"op":"remove","path":"/spec/absent"}]', 'application/json-patch+json'),
      422,
      /absent/,
    ],
    ['an unknown operation', patch('[{"op":"burn","path":"/spec"}]', 'application/json-patch+json'), 400, /burn/],
    [
      'an apply by nobody',
      patch('{"apiVersion":"image.openshift.io/v1","kind":"ImageStream"}', 'application/apply-patch+yaml'),
      422,
      /fieldManager.*[Rr]equired/,
    ],
    ['a change of the name', patch('{"metadata":{"name":"other"}}', 'application/merge-patch+json'), 400, /name/],
    ['a wrong type', patch('{"spec":{"tags":"all"}}', 'application/merge-patch+json'), 422, /./],
    [
      'a prototype',
      patch(
        '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
        'application/merge-patch+json',
        '?fieldValidation=Strict',
      ),
      422,
      /unknown field/,
    ],
    ['an unknown dry run', patch('{}', 'application/merge-patch+json', '?dryRun=Some'), 422, /dryRun/],
  ]);
});

describe('a question that cannot be answered is refused', () => {
  refuses([
    [
      'a label selector that is none',
      get(`${STREAMS}?labelSelector=a%20b%20c`),
      400,
      /unable to parse requirement|selector/,
    ],
    ['an unknown field selector', get(`${STREAMS}?fieldSelector=spec.colour%3Dred`), 400, /spec\.colour/],
    ['a forged continuation', get(`${STREAMS}?continue=Zm9yZ2Vk`), 400, /continue/],
    ['a limit that is no number', get(`${STREAMS}?limit=many`), 400, /limit|many/],
    ['a version that is none', get(`${STREAMS}?resourceVersion=latest`), 400, /resourceVersion|latest/],
    ['a version match without a version', get(`${STREAMS}?resourceVersionMatch=Exact`), 422, /resourceVersionMatch/],
    ['a watch from a version that is none', get(`${STREAMS}?watch=true&resourceVersion=latest`), 400, /./],
    ['a watch of tags', get(`${TAGS}?watch=true`), 405, /watch is not supported/],
    [
      'a resource that is not there',
      get(`${IMAGE_API}/namespaces/${NAMESPACE}/gadgets`),
      404,
      /the server could not find the requested resource/,
    ],
    [
      'a method that is not there',
      { method: 'PUT', path: STREAMS, body: '{}' },
      405,
      /the server does not allow this method/,
    ],
    ['a token that is none', { ...get(STREAMS), headers: { authorization: 'Bearer forged' } }, 401, /Unauthorized/],
    ['options that are none', { method: 'DELETE', path: GOOD, body: '{"preconditions":7}' }, 400, /./],
    [
      'another uid',
      {
        method: 'DELETE',
        path: GOOD,
        body: '{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"other"}}',
      },
      409,
      /^Operation cannot be fulfilled on ImageStream\.image\.openshift\.io "good": the UID in the precondition \(other\)/,
    ],
  ]);

  it('a negative limit counts as none', async () => {
    expect(await prober.send(get(`${STREAMS}?limit=-1`))).toMatchObject({ code: 200 });
  });
});

describe('any request', () => {
  it('is answered without an error of ours, and changes nothing', async () => {
    const word = fc.oneof(
      fc.constantFrom('good', 'good:1', 'good@sha256:0', '', '..', '%00', '__proto__', '~'),
      fc.string({ maxLength: 12 }),
    );
    const path = fc
      .tuple(
        fc.constantFrom(
          'imagestreams',
          'imagestreamtags',
          'imagetags',
          'imagestreamimages',
          'imagestreammappings',
          'imagestreamimports',
          'gadgets',
        ),
        word,
        fc.constantFrom('', '/status', '/layers', '/secrets', '/odd'),
      )
      .map(
        ([resource, name, rest]) =>
          `${IMAGE_API}/namespaces/${NAMESPACE}/${resource}/${encodeURIComponent(name)}${rest}`,
      );
    const query = fc.dictionary(
      fc.constantFrom(
        'limit',
        'continue',
        'resourceVersion',
        'resourceVersionMatch',
        'labelSelector',
        'fieldSelector',
        'fieldValidation',
        'timeoutSeconds',
        'sendInitialEvents',
      ),
      fc.oneof(
        fc.constantFrom('-1', '0', '1', '99999999999999999999', 'true', 'Exact', 'a=b', 'metadata.name=good'),
        fc.string({ maxLength: 8 }),
      ),
      { maxKeys: 3 },
    );
    // No object of an arbitrary shape has all that a write needs, so nothing may come of it.
    const body = fc.oneof(
      fc.json(),
      fc.string(),
      fc
        .record(
          {
            kind: fc.constantFrom('ImageStream', 'ImageStreamTag', 'Status'),
            apiVersion: fc.constant('image.openshift.io/v1'),
            metadata: fc.object(),
            spec: fc.anything(),
          },
          { requiredKeys: ['kind'] },
        )
        .map((value) => JSON.stringify(value) ?? ''),
    );
    const type = fc.constantFrom(
      'application/json',
      'application/yaml',
      'application/merge-patch+json',
      'application/json-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
      'application/vnd.kubernetes.protobuf',
      'text/plain',
    );
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
    await fc.assert(
      fc.asyncProperty(method, path, query, body, type, async (verb, address, parameters, content, contentType) => {
        const asked = new URLSearchParams({ ...parameters, dryRun: 'All' });
        const answer = await prober.send({
          method: verb,
          path: `${address}?${asked}`,
          ...(verb !== 'GET' && { body: content, headers: { 'content-type': contentType } }),
        });
        const isTimeout = answer.code === 504 && answer.json?.reason === 'Timeout'; // a version that does not exist yet
        expect(answer.code < 500 || isTimeout ? 'answered' : answer.text).toBe('answered');
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});
