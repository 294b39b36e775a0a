import { expect, test } from 'vitest'
import { splitStatements } from '../../../src/db/split-statements.js'

test('splits at semicolons that end a line, outside of $$', () => {
  const statements = splitStatements(`
-- a comment;
CREATE TABLE a (
  b text -- it; goes on
);
CREATE FUNCTION f() RETURNS int AS $$
  SELECT 1;
$$ LANGUAGE sql;
`)
  expect(statements).toEqual([
    'CREATE TABLE a (\n  b text -- it; goes on\n)',
    'CREATE FUNCTION f() RETURNS int AS $$\n  SELECT 1;\n$$ LANGUAGE sql',
  ])
})

test('refuses a statement without an end', () => {
  expect(() => splitStatements('SELECT 1')).toThrow('does not end')
})
