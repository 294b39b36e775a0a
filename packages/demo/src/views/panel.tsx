import { useEffect, useRef } from 'preact/hooks'
import type { Convo } from '../model/convo.js'
import { writeRoute } from '../model/route.js'
import type { Panel as PanelName } from '../model/route.js'
import { Icon } from './icon.js'
import { PeoplePanel } from './people-panel.js'
import { SafetyPanel } from './safety-panel.js'

/** Beside the conversation, or in front of it on a phone. */
export function Panel({ convo, shown }: { convo: Convo; shown: PanelName }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [shown])
  return (
    <aside class="panel" aria-labelledby="panel-heading">
      <header class="panel-head">
        <a
          class="icon-button"
          href={writeRoute({ convoId: convo.id })}
          aria-label="Back to the conversation"
        >
          <Icon name="close" />
        </a>
        <h2 id="panel-heading" ref={heading} tabIndex={-1}>
          {shown === 'people' ? 'People' : 'Safety'}
        </h2>
      </header>
      <div class="panel-body" tabIndex={0}>
        {shown === 'people' ? <PeoplePanel convo={convo} /> : <SafetyPanel convo={convo} />}
      </div>
    </aside>
  )
}
