import type { PlatformPreference } from '@faktorz/domain';

const OCI_ARCHITECTURE: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };
const OCI_OS: Readonly<Record<string, string>> = { win32: 'windows' };

/** Where this process runs, in the words of image configurations. */
export const SERVER_PLATFORM: Required<PlatformPreference> = {
  architecture: OCI_ARCHITECTURE[process.arch] ?? process.arch,
  os: OCI_OS[process.platform] ?? process.platform,
};
