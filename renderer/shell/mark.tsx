/** Orrery's mark: two orbits round one body. */
export function Mark({ size = 20, className }: { size?: number; className?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      aria-hidden="true"
      {...(className === undefined ? {} : { className })}
    >
      <ellipse cx="12" cy="12" rx="10" ry="4.2" strokeWidth="1.3" strokeOpacity=".45" transform="rotate(52 12 12)" />
      <ellipse cx="12" cy="12" rx="10.4" ry="4.2" strokeWidth="1.7" transform="rotate(-24 12 12)" />
      <circle cx="12" cy="12" r="2.7" fill="currentColor" stroke="none" />
      <circle cx="20.6" cy="6.6" r="1.7" fill="currentColor" stroke="none" />
    </svg>
  );
}
