import js from '@eslint/js'
import tseslint from 'typescript-eslint'

/** Imports only go down this list (docs/architecture.md); what shares a row may import its neighbours. */
const layers = [
  ['bin'],
  ['server'],
  ['context'],
  ['api', 'jobs'],
  ['auth', 'stream', 'limits'],
  ['convo', 'keys', 'welcomes', 'devices', 'requests', 'moderation', 'account'],
  ['outbox', 'identity', 'blobs', 'push'],
  ['db', 'backend'],
  ['mls', 'errors', 'logger', 'metrics', 'lexicon', 'config'],
  ['lib'],
]

function layerRule(row, index) {
  const above = layers.slice(0, index).flat()
  return {
    files: row.flatMap((name) => [`src/${name}/**/*.ts`, `src/${name}.ts`]),
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(?:\\.\\./)+(?:${above.join('|')})(?:/|\\.js$)`,
              message: 'Imports only go down the layers of docs/architecture.md.',
            },
          ],
        },
      ],
    },
  }
}

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      'src/lexicon/**',
      'packages/client/src/lexicon/**',
      'data/**',
      'node_modules/**',
      'coverage/**',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.ts', 'packages/*/src/**/*.{ts,tsx}'],
    ignores: ['src/lexicon/**', 'packages/client/src/lexicon/**'],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
    },
  },
  {
    // process.env is read in src/config and nowhere else; entries hand it over.
    files: ['src/**/*.ts'],
    ignores: ['src/config/**', 'src/bin/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read the environment in src/config only.' },
      ],
    },
  },
  ...layers.map(layerRule).slice(1),
  {
    // The client runs in browsers: only its Node entry may know Node.
    files: ['packages/client/src/**/*.ts'],
    ignores: ['packages/client/src/lexicon/**', 'packages/client/src/node/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['node:*', '**/src/*', '**/node/*'] }],
      'no-restricted-globals': ['error', 'Buffer', 'process', 'setImmediate', '__dirname'],
    },
  },
  {
    files: ['src/bin/**/*.ts', 'packages/client/src/node/chat/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // A script of the pages of the documentation.
    files: ['scripts/docs/assets/*.js'],
    languageOptions: {
      globals: { document: 'readonly', fetch: 'readonly', matchMedia: 'readonly' },
    },
  },
)
