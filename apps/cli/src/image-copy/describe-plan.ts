import { humanSize } from '../printers/sizes.js';
import type { RepositoryCopy } from './copy-plan.js';

/** What will be copied where, registry by registry. */
export function describePlan(copies: readonly RepositoryCopy[]): string {
  const registries = [...new Set(copies.map(({ registry }) => registry))];
  const trees = registries.map((registry) =>
    registryTree(
      registry,
      copies.filter((copy) => copy.registry === registry),
    ),
  );
  return `${trees.join('')}\nphase 0:\n${copies.map(phaseLine).join('')}\n`;
}

function registryTree(registry: string, copies: readonly RepositoryCopy[]): string {
  const lines = copies.flatMap((copy) => [
    `  ${copy.repository}`,
    '    blobs:',
    ...[...copy.blobs.values()]
      .sort((a, b) => a.sizeBytes - b.sizeBytes)
      .map(
        ({ from, digest, sizeBytes }) => `      ${from.registry}/${from.repository} ${digest} ${humanSize(sizeBytes)}`,
      ),
    '    manifests:',
    ...[...copy.manifests.values()].flatMap(({ digest, tags }) =>
      tags.length === 0 ? [`      ${digest}`] : tags.map((tag) => `      ${digest} -> ${tag}`),
    ),
  ]);
  return [`${registry}/`, ...lines, `  ${statistics(copies)}`, ''].join('\n');
}

function statistics(copies: readonly RepositoryCopy[]): string {
  const blobs = copies.flatMap((copy) => [...copy.blobs.values()]);
  const unique = new Map(blobs.map(({ digest, sizeBytes }) => [digest, sizeBytes]));
  const uniqueSize = sum([...unique.values()]);
  const shared = [...unique.keys()].filter((digest) => copies.filter((copy) => copy.blobs.has(digest)).length > 1);
  const ratio = uniqueSize === 0 ? 1 : sum(blobs.map(({ sizeBytes }) => sizeBytes)) / uniqueSize;
  return `stats: shared=${shared.length} unique=${unique.size} size=${humanSize(uniqueSize)} ratio=${ratio.toFixed(2)}`;
}

function phaseLine({ registry, repository, blobs, manifests }: RepositoryCopy): string {
  return `  ${registry} ${repository} blobs=${blobs.size} mounts=0 manifests=${manifests.size} shared=0\n`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
