import type { VersionInfo } from './options.js';

/** The Kubernetes API level this server speaks; clients compare it with their own. */
const API_LEVEL = { major: '1', minor: '36' };

/** The body of `GET /version`. */
export function versionInfo(own: Partial<VersionInfo> = {}): object {
  const level = { ...API_LEVEL, ...own };
  return {
    major: level.major,
    minor: level.minor,
    emulationMajor: level.major,
    emulationMinor: level.minor,
    minCompatibilityMajor: level.major,
    minCompatibilityMinor: String(Number(level.minor) - 1),
    gitVersion: own.gitVersion ?? `v${level.major}.${level.minor}.0+faktorz`,
    gitCommit: own.gitCommit ?? '',
    gitTreeState: own.gitTreeState ?? 'clean',
    buildDate: own.buildDate ?? '1970-01-01T00:00:00Z',
    goVersion: own.goVersion ?? 'none',
    compiler: own.compiler ?? 'swc',
    platform: own.platform ?? `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
  };
}
