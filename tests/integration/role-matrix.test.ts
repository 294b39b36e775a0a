import { afterAll, beforeAll, expect, test } from 'vitest'
import { METHODS } from '../architecture/source/handlers.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import {
  type MethodExample,
  Recording,
  storedExamples,
  storeExamples,
} from '../support/examples/recording.js'
import { webPushEnv } from '../support/push-servers.js'
import { type Role, ROLES } from '../support/role-matrix/roles.js'
import { type Row, ROWS } from '../support/role-matrix/rows.js'
import { Cast, type Scene } from '../support/role-matrix/scene.js'

let stage: ConvoStage
let cast: Cast
/** The pages of the documentation show calls of this test. */
let recording: Recording
/** Played anew once a row has changed it. */
let scene: Scene | undefined
beforeAll(async () => {
  stage = await ConvoStage.open({ env: webPushEnv() })
  cast = new Cast(stage)
  recording = new Recording(stage.service)
}, OPENS_WITHIN_MS)
afterAll(async () => {
  recording?.[Symbol.dispose]()
  await stage?.[Symbol.asyncDispose]()
})

test('every method of the lexicons has a row, and every row a method', () => {
  const methods = METHODS.map(({ name }) => name)
  expect(methods.length).toBeGreaterThan(40)
  expect(methods.filter((name) => !(name in ROWS))).toEqual([])
  expect(Object.keys(ROWS).filter((name) => !methods.includes(name))).toEqual([])
})

test.each(Object.entries(ROWS))('%s', async (method, row) => {
  scene ??= await cast.play()
  const outcomes = Object.fromEntries(ROLES.map((role) => [role, '']))
  // Those that are refused first: they change nothing for the others.
  for (const role of [...refused(row), ...taken(row)]) {
    outcomes[role] = await outcomeOf(scene, role, row)
  }
  expect(outcomes).toEqual(row.cells)
  const declared = METHODS.find(({ name }) => name === method)!.errors
  expect(
    Object.values(row.cells).filter((cell) => cell !== 'ok' && !declared.includes(cell)),
  ).toEqual([])
  if (row.changes) scene = undefined
  if (row.changes === 'everybody') cast.dismiss()
})

test('the examples of the documentation are what the service answers', () => {
  storeExamples('methods', recording.methods)
  const stored = storedExamples<Record<string, MethodExample>>('methods')
  expect(Object.keys(stored).sort()).toEqual(Object.keys(recording.methods).sort())
  const parts = (examples: Record<string, MethodExample>) =>
    Object.fromEntries(
      Object.entries(examples).map(([name, { answer }]) => [
        name,
        [answer?.params, answer?.input, answer?.output].map((part) =>
          Object.keys(part ?? {}).sort(),
        ),
      ]),
    )
  expect(parts(stored)).toEqual(parts(recording.methods))
})

function refused({ cells }: Row): Role[] {
  return ROLES.filter((role) => cells[role] !== 'ok')
}

function taken({ cells }: Row): Role[] {
  return ROLES.filter((role) => cells[role] === 'ok')
}

async function outcomeOf(on: Scene, role: Role, { call }: Row): Promise<string> {
  try {
    await call(on.as(role), role, on)
    return 'ok'
  } catch (error) {
    const { error: name } = error as { error?: string }
    if (name === undefined) throw error
    return name
  }
}
