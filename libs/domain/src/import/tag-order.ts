const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;
const MINOR = /^(\d+\.\d+)(?:-(\w+))?$/;

/** How many tags of a repository one import takes, unless configured otherwise. */
export const TAGS_PER_REPOSITORY = 50;

interface Version {
  numbers: readonly [bigint, bigint, bigint];
  prerelease: readonly string[];
}

interface Ranked {
  tag: string;
  /** 0 `latest`, 1 minor versions, 2 full versions, 3 the rest. */
  rank: number;
  version?: Version;
}

/**
 * The order in which a repository's tags are imported: `latest`, minor versions (`5.1`, `v5.1`, `5.1-alpine`) from the
 * newest, full semantic versions from the newest, the rest by name; of two equal versions the one without `v` first.
 * An empty tag is `latest`; duplicates fall away.
 */
export function inImportOrder(tags: Iterable<string>): string[] {
  const distinct = new Set([...tags].map((tag) => tag || 'latest'));
  return [...distinct]
    .map(rank)
    .sort(compare)
    .map(({ tag }) => tag);
}

/** Splits ordered tags into those to import and those only named. `limit` 0 means the default, a negative one no limit. */
export function splitAtLimit(
  tags: readonly string[],
  limit = TAGS_PER_REPOSITORY,
): [taken: string[], additional: string[]] {
  if (limit < 0) return [[...tags], []];
  const taken = limit || TAGS_PER_REPOSITORY;
  return [tags.slice(0, taken), tags.slice(taken)];
}

function rank(tag: string): Ranked {
  if (tag === 'latest') return { tag, rank: 0 };
  const plain = tag.startsWith('v') ? tag.slice(1) : tag;
  const [, minor, suffix] = MINOR.exec(plain) ?? [];
  const asMinor =
    minor === undefined ? undefined : parseVersion(suffix === undefined ? `${minor}.0` : `${minor}.0-${suffix}`);
  if (asMinor) return { tag, rank: 1, version: asMinor };
  const version = parseVersion(plain);
  return version ? { tag, rank: 2, version } : { tag, rank: 3 };
}

function compare(a: Ranked, b: Ranked): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  const byVersion = a.version && b.version ? compareVersions(b.version, a.version) : 0;
  if (byVersion !== 0) return byVersion;
  if (a.version && a.tag.startsWith('v') !== b.tag.startsWith('v')) return a.tag.startsWith('v') ? 1 : -1;
  return a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0;
}

function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (!match) return undefined;
  return {
    numbers: [BigInt(match[1] ?? 0), BigInt(match[2] ?? 0), BigInt(match[3] ?? 0)],
    prerelease: match[4]?.split('.') ?? [],
  };
}

/** Precedence of https://semver.org §11: negative when `a` is older. */
function compareVersions(a: Version, b: Version): number {
  for (const index of [0, 1, 2] as const) {
    if (a.numbers[index] !== b.numbers[index]) return a.numbers[index] < b.numbers[index] ? -1 : 1;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length;
  for (const [index, left] of a.prerelease.entries()) {
    const right = b.prerelease[index];
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return a.prerelease.length - b.prerelease.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
