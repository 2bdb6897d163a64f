import js from '@eslint/js';
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import svelteParser from 'svelte-eslint-parser';
import tseslint from 'typescript-eslint';
import readBeforeWaiting from './www/lint/read-before-waiting.mjs';

export default tseslint.config(
  {
    ignores: [
      'target/',
      'pkg/dist/',
      'pkg/wasm/',
      'www/dist/',
      'www/.font/',
      'data/cache/',
      'data/packed/',
      'tests/browser/output/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // Numbers are what this project prints.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.svelte'],
    extends: [...tseslint.configs.recommended],
    languageOptions: {
      globals: globals.browser,
      parser: svelteParser,
      parserOptions: { parser: tseslint.parser },
    },
    plugins: { metriclab: { rules: { 'read-before-waiting': readBeforeWaiting } } },
    rules: {
      'metriclab/read-before-waiting': 'error',
      // svelte-check knows the names of types, and tells unknown names.
      'no-undef': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    // State of maps and sets is replaced as a whole (`$state.raw`), never changed in place.
    rules: { 'svelte/prefer-svelte-reactivity': 'off' },
  },
  {
    files: ['**/*.mjs', '*.js', '**/*.config.js'],
    languageOptions: { globals: globals.node },
    rules: { eqeqeq: 'error' },
  },
  {
    // `write.mjs` puts the list of files in.
    files: ['www/offline/service-worker.js'],
    languageOptions: { globals: { ...globals.serviceworker, __FILES__: 'readonly', __FIRST__: 'readonly' } },
  },
  {
    files: ['www/reference/appearance.js', 'docs/examples/**/*.js'],
    languageOptions: { globals: globals.browser },
  },
  {
    // Functions handed to the browser run there.
    files: ['tests/**/*.mjs', 'tests/**/*.js', 'benches/**/*.mjs', 'benches/**/*.js'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
);
