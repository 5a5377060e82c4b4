import { Agent, request } from 'undici';
import type { TestImage } from './test-image.js';

/** Test registries have certificates of authorities made for the test. */
const anyCertificate = new Agent({ connect: { rejectUnauthorized: false } });

/** Pushes an image, its blobs and children over the distribution API; returns its digest. `base` is `http://host:port`. */
export async function pushImage(base: string, reference: string, image: TestImage): Promise<string> {
  const { repository, tag } = splitReference(reference);
  await Promise.all(image.children.map((child) => pushImage(base, `${repository}@${child.digest}`, child)));
  await Promise.all(image.blobs.map(({ digest, bytes }) => pushBlob(base, repository, digest, bytes)));
  await expectStatus(
    201,
    'PUT',
    `${base}/v2/${repository}/manifests/${tag ?? image.digest}`,
    image.manifest,
    image.mediaType,
  );
  return image.digest;
}

/** Deletes a manifest with all tags that point at it. */
export async function deleteManifest(base: string, repository: string, digest: string): Promise<void> {
  await expectStatus(202, 'DELETE', `${base}/v2/${repository}/manifests/${digest}`);
}

async function pushBlob(base: string, repository: string, digest: string, bytes: Buffer): Promise<void> {
  const started = await expectStatus(202, 'POST', `${base}/v2/${repository}/blobs/uploads/`);
  const location = new URL(String(started.headers.location), base);
  location.searchParams.set('digest', digest);
  await expectStatus(201, 'PUT', location.href, bytes, 'application/octet-stream');
}

async function expectStatus(
  status: number,
  method: 'PUT' | 'POST' | 'DELETE',
  url: string,
  body?: Buffer,
  contentType?: string,
) {
  const response = await request(url, {
    method,
    body,
    headers: contentType ? { 'content-type': contentType } : {},
    ...(url.startsWith('https:') && { dispatcher: anyCertificate }),
  });
  const text = await response.body.text();
  if (response.statusCode !== status) throw new Error(`${method} ${url}: ${response.statusCode} ${text}`);
  return response;
}

function splitReference(reference: string): { repository: string; tag?: string } {
  const [repository = '', digest] = reference.split('@');
  if (digest) return { repository };
  const colon = repository.lastIndexOf(':');
  return colon < 0
    ? { repository, tag: 'latest' }
    : { repository: repository.slice(0, colon), tag: repository.slice(colon + 1) };
}
