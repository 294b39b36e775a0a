/** The catbird: grey, with a black cap. */
export function Brand({ size = 40 }: { size?: number }) {
  return (
    <svg class="brand" width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
      <path
        class="brand-body"
        d="M10 17c0-6 5-10 11-10 5 0 9 3 11 7l8 3-7 3c1 9-4 18-14 20-4 .8-8 .6-12-.6L3 43l5-9c2-4 2-10 2-17z"
      />
      <path class="brand-cap" d="M12 13c2-4 5-6 9-6 5 0 9 3 11 7-6 1-14 2-20-1z" />
      <circle class="brand-eye" cx="25" cy="15.5" r="1.9" />
      <path class="brand-wing" d="M14 25c5-2 11-1 14 2-2 6-8 9-14 8 1-3 1-6 0-10z" />
    </svg>
  )
}
