/** One configuration for every project; `tools/test.mjs` chooses the files. */
export default {
  rootDir: '.',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/e2e'],
  testMatch: [
    '**/src/**/*.spec.ts',
    '**/test/**/*.int-spec.ts',
    '**/e2e/**/*.spec.ts',
    '**/e2e/**/*.e2e-spec.ts',
    '**/test/**/*.faults-spec.ts',
    '**/e2e/**/*.faults-spec.ts',
  ],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@faktorz/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testSequencer: '<rootDir>/tools/longest-first.mjs',
  workerIdleMemoryLimit: '512MB',
};
