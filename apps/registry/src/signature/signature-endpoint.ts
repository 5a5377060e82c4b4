import { ApiError } from '@faktorz/apimachinery';
import { type ServiceClient, ServiceHttp, ServiceIdentity } from '@faktorz/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Caller, RegistryAccess } from '../access/registry-access.js';
import { serviceRefusal } from '../access/service-refusal.js';
import type { Exchange } from '../door/exchange.js';
import type { PublicPath } from '../door/public-path.js';
import { readBody } from '../door/read-body.js';
import { VisibleManifests } from '../manifest/visible-manifests.js';
import { isBlobDigest } from '../oci/blob-digest.js';
import { OciError } from '../oci/oci-error.js';
import { parseRepositoryName, type RepositoryName } from '../oci/repository-name.js';
import { methodUnsupported } from '../oci/refusals.js';
import type { RegistryConfig } from '../registry.config.js';
import { REGISTRY_CONFIG } from '../registry.tokens.js';

const PATH = /^\/extensions\/v2\/([^/]+\/[^/]+)\/signatures\/([^/]+)$/;
const IMAGE_API = '/apis/image.openshift.io/v1';
const DEFAULT_TYPE = 'AtomicImageV1';
const LARGEST_SIGNATURE_BYTES = 1024 * 1024;
const REGISTRY_HEADERS = { 'X-Registry-Supports-Signatures': '1' };

/** A signature as clients send and get it; `content` is base64. */
const Signature = z.object({
  schemaVersion: z.literal(2),
  name: z.string(),
  type: z.string().optional(),
  content: z.base64(),
});

interface StoredImage {
  signatures?: { metadata: { name: string }; type: string; content: string }[];
}

/** `/extensions/v2/<namespace>/<stream>/signatures/<digest>`: what is said about an image, kept in its Image object. */
@Injectable()
export class SignatureEndpoint implements PublicPath {
  private readonly tagTracker: ServiceClient;

  constructor(
    private readonly access: RegistryAccess,
    private readonly manifests: VisibleManifests,
    private readonly identity: ServiceIdentity,
    http: ServiceHttp,
    @Inject(REGISTRY_CONFIG) config: RegistryConfig,
  ) {
    this.tagTracker = http.service('tag-tracker', config.FAKTORZ_TAG_TRACKER_URL);
  }

  answer(exchange: Exchange): Promise<boolean> | false {
    const [, name = '', encoded = ''] = PATH.exec(exchange.path) ?? [];
    const repository = parseRepositoryName(name);
    const digest = encoded.replace(/%3a/i, ':');
    return repository && isBlobDigest(digest) ? this.answerAbout(exchange, repository, digest).then(() => true) : false;
  }

  private async answerAbout(exchange: Exchange, repository: RepositoryName, digest: string): Promise<void> {
    exchange.commonHeaders = { ...exchange.commonHeaders, ...REGISTRY_HEADERS };
    switch (exchange.method) {
      case 'GET':
      case 'HEAD':
        return this.list(exchange, repository, digest);
      case 'PUT':
        return this.add(exchange, repository, digest);
      default:
        throw methodUnsupported('GET, HEAD, PUT');
    }
  }

  private async list(exchange: Exchange, repository: RepositoryName, digest: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'read-signature', repository }]);
    const image = await this.imageOf(repository, digest, caller);
    if (!image) return exchange.answer(404);
    const signatures = (image.signatures ?? []).map(({ metadata: { name }, type, content }) => ({
      schemaVersion: 2,
      name,
      type,
      content,
    }));
    exchange.answerJson(200, { signatures }, { 'Content-Type': 'application/json; charset=utf-8' });
  }

  private async add(exchange: Exchange, repository: RepositoryName, digest: string): Promise<void> {
    const caller = await this.access.authorize(exchange.request, [{ kind: 'add-signature', repository }]);
    const { name, type = DEFAULT_TYPE, content } = await readSignature(exchange, digest);
    if (!(await this.imageOf(repository, digest, caller))) return exchange.answer(404);
    try {
      const signedIdentity = await this.identity.sign(caller.identity, 'tag-tracker');
      const signature = { metadata: { name }, type, content };
      await this.tagTracker.postJson(`${IMAGE_API}/imagesignatures`, signature, { signedIdentity });
    } catch (error) {
      throw signatureRefusal(error);
    }
    exchange.answer(201);
  }

  /** The Image, if the repository shows it; without anything for a manifest that is no image of ours yet. */
  private async imageOf(repository: RepositoryName, digest: string, caller: Caller): Promise<StoredImage | undefined> {
    if (!(await this.manifests.byDigest(repository, digest, caller))) return undefined;
    try {
      return await this.tagTracker.getJson<StoredImage>(`${IMAGE_API}/images/${encodeURIComponent(digest)}`);
    } catch (error) {
      if (error instanceof ApiError && error.reason === 'NotFound') return {};
      return serviceRefusal(error);
    }
  }
}

async function readSignature(exchange: Exchange, digest: string): Promise<z.infer<typeof Signature>> {
  const body = await readBody(exchange.request, LARGEST_SIGNATURE_BYTES, 'SIGNATURE_INVALID');
  const signature = Signature.safeParse(parseJson(body));
  if (!signature.success) throw invalidSignature(z.prettifyError(signature.error));
  const [image, ownName, ...rest] = signature.data.name.split('@');
  if (image !== digest || !ownName || rest.length > 0) throw invalidSignature(`name must be ${digest}@<name>`);
  return signature.data;
}

function signatureRefusal(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.reason === 'AlreadyExists')
    return new OciError('SIGNATURE_EXISTS', 'the image has this signature already', { cause: error });
  if (error.reason === 'Invalid' || error.reason === 'BadRequest') return invalidSignature(error.message);
  return error;
}

function invalidSignature(problem: string): OciError {
  return new OciError('SIGNATURE_INVALID', `signature invalid: ${problem}`);
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
