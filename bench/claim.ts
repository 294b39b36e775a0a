/**
 * Key packages per second that `getKeyPackages` leases, by one caller and by 32 at once who want those of
 * the same devices, on a PostgreSQL server of this benchmark's own; and, where few are left, whether any
 * package went to two callers. Every call has a conversation of its own, so that none repeats another.
 * Packages are rows: what the service gives out are their bytes. Ends by itself in about a minute.
 */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { startPlc } from '../tests/support/plc.js'
import { startPostgres } from '../tests/support/postgres.js'
import { startProcess } from '../tests/support/service-process.js'
import { CallProcess, rateOf } from './calls/call-process.js'
import type { Call, Outcome } from './calls/calls.js'
import {
  keepResults,
  median,
  perSecond,
  printHeading,
  printTable,
  quantile,
  verdict,
} from './report.js'
import { makeAccounts } from './send/stage.js'

const LXM = 'blue.catbird.mls.getKeyPackages'
const SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'
const CALLERS = 32
const TARGETS = 200
const PACKAGES_EACH = 180
const PACKAGE_BYTES = 300
const ROUNDS = 3
/** Of one caller: under the 20 an hour that one may have of another. */
const CLAIMS_ALONE = 600
const CLAIMS_TOGETHER = 1_600
/** Devices that all callers want at once, and what each has left beside its last resort. */
const SCARCE = 16
const SCARCE_EACH = 40

const INSERT_PACKAGES = `
  insert into key_packages
    (ref, did, device_id, cipher_suite, key_package, init_key, not_after, last_resort)
  select encode(sha256(convert_to(id, 'UTF8')), 'hex'), did, 'phone', '${SUITE}',
    decode(repeat('00', ${PACKAGE_BYTES}), 'hex'), sha256(convert_to('init ' || id, 'UTF8')),
    now() + interval '30 days', $3::boolean
  from unnest($1::text[]) did cross join generate_series(1, $2::integer) n
    cross join lateral (select did || ' ' || n || ' ' || $3::boolean as id) named`

await using servers = new AsyncDisposableStack()
const postgres = servers.use(await startPostgres())
const plc = servers.use(await startPlc())
const service = servers.use(
  await startProcess({
    plcUrl: plc.url,
    env: {
      NODE_ENV: 'production',
      SERVICE_DID: 'did:web:mls.bench.test',
      DATABASE_URL: postgres.url,
      LOG_LEVEL: 'warn',
    },
  }),
)
const callers = await makeAccounts(plc, CALLERS)
const targets = (await makeAccounts(plc, TARGETS + SCARCE)).map(({ did }) => did)
const lastResorts = await fill(targets)
const load = servers.use(new CallProcess(service, callers))

printHeading({
  packages: `${TARGETS} devices with ${PACKAGES_EACH} packages of ${PACKAGE_BYTES} bytes`,
})
// Whom they let in is asked of each account's own server, and then known for a minute.
await load.run(claims([0], TARGETS))
const alone: Outcome[] = []
const together: Outcome[] = []
for (let round = 0; round < ROUNDS; round++) {
  alone.push(await load.run(claims([0], CLAIMS_ALONE), { keep: 'keyPackageRef' }))
  together.push(
    await load.run(claims([...callers.keys()], CLAIMS_TOGETHER), {
      connections: CALLERS,
      keep: 'keyPackageRef',
    }),
  )
}
const twice = duplicates([...alone, ...together].flatMap(({ kept }) => kept))
const scarce = await load.run(scarceClaims(), { connections: CALLERS, keep: 'keyPackageRef' })
const scarceRefs = scarce.kept.filter((ref) => !lastResorts.has(ref))
const scarceTwice = duplicates(scarceRefs)

const [one, many] = [summary(alone), summary(together)]
printTable(
  ['callers', 'claims', 'p50 / p99 ms'],
  [
    ['1', perSecond(one.rate), `${one.p50.toFixed(1)} / ${one.p99.toFixed(1)}`],
    [`${CALLERS}`, perSecond(many.rate), `${many.p50.toFixed(1)} / ${many.p99.toFixed(1)}`],
  ],
)
const ratio = many.rate / one.rate
console.log(
  `${CALLERS} callers ≥ one caller   ${ratio.toFixed(2)} × ${verdict(ratio >= 1, `${CALLERS} callers ≥ one caller`)}`,
)
console.log(
  `leased twice             ${twice + scarceTwice} of ${scarceRefs.length} scarce and all others ` +
    verdict(twice + scarceTwice === 0, 'none leased twice'),
)
const exhausted = scarceRefs.length === SCARCE * SCARCE_EACH
console.log(
  `all of the scarce ones went, and then the last resort   ${verdict(exhausted, 'all of the scarce ones go, and then the last resort')}`,
)
keepResults('claim', {
  alone: one,
  callers: CALLERS,
  together: many,
  ratio,
  leasedTwice: twice + scarceTwice,
})

/** All who call want the same device at the same time, and then the next one. */
function claims(by: readonly number[], count: number): Call[] {
  return Array.from({ length: count }, (_, i) =>
    claim(by[i % by.length]!, targets[Math.floor(i / by.length) % TARGETS]!),
  )
}

/** More than there are packages, within what one caller may have of one account. */
function scarceClaims(): Call[] {
  const times = Math.ceil((SCARCE_EACH * 1.5) / CALLERS)
  return Array.from({ length: times * SCARCE }, (_, i) => targets[TARGETS + (i % SCARCE)]!).flatMap(
    (did) => callers.map((_, caller) => claim(caller, did)),
  )
}

function claim(sender: number, did: string): Call {
  const convoId = randomBytes(16).toString('hex')
  return {
    sender,
    lxm: LXM,
    query: `?dids=${encodeURIComponent(did)}&cipherSuite=${SUITE}&convoId=${convoId}`,
  }
}

function duplicates(refs: readonly string[]): number {
  return refs.length - new Set(refs).size
}

function summary(outcomes: readonly Outcome[]) {
  const times = outcomes.flatMap((outcome) => outcome.times)
  return {
    rate: median(outcomes.map(rateOf)),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  }
}

/** One device of each account, with packages; the scarce ones with few and a last resort: their refs. */
async function fill(dids: readonly string[]): Promise<ReadonlySet<string>> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  try {
    await client.query(
      `insert into devices (did, device_id, signature_key)
       select did, 'phone', sha256(convert_to(did, 'UTF8')) from unnest($1::text[]) did`,
      [dids],
    )
    await client.query(INSERT_PACKAGES, [dids.slice(0, TARGETS), PACKAGES_EACH, false])
    await client.query(INSERT_PACKAGES, [dids.slice(TARGETS), SCARCE_EACH, false])
    await client.query(INSERT_PACKAGES, [dids.slice(TARGETS), 1, true])
    const { rows } = await client.query<{ ref: string }>(
      'select ref from key_packages where last_resort',
    )
    await client.query('vacuum analyze')
    return new Set(rows.map(({ ref }) => ref))
  } finally {
    await client.end()
  }
}
