// What the compiler does not catch: promises nobody waits for, `any` at an edge, imports against the direction of
// docs/architecture.md (each project's tags are in its package.json), and tests left focused.
import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { createProjectGraphAsync } from '@nx/devkit';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';

// The boundary rule reads Nx's cached graph of the projects, and skips itself where there is none.
Object.assign(process.env, {
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_CACHE_DIRECTORY: '.nx/cache',
  NX_WORKSPACE_DATA_DIRECTORY: '.nx/workspace-data',
});
await createProjectGraphAsync({ exitOnError: true });

const boundaries = [
  { sourceTag: 'type:domain', onlyDependOnLibsWithTags: ['type:domain'] },
  { sourceTag: 'type:kit', onlyDependOnLibsWithTags: ['type:domain', 'type:kit'] },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:domain', 'type:kit'] },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:domain', 'type:kit', 'type:testing'] },
  { sourceTag: 'runs:anywhere', onlyDependOnLibsWithTags: ['runs:anywhere'] },
  { sourceTag: 'runs:web', onlyDependOnLibsWithTags: ['runs:anywhere', 'runs:web'] },
];
const TESTS = ['**/*.spec.ts', '**/*.contract.ts', '**/test/**/*.ts', 'e2e/**/*.ts'];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.faktorz/**', 'coverage/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          depConstraints: boundaries,
          allowCircularSelfDependency: true,
          enforceBuildableLibDependency: false,
        },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // Class names alone are no reason for a type: Nest modules are classes without members.
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-undef': 'off',
      // Names, headers and JSON are checked for control characters on purpose.
      'no-control-regex': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'A door names what it exports.' },
        {
          selector: "MemberExpression[object.name=/^(it|describe|test)$/][property.name='only']",
          message: 'A focused test hides all others.',
        },
      ],
    },
  },
  {
    files: ['**/src/**/*.ts'],
    ignores: [
      ...TESTS,
      '**/main.ts',
      'apps/launcher/src/setup.ts',
      'libs/configuration/**',
      'libs/embedded/**',
      'libs/testing/**',
      'apps/cli/**',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only main.ts reads the environment; pass what is needed.' },
      ],
    },
  },
  {
    // Tests import the test kit, which nothing else may.
    files: TESTS,
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          allowCircularSelfDependency: true,
          enforceBuildableLibDependency: false,
          depConstraints: boundaries.map(({ sourceTag, onlyDependOnLibsWithTags }) => ({
            sourceTag,
            onlyDependOnLibsWithTags: [
              ...onlyDependOnLibsWithTags,
              'type:testing',
              'type:kit',
              'type:domain',
              'runs:node',
              'runs:anywhere',
            ],
          })),
        },
      ],
    },
  },
  { files: ['apps/cli/**/*.ts', 'e2e/**/*.ts'], rules: { 'no-console': 'off' } },
  prettier,
);
