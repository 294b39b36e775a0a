import type { ComponentChildren } from 'preact'
import type { Problem } from '../model/problem.js'
import { Icon } from './icon.js'

/** What went wrong and what helps, said as soon as it appears. */
export function ProblemNote({ problem, children }: ProblemNoteProps) {
  return (
    <div role="alert" class="problem-slot">
      {problem && (
        <div class="note note-problem">
          <Icon name="warning" />
          <p>
            <strong>{problem.title}.</strong> {problem.advice}
          </p>
          {children}
        </div>
      )}
    </div>
  )
}

interface ProblemNoteProps {
  problem: Problem | undefined
  children?: ComponentChildren
}
