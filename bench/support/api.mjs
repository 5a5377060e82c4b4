// The API as the benchmarks use it.
import { Agent, request } from 'undici';

export const NAMESPACE = 'bench';
const STREAMS = `/apis/image.openshift.io/v1/namespaces/${NAMESPACE}`;

/** A client of a running system with kept-alive connections. */
export function apiOf(system, connections = 64) {
  const agent = new Agent({ connect: { ca: system.ca }, connections, pipelining: 1 });
  const send = async (method, path, { body, accept = 'application/json', type = 'application/json' } = {}) => {
    const answer = await request(path.startsWith('/') ? `${system.apiUrl}${path}` : path, {
      method,
      dispatcher: agent,
      headers: { authorization: `Bearer ${system.token}`, accept, ...(body && { 'content-type': type }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 300)}`);
    return text;
  };
  return {
    agent,
    send,
    get: (path, accept) => send('GET', path, { accept }),
    json: async (method, path, body) => JSON.parse((await send(method, path, { body })) || 'null'),
    close: () => agent.destroy(),
  };
}

export const paths = {
  streams: `${STREAMS}/imagestreams`,
  stream: (name) => `${STREAMS}/imagestreams/${name}`,
  tag: (stream, tag) => `${STREAMS}/imagestreamtags/${stream}:${tag}`,
  imports: `${STREAMS}/imagestreamimports`,
  webhooks: `/apis/events.faktorz.io/v1/namespaces/${NAMESPACE}/webhooks`,
};

export async function createNamespace(api) {
  await api.json('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
}

/** An ImageStreamImport of one image into one tag. */
export function importOf(stream, from, tag) {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStreamImport',
    metadata: { name: stream },
    spec: {
      import: true,
      images: [{ from: { kind: 'DockerImage', name: from }, to: { name: tag }, importPolicy: { insecure: true } }],
    },
    status: {},
  };
}

/** The tag that points at this image of its stream for good. */
export function tagAt(stream, tag, digest) {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStreamTag',
    metadata: { name: `${stream}:${tag}` },
    tag: { name: tag, from: { kind: 'ImageStreamImage', name: `${stream}@${digest}` } },
  };
}

/** A stream with so many tags that point nowhere yet. */
export function streamOf(name, tags) {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name },
    spec: {
      tags: Array.from({ length: tags }, (_, index) => ({ name: `t${index}`, annotations: { n: String(index) } })),
    },
  };
}
