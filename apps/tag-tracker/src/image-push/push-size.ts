import type { FastifyInstance } from 'fastify';

const MEBIBYTE = 1024 * 1024;
/**
 * What an image comes to that the integrated registry takes: a manifest of 4 MiB, each of whose entries gets longer by
 * the names of its fields, and a configuration of 4 MiB.
 */
export const LARGEST_PUSH_BYTES = 12 * MEBIBYTE;

/** Lets images in that are larger than the objects which clients may send. */
export function allowLargePushes(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url === '/internal/pushes') route.bodyLimit = LARGEST_PUSH_BYTES;
  });
}
