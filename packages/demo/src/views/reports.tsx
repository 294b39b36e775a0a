import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Report, ReportAction } from '@catbird/mls-client'
import type { Convo } from '../model/convo.js'
import { ProblemNote } from './problem-note.js'
import { CATEGORIES } from './report-dialog.js'
import { useAction } from './use-action.js'
import { useChat } from './use-chat.js'

/** What members have reported, for those who moderate. */
export function Reports({ convo }: { convo: Convo }) {
  const { names } = useChat()
  const reports = useSignal<Report[]>([])
  const action = useAction()
  const read = async () => {
    reports.value = await convo.conversation.reports('open')
  }
  useEffect(() => void action.run(read), [convo.reportsVersion.value])
  if (reports.value.length === 0) return <ProblemNote problem={action.problem} />
  const resolve = (report: Report, verdict: ReportAction) =>
    action.run(async () => {
      await convo.conversation.resolveReport(report.reportId, verdict)
      await read()
    })
  return (
    <section aria-labelledby="reports-heading">
      <h3 id="reports-heading" class="panel-heading">
        Reports <span class="list-count">{reports.value.length}</span>
      </h3>
      <ul class="device-list">
        {reports.value.map((report) => (
          <li key={report.reportId} class="report">
            <p>
              <strong>{names.of(report.did).name}</strong>:{' '}
              {CATEGORIES.find(([value]) => value === report.category)?.[1] ?? report.category}
            </p>
            <div class="row">
              <button
                type="button"
                class="button button-small"
                disabled={action.busy}
                onClick={() => void resolve(report, 'dismissed')}
              >
                Dismiss
              </button>
              <button
                type="button"
                class="button button-small"
                disabled={action.busy}
                onClick={() => void resolve(report, 'warned')}
              >
                Warned them
              </button>
            </div>
          </li>
        ))}
      </ul>
      <ProblemNote problem={action.problem} />
    </section>
  )
}
